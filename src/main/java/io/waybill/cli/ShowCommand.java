package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Form;
import io.waybill.ledger.Audit;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Pauses;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.run.RunJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill show}. */
@Command(name = "show", description = "Shows one run: what it did, and what came of it.")
final class ShowCommand extends WorkspaceCommand {

    @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning or end; waybill history shows them.")
    private String id;

    @Option(names = "--json", description = "Print the run as one JSON object.")
    private boolean json;

    @Override
    int call(Workspace workspace) throws Exception {
        Ledger ledger = workspace.ledger();
        RunEntry run = workspace.run(id);
        Optional<Pauses.Pause> pause = ledger.pauses().find(run.flow());
        if (json) {
            ObjectNode shown = RunJson.of(
                            run, ledger.silent(), workspace.component().retention())
                    .put("flow_paused", pause.isPresent());
            shown.set(
                    "expectations",
                    ResultJson.JSON.valueToTree(ledger.quarantine().of(run.runId())));
            print(shown);
        } else {
            print(out(), run, ledger.silent(), pause, ledger.audit().of(run.runId()));
            new ExpectationsShown(ledger.quarantine().of(run.runId())).print(out());
        }
        return ExitCode.DONE;
    }

    /** What may become of its files. */
    private static String kept(RunEntry run) {
        return switch (run.status()) {
            case QUARANTINED ->
                (run.owner().isHere() ? "" : " on " + run.owner().host()) + " (waybill release " + run.runId()
                        + " or waybill discard " + run.runId() + ", with --reason)";
            case DISCARDED -> " (waybill discard " + run.runId() + " removes the rest)";
            case RUNNING, DONE, FAILED, INTERRUPTED -> " (waybill redrive " + run.runId() + ")";
        };
    }

    private static List<String> row(FileFacts file) {
        return List.of(file.name(), Terminal.count(file.rows()), Terminal.size(file.bytes()), file.sha256());
    }

    private static void print(Terminal out, RecordedDelivery delivery, boolean only) {
        String place = delivery.facts().place();
        String state = Form.lower(delivery.status()) + (delivery.error() == null ? "" : ": " + delivery.error());
        out.fact(
                11,
                place.startsWith("/") ? "folder" : "place ",
                only ? place : place + ": " + delivery.id() + ", " + state);
    }

    private static void print(
            Terminal out,
            RunEntry run,
            Map<String, String> silent,
            Optional<Pauses.Pause> pause,
            List<Audit.Entry> changes) {
        out.fact(11, "run", run.runId() + " of flow " + run.flow());
        pause.ifPresent(of -> out.fact(
                11,
                "paused",
                "the flow is, since " + HistoryCommand.time(of.since()) + ", by " + of.actor() + " (waybill resume "
                        + of.flow() + ")"));
        out.fact(
                11,
                "status",
                HistoryCommand.status(run, silent)
                        + (run.endedAt() == null ? ", in stage " + Form.lower(run.stage()) : ""));
        if (run.error() != null) {
            out.fact(11, "error", run.error());
        }
        out.fact(
                11,
                "started",
                HistoryCommand.time(run.startedAt()) + ", by " + run.owner().words());
        if (run.endedAt() != null) {
            out.fact(11, "ended", HistoryCommand.time(run.endedAt()) + ", after " + HistoryCommand.took(run));
        }
        PlannedRun planned = run.planned();
        if (planned != null) {
            out.fact(
                    11,
                    "data set",
                    planned.dataset() + ", mode " + planned.mode()
                            + (planned.batchId() == null ? "" : ", batch " + planned.batchId()));
            out.fact(11, "window", planned.window().words());
            planned.deliveries()
                    .forEach(delivery ->
                            print(out, delivery, planned.deliveries().size() == 1));
        }
        if (run.deadLetter() != null) {
            out.fact(11, "kept in", run.deadLetter() + kept(run));
        }
        for (Audit.Entry change : changes) {
            out.fact(
                    11,
                    change.action().equals("run") ? "asked for" : change.action(),
                    HistoryCommand.time(change.at()) + ", by " + change.actor()
                            + (change.detail() == null ? "" : before(change.action()) + change.detail()));
        }
        out.fact(11, "rows", Terminal.count(run.rows()));
        if (!run.files().isEmpty()) {
            out.line("");
            Table.of("file", "rows", "size", "SHA-256").print(out, run.files(), ShowCommand::row);
        }
    }

    /** What the detail of a record is. */
    private static String before(String action) {
        return switch (action) {
            case "run" -> ", with ";
            case "redrive" -> ", after: ";
            default -> ": ";
        };
    }
}
