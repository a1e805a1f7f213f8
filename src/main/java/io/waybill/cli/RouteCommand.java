package io.waybill.cli;

import io.waybill.flow.Flow;
import io.waybill.route.RouteYaml;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code waybill route}. */
@Command(
        name = "route",
        description = {
            "Prints a flow as a Camel route in YAML, which runs without its flow file:",
            "  waybill route ID > routes/ID.camel.yaml"
        })
final class RouteCommand extends WorkspaceCommand {

    @Parameters(paramLabel = "ID", description = "The flow's id; waybill list shows them.")
    private String id;

    @Override
    int call(Workspace workspace) throws Exception {
        Flow flow = workspace.flow(id);
        PrintWriter out = spec().commandLine().getOut();
        out.print(new RouteYaml(workspace.context()).print(flow, workspace.dataSet(flow)));
        out.flush();
        return ExitCode.DONE;
    }
}
