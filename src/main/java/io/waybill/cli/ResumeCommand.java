package io.waybill.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code waybill resume}. */
@Command(
        name = "resume",
        description = "Ends a flow's pause: its triggers start it again. What fell into the pause is not made up for.")
final class ResumeCommand extends ServedCommand {

    @Parameters(paramLabel = "ID", description = "The flow's id.")
    private String id;

    @Override
    int call(Workspace workspace) throws Exception {
        String flow = workspace.flow(id).id();
        return tell(flow, workspace.ledger().pauses().resume(flow));
    }

    @Override
    int call(ServerClient there) {
        return tell(
                id,
                there.post("/v2/flows/" + ServerClient.segment(id) + "/resume", null)
                        .path("changed")
                        .asBoolean());
    }

    private int tell(String flow, boolean resumed) {
        out().line("flow " + flow + (resumed ? ": its triggers start it again" : " is not paused"));
        return ExitCode.DONE;
    }
}
