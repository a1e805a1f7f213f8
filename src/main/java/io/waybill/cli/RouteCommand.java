package io.waybill.cli;

import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.route.RouteYaml;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waybill route}. */
@Command(
        name = "route",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a flow as a Camel route in YAML, which runs without its flow file:",
            "  waybill route ID > routes/ID.camel.yaml"
        })
final class RouteCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The flow's id; waybill list shows them.")
    private String id;

    @Override
    public Integer call() throws Exception {
        try (CamelContext context = Workspace.context()) {
            FlowFolder folder = Workspace.flows(context);
            Flow flow = Workspace.flow(folder, id);
            spec.commandLine()
                    .getOut()
                    .print(new RouteYaml(context)
                            .print(flow, folder.dataSetOf(flow).orElse(null)));
            spec.commandLine().getOut().flush();
            return ExitCode.DONE;
        }
    }
}
