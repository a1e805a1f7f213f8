package io.waybill.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code waybill serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description =
                "Runs the flows of routes/ by their schedules, and the Camel routes beside them, until it is stopped.")
final class ServeCommand implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        org.apache.camel.main.Main main = Workspace.main("file:" + Workspace.ROUTES + "/*", true);
        main.run();
        return main.getExitCode();
    }
}
