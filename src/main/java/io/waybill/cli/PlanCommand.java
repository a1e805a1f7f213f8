package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.Window;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.part.Waybill.ColumnEntry;
import io.waybill.route.RouteYaml;
import io.waybill.route.step.Planning;
import io.waybill.run.Plan;
import io.waybill.run.PlannedDelivery;
import io.waybill.run.Planner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waybill plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Shows what a flow would do: SQL, columns, file names, rows; changes nothing.")
final class PlanCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The flow's id; waybill list shows them.")
    private String id;

    @Option(names = "--route", description = "Print the flow's Camel route, too; waybill route prints it alone.")
    private boolean route;

    @Option(names = "--json", description = "Print the plan as one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        try (CamelContext context = Workspace.context()) {
            FlowFolder folder = Workspace.flows(context);
            Flow flow = Workspace.flow(folder, id);
            if (!flow.notYet().isEmpty()) {
                throw new InvalidFlowException(flow.notYet());
            }
            DataSet declared = folder.dataSetOf(flow).orElse(null);
            Plan plan = plan(context, flow, declared);
            String yaml = new RouteYaml(context).print(flow, declared);
            Terminal out = Terminal.out(spec);
            if (json) {
                out.line(ResultJson.print(toJson(plan, yaml)));
            } else {
                print(out, plan);
                if (route) {
                    out.line("");
                    out.line(out.bold("route"));
                    yaml.lines().forEach(line -> out.line("  " + line));
                }
            }
            return ExitCode.DONE;
        }
    }

    /** Plans a flow as a run of now would be. */
    static Plan plan(CamelContext context, Flow flow, DataSet declared) throws Exception {
        return Planning.of(context, flow, declared)
                .plan(new Planner.Request("plan", Instant.now().atZone(flow.timezone()), null, null, null, true));
    }

    private static String windowText(Plan plan) {
        if (!(plan.window() instanceof Window.Everything)) {
            return plan.window().words();
        }
        return "all rows of mode " + plan.mode().label()
                + (plan.latestBatch() == null ? "" : " (latest batch " + plan.latestBatch() + ")");
    }

    private static void print(Terminal out, Plan plan) {
        out.line(out.bold("flow") + "         " + plan.flow());
        out.line(out.bold("data set") + "     " + plan.source().id() + ": "
                + plan.source().location() + " of data source "
                + plan.datasource() + " (" + plan.source().database().productName() + "), "
                + plan.source().kind().label());
        out.line(out.bold("window") + "       " + windowText(plan));
        if (plan.increment() != null) {
            out.line(out.bold("guarantee") + "    " + plan.increment().guarantee());
            plan.increment().notes().forEach(note -> out.line("             " + note));
        }
        out.line(out.bold("rows") + "         " + plan.estimate().words());
        out.line(out.bold("reading") + "      " + plan.reading().words());
        for (PlannedDelivery delivery : plan.deliveries()) {
            out.line(out.bold("file") + "         " + delivery.where(1)
                    + (delivery.names().several() ? " and following" : ""));
            out.line(out.bold("delivered") + "    "
                    + delivery.promise(plan.deliveries().size() == 1));
            if (delivery.waybill()) {
                out.line(out.bold("waybill") + "      " + delivery.whereWaybill());
            }
        }
        out.line("");
        out.line(out.bold("SQL"));
        plan.query().sql().lines().forEach(line -> out.line("  " + line));
        for (int i = 0; i < plan.query().parameters().size(); i++) {
            out.line("  parameter " + (i + 1) + ": " + plan.query().parameters().get(i));
        }
        out.line("");
        List<List<String>> rows = new ArrayList<>();
        for (ColumnEntry column : plan.columns()) {
            rows.add(List.of(column.name(), column.type(), column.fileType()));
        }
        out.table(List.of("column", "type", "in " + plan.export().format().extension()), rows);
        plan.leftOut().ifPresent(out::line);
    }

    private static ObjectNode toJson(Plan plan, String yaml) {
        ObjectNode json = ResultJson.JSON.createObjectNode();
        json.put("flow", plan.flow())
                .put("dataset", plan.source().id())
                .put("location", plan.source().location())
                .put("datasource", plan.datasource())
                .put("kind", plan.source().kind().name().toLowerCase(java.util.Locale.ROOT))
                .put("mode", plan.mode().label())
                .put("window", windowText(plan))
                .put(
                        "guarantee",
                        plan.increment() == null ? null : plan.increment().guarantee())
                .put("rows", plan.estimate().isKnown() ? plan.estimate().words() : "")
                .put("reading", plan.reading().words())
                .put("file", plan.delivery().where(1))
                .put("waybill", plan.delivery().whereWaybill())
                .put("sql", plan.query().sql());
        ArrayNode parameters = json.putArray("parameters");
        plan.query().parameters().forEach(parameter -> parameters.add(String.valueOf(parameter)));
        ArrayNode columns = json.putArray("columns");
        plan.columns()
                .forEach(column -> columns.addObject()
                        .put("name", column.name())
                        .put("type", column.type())
                        .put("file_type", column.fileType()));
        json.put("left_out", plan.leftOut().orElse(null));
        ArrayNode deliveries = json.putArray("deliveries");
        plan.deliveries()
                .forEach(delivery -> deliveries
                        .addObject()
                        .put("id", delivery.id())
                        .put("file", delivery.where(1))
                        .put("waybill", delivery.whereWaybill())
                        .put("delivered", delivery.promise(plan.deliveries().size() == 1)));
        if (plan.increment() != null) {
            ArrayNode notes = json.putArray("notes");
            plan.increment().notes().forEach(notes::add);
        }
        json.put("route", yaml);
        return json;
    }
}
