package io.waybill.cli;

import io.waybill.delivery.DeadLetter;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.run.Redrive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waybill redrive}. */
@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        description = "Delivers the files of failed runs, which were kept as dead letters; nothing is read again.",
        footer = {
            "",
            "Examples:",
            "  waybill redrive 3f9a01        delivers one run: its id, or the end of it",
            "  waybill redrive --all         delivers all, the oldest first",
            "  waybill redrive --discard 3f9a01   removes its files instead"
        })
final class RedriveCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

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
        try (CamelContext context = Workspace.context()) {
            Ledger ledger = Workspace.ledger(context);
            List<RunEntry> runs = all ? ledger.undelivered() : List.of(Workspace.run(ledger, id));
            Terminal out = Terminal.out(spec);
            if (runs.isEmpty()) {
                out.line("no run has a dead letter");
            }
            int exitCode = ExitCode.DONE;
            for (RunEntry run : runs) {
                boolean done = discard ? discard(ledger, run, out) : deliver(context, ledger, run, out);
                exitCode = done ? exitCode : ExitCode.FAILED;
            }
            return exitCode;
        }
    }

    private boolean discard(Ledger ledger, RunEntry run, Terminal out) throws IOException {
        if (!ledger.discard(run)) {
            Main.printError(spec.commandLine().getErr(), "run " + run.runId() + " has no dead letter");
            return false;
        }
        DeadLetter.deleteFolder(Path.of(run.deadLetter()));
        out.line(out.bold(run.flow()) + ": run " + run.runId() + ": its files are removed");
        return true;
    }

    private boolean deliver(CamelContext context, Ledger ledger, RunEntry run, Terminal out) throws Exception {
        Optional<String> superseded = run.deadLetter() == null ? Optional.empty() : new Redrive(ledger).superseded(run);
        if (all && superseded.isPresent()) {
            out.line(out.bold(run.flow()) + ": run " + run.runId() + " stays where it is: " + superseded.get());
            return true;
        }
        FlowFolder folder = Workspace.flows(context);
        Flow flow = Workspace.flow(folder, run.flow());
        org.apache.camel.main.Main main =
                Workspace.main("file:" + folder.files().get(flow.id()), false);
        main.start();
        try (FlowRunner runner = new FlowRunner(main.getCamelContext(), false)) {
            FlowRunner.Outcome outcome = runner.redrive(run);
            if (outcome.failure() != null) {
                Main.printError(spec.commandLine().getErr(), run.flow() + ": " + outcome.message());
                return false;
            }
            RunResult result = outcome.result();
            out.line(out.bold(run.flow()) + ": run " + run.runId() + " is delivered: " + Terminal.count(result.rows())
                    + " rows, " + Terminal.size(result.bytes()));
            result.files().forEach(file -> out.line("  " + file.path()));
            RunCommand.printRest(out, result);
            return true;
        } finally {
            main.stop();
        }
    }
}
