package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.delivery.Destinations;
import io.waybill.ledger.RunEntry;
import io.waybill.run.Redrive;
import io.waybill.run.RunJson;
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
final class ReleaseCommand extends ServedCommand {

    @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning or end; waybill history shows them.")
    private String id;

    @Mixin
    private Reason reason;

    @Override
    int call(Workspace workspace) throws Exception {
        RunEntry run = workspace.component().asItStands(workspace.run(id));
        Redrive redrive = new Redrive(workspace.ledger(), new Destinations(workspace.context())::replacesByKey);
        redrive.requireQuarantined(run);
        String why = reason.ask();
        redrive.check(run, why);
        try (FlowRunner runner = FlowRunner.start(
                workspace.routesOf(run, "waybill discard " + run.runId() + " --reason \"…\" removes them"), false)) {
            FlowRunner.Outcome outcome = runner.release(run, why);
            if (outcome.failure() != null) {
                error(run.flow() + ": " + outcome.message());
                return ExitCode.FAILED;
            }
            return released(RunJson.of(outcome.result()));
        }
    }

    @Override
    int call(ServerClient there) throws Exception {
        String run = there.runId(id);
        ServerClient.Answered begun = there.ask("POST", "/v2/runs/" + run + "/release", reason.asJson(), null);
        ObjectNode result =
                new RemoteRuns(there, spec().commandLine().getErr(), false).follow(run, there.decided(begun));
        ResultShown shown = new ResultShown(result);
        if (!shown.isDone()) {
            error(result.path("flow").asText() + ": " + shown.message());
            return ExitCode.FAILED;
        }
        return released(result);
    }

    private int released(ObjectNode result) {
        new ResultShown(result).printDelivered(out(), "released");
        return ExitCode.DONE;
    }
}
