package io.waybill.cli;

/** A command that looks at its folder's flows, connections and ledger, or asks a server for its own. */
abstract class WorkspaceCommand extends WaybillCommand {

    @Override
    public final Integer call() throws Exception {
        ServerOption option = server();
        if (option != null && option.isSet()) {
            return call(option.client());
        }
        try (Workspace workspace = Workspace.open()) {
            return call(workspace);
        }
    }

    /** Where a server may be named; null for a command that works here alone. */
    ServerOption server() {
        return null;
    }

    /** Answers the exit code. */
    abstract int call(Workspace workspace) throws Exception;

    /** Has a server do it; answers the exit code. */
    int call(ServerClient there) throws Exception {
        throw new WrongUsageException("--server: waybill " + spec().name() + " works here alone");
    }
}
