package io.waybill.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code waybill pause}. */
@Command(
        name = "pause",
        description = {
            "Pauses a flow: its triggers start nothing, in any process, until waybill resume.",
            "waybill run still runs it."
        })
final class PauseCommand extends ServedCommand {

    @Parameters(paramLabel = "ID", description = "The flow's id.")
    private String id;

    @Override
    int call(Workspace workspace) throws Exception {
        String flow = workspace.flow(id).id();
        return tell(flow, workspace.ledger().pauses().pause(flow));
    }

    @Override
    int call(ServerClient there) {
        return tell(
                id,
                there.post("/v2/flows/" + ServerClient.segment(id) + "/pause", null)
                        .path("changed")
                        .asBoolean());
    }

    private int tell(String flow, boolean paused) {
        out().line("flow " + flow
                + (paused
                        ? ": its triggers start nothing until waybill resume " + flow + "; waybill run " + flow
                                + " still runs it"
                        : " is paused already"));
        return ExitCode.DONE;
    }
}
