package io.waybill.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code waybill resume}. */
@Command(
        name = "resume",
        description = "Ends a flow's pause: its triggers start it again. What fell into the pause is not made up for.")
final class ResumeCommand extends WorkspaceCommand {

    @Parameters(paramLabel = "ID", description = "The flow's id.")
    private String id;

    @Override
    int call(Workspace workspace) throws Exception {
        String flow = workspace.flow(id).id();
        boolean resumed = workspace.ledger().pauses().resume(flow);
        out().line("flow " + flow + (resumed ? ": its triggers start it again" : " is not paused"));
        return ExitCode.DONE;
    }
}
