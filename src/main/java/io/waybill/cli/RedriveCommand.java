package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.run.Discard;
import io.waybill.run.Redrive;
import java.util.List;
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

    private boolean discard(Ledger ledger, RunEntry run) {
        try {
            new Discard(ledger).undelivered(run);
        } catch (WaybillException e) {
            error(e.getMessage());
            return false;
        }
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
        try (FlowRunner runner = FlowRunner.start(workspace.routesOf(workspace.flow(run.flow())), false)) {
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
