package io.waybill.cli;

/** A command that looks at its folder's flows, connections and ledger. */
abstract class WorkspaceCommand extends WaybillCommand {

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.open()) {
            return call(workspace);
        }
    }

    /** Answers the exit code. */
    abstract int call(Workspace workspace) throws Exception;
}
