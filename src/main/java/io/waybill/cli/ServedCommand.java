package io.waybill.cli;

import picocli.CommandLine.Mixin;

/** A command that a server does where one is named, and that else looks at its own folder. */
abstract class ServedCommand extends WorkspaceCommand {

    @Mixin
    private ServerOption server;

    @Override
    public final Integer call() throws Exception {
        return server.isSet() ? Integer.valueOf(call(server.client())) : super.call();
    }

    /** Has a server do it; answers the exit code. */
    abstract int call(ServerClient there) throws Exception;
}
