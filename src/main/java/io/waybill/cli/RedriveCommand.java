package io.waybill.cli;

import io.waybill.delivery.DeadLetter;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.run.Redrive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill redrive}. */
@Command(
        name = "redrive",
        description = "Delivers the files of failed runs, which were kept as dead letters; nothing is read again.",
        footer = {
            "",
            "Examples:",
            "  waybill redrive 3f9a01        delivers one run: its id, or the end of it",
            "  waybill redrive --all         delivers all, the oldest first",
            "  waybill redrive --discard 3f9a01   removes its files instead"
        })
final class RedriveCommand extends WaybillCommand {

    @Parameters(paramLabel = "RUN", arity = "0..1", description = "The run's id, or its beginning or end.")
    private String id;

    @Option(names = "--all", description = "All runs whose files were kept, the oldest first.")
    private boolean all;

    @Option(names = "--discard", description = "Remove the files instead of delivering them.")
    private boolean discard;

    @Override
    public Integer call() throws Exception {
        if (all == (id != null)) {
            throw new WrongUsageException("say which: RUN, or --all");
        }
        try (Workspace workspace = Workspace.open()) {
            List<RunEntry> runs = all ? workspace.ledger().undelivered() : List.of(workspace.run(id));
            if (all) {
                printWaiting(workspace.ledger().quarantine().all());
            }
            if (runs.isEmpty()) {
                out().line("no run has a dead letter");
            }
            int exitCode = ExitCode.DONE;
            for (RunEntry run : runs) {
                boolean done = discard ? discard(workspace.ledger(), run) : deliver(workspace, run);
                exitCode = done ? exitCode : ExitCode.FAILED;
            }
            return exitCode;
        }
    }

    /** Which runs are not among all, since somebody has to decide about each. */
    private void printWaiting(Map<String, String> quarantined) {
        quarantined.forEach((flow, run) -> out().line(out().bold(flow) + ": run " + run
                + " is quarantined, and stays where it is: it waits for waybill release or waybill discard"));
    }

    private boolean discard(Ledger ledger, RunEntry run) throws IOException {
        if (run.status() == RunEntry.Status.QUARANTINED) {
            error("run " + run.runId() + " is quarantined; waybill discard " + run.runId()
                    + " --reason \"…\" removes its files");
            return false;
        }
        if (!ledger.discard(run)) {
            error("run " + run.runId() + " has no dead letter");
            return false;
        }
        DeadLetter.deleteFolder(Path.of(run.deadLetter()));
        out().line(out().bold(run.flow()) + ": run " + run.runId() + ": its files are removed");
        return true;
    }

    private boolean deliver(Workspace workspace, RunEntry run) {
        Terminal out = out();
        Optional<String> superseded =
                run.deadLetter() == null ? Optional.empty() : new Redrive(workspace.ledger()).superseded(run);
        if (all && superseded.isPresent()) {
            out.line(out.bold(run.flow()) + ": run " + run.runId() + " stays where it is: " + superseded.get());
            return true;
        }
        try (FlowRunner runner = FlowRunner.start(
                workspace.routesOf(run, "waybill redrive --discard " + run.runId() + " removes them"), false)) {
            FlowRunner.Outcome outcome = runner.redrive(run);
            if (outcome.failure() != null) {
                error(run.flow() + ": " + outcome.message());
                return false;
            }
            RunCommand.printDelivered(out, "delivered", outcome.result());
            return true;
        }
    }
}
