package io.waybill.cli;

import io.waybill.ledger.RunEntry;
import io.waybill.run.Redrive;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code waybill release}. */
@Command(
        name = "release",
        description = {
            "Publishes the files of a quarantined run as they are, though something that was expected does not hold.",
            "Nothing is read again; the watermark moves as it would have."
        },
        footer = {"", "Example:  waybill release 3f9a01 --reason \"the gap is known, see ticket 4711\""})
final class ReleaseCommand extends WorkspaceCommand {

    @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning or end; waybill history shows them.")
    private String id;

    @Mixin
    private Reason reason;

    @Override
    int call(Workspace workspace) throws Exception {
        RunEntry run = workspace.component().asItStands(workspace.run(id));
        Redrive redrive = new Redrive(workspace.ledger());
        redrive.requireQuarantined(run);
        String why = reason.ask();
        redrive.check(run, why);
        try (FlowRunner runner = FlowRunner.start(workspace.routesOf(workspace.flow(run.flow())), false)) {
            FlowRunner.Outcome outcome = runner.release(run, why);
            if (outcome.failure() != null) {
                error(run.flow() + ": " + outcome.message());
                return ExitCode.FAILED;
            }
            RunCommand.printDelivered(out(), "released", outcome.result());
            return ExitCode.DONE;
        }
    }
}
