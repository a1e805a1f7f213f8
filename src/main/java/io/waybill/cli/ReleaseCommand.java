package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.flow.Form;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
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
        RunEntry run = asItStands(workspace, id);
        requireQuarantined(run);
        String why = reason.ask();
        new Redrive(workspace.ledger()).check(run, why);
        try (FlowRunner runner = FlowRunner.start(
                workspace.routesOf(run, "waybill discard " + run.runId() + " --reason \"…\" removes them"), false)) {
            FlowRunner.Outcome outcome = runner.release(run, why);
            if (outcome.failure() != null) {
                error(run.flow() + ": " + outcome.message());
                return ExitCode.FAILED;
            }
            RunCommand.printDelivered(out(), "released", outcome.result());
            return ExitCode.DONE;
        }
    }

    /** A run, after what its process has left is seen to, where that was killed while it quarantined or released it. */
    static RunEntry asItStands(Workspace workspace, String id) {
        RunEntry run = workspace.run(id);
        if (!workspace.ledger().silent().containsKey(run.runId())) {
            return run;
        }
        workspace.component().recover(run.flow());
        return workspace.run(run.runId());
    }

    /** Refuses what waits for nobody. */
    static void requireQuarantined(RunEntry run) {
        if (run.status() != Status.QUARANTINED) {
            throw WaybillException.refusal(
                    "run " + run.runId() + " is not quarantined: it is " + Form.lower(run.status())
                            + (run.deadLetter() != null && run.status() != Status.DISCARDED
                                    ? "; waybill redrive " + run.runId() + " delivers its files"
                                    : ""));
        }
    }
}
