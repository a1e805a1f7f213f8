package io.waybill.cli;

import io.waybill.ledger.Audit;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.FileEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waybill show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows one run: what it did, and what came of it.")
final class ShowCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning or end; waybill history shows them.")
    private String id;

    @Option(names = "--json", description = "Print the run as one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        try (CamelContext context = Workspace.context()) {
            Ledger ledger = Workspace.ledger(context);
            RunEntry run = Workspace.run(ledger, id);
            Terminal out = Terminal.out(spec);
            if (json) {
                out.line(ResultJson.print(HistoryCommand.toJson(run, ledger.silent())));
            } else {
                print(out, run, ledger.silent(), ledger.audit().of(run.runId()));
            }
            return ExitCode.DONE;
        }
    }

    private static String delivery(Terminal out, RecordedDelivery delivery, PlannedRun planned) {
        String place = out.bold(delivery.place().startsWith("/") ? "folder" : "place ") + "     " + delivery.place();
        return planned.deliveries().size() == 1
                ? place
                : place + ": " + delivery.id() + ", " + delivery.status().name().toLowerCase(Locale.ROOT)
                        + (delivery.error() == null ? "" : ": " + delivery.error());
    }

    private static void print(Terminal out, RunEntry run, Map<String, String> silent, List<Audit.Entry> changes) {
        out.line(out.bold("run") + "        " + run.runId() + " of flow " + run.flow());
        out.line(out.bold("status") + "     " + HistoryCommand.status(run, silent)
                + (run.endedAt() == null ? ", in stage " + run.stage().name().toLowerCase(Locale.ROOT) : ""));
        if (run.error() != null) {
            out.line(out.bold("error") + "      " + run.error());
        }
        out.line(out.bold("started") + "    " + HistoryCommand.time(run.startedAt()) + ", by "
                + run.owner().words());
        if (run.endedAt() != null) {
            out.line(out.bold("ended") + "      " + HistoryCommand.time(run.endedAt()) + ", after "
                    + HistoryCommand.took(run));
        }
        PlannedRun planned = run.planned();
        if (planned != null) {
            out.line(out.bold("data set") + "   " + planned.dataset() + ", mode " + planned.mode()
                    + (planned.batchId() == null ? "" : ", batch " + planned.batchId()));
            out.line(out.bold("window") + "     " + planned.window().words());
            planned.deliveries().forEach(delivery -> out.line(delivery(out, delivery, planned)));
        }
        if (run.deadLetter() != null) {
            out.line(out.bold("kept in") + "    " + run.deadLetter() + " (waybill redrive " + run.runId() + ")");
        }
        for (Audit.Entry change : changes) {
            out.line(out.bold(change.action())
                    + " ".repeat(Math.max(1, 11 - change.action().length()))
                    + HistoryCommand.time(change.at()) + ", by " + change.actor()
                    + (change.detail() == null ? "" : ", after: " + change.detail()));
        }
        out.line(out.bold("rows") + "       " + Terminal.count(run.rows()));
        if (!run.files().isEmpty()) {
            out.line("");
            List<List<String>> rows = new ArrayList<>();
            for (FileEntry file : run.files()) {
                rows.add(List.of(file.name(), Terminal.count(file.rows()), Terminal.size(file.bytes()), file.sha256()));
            }
            out.table(List.of("file", "rows", "size", "SHA-256"), rows);
        }
    }
}
