package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.database.Source;
import io.waybill.flow.DataSet;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.Trigger;
import io.waybill.privacy.scan.Sample;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.RouteYaml;
import io.waybill.rows.DataSources;
import io.waybill.run.ColumnScan;
import io.waybill.run.Plan;
import io.waybill.run.PlanJson;
import io.waybill.run.PlannedDelivery;
import io.waybill.run.Planner;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill plan}. */
@Command(name = "plan", description = "Shows what a flow would do: SQL, columns, file names, rows; changes nothing.")
final class PlanCommand extends WorkspaceCommand {

    @Parameters(paramLabel = "ID", description = "The flow's id; waybill list shows them.")
    private String id;

    @Option(names = "--route", description = "Print the flow's Camel route, too; waybill route prints it alone.")
    private boolean route;

    @Option(
            names = "--scan",
            description =
                    "Look at the first rows for columns that look like data of persons, and propose their marks; no"
                            + " value is shown.")
    private boolean scan;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "For --scan: whose telephone numbers are known without their country, DE for example.")
    private String region;

    @Option(names = "--json", description = "Print the plan as one JSON object.")
    private boolean json;

    @Override
    int call(Workspace workspace) throws Exception {
        if (region != null && !scan) {
            throw new WrongUsageException("--region: is for --scan, which is missing");
        }
        Flow flow = workspace.runnable(id);
        String yaml = new RouteYaml(workspace.context()).print(flow, workspace.dataSet(flow));
        FeedPlanShown feed = flow.feed() == null ? null : FeedPlanShown.of(workspace.feedPlanner(flow));
        Plan plan = flow.feed() == null ? plan(workspace.planner(flow), flow) : null;
        ScanShown found = scan
                ? scan(
                        workspace,
                        flow,
                        feed == null ? plan.source() : feed.plan().source())
                : null;
        if (json) {
            ObjectNode object =
                    feed == null ? PlanJson.of(plan, triggers(flow), yaml) : feed.toJson(yaml, triggers(flow));
            print(found == null ? object : found.putInto(object));
        } else {
            Terminal out = out();
            if (feed == null) {
                print(out, flow, plan);
            } else {
                feed.print(out, triggers(flow));
            }
            if (found != null) {
                found.print(out);
            }
            if (route) {
                out.line("");
                out.line(out.bold("route"));
                yaml.lines().forEach(line -> out.line("  " + line));
            }
        }
        return ExitCode.DONE;
    }

    private ScanShown scan(Workspace workspace, Flow flow, Source source) {
        String wrong = region == null ? null : Sample.regionProblem(region);
        if (wrong != null) {
            throw new WrongUsageException("--region: " + wrong);
        }
        DataSet dataSet = workspace.dataSet(flow);
        String datasource = FlowRoutesLoader.datasource(
                workspace.context(),
                flow.feed() == null
                        ? flow.export().get(ExportKeys.DATASOURCE)
                        : flow.feed().get(FeedKeys.DATASOURCE),
                dataSet);
        ColumnScan columns =
                new ColumnScan(source, dataSet == null ? DataSet.undeclared(source.id(), datasource) : dataSet, region);
        return new ScanShown(
                source.id(), columns.propose(DataSources.find(workspace.context(), datasource), datasource));
    }

    /** Plans a flow as a run of now would be. */
    static Plan plan(Planner planner, Flow flow) {
        return planner.plan(Planner.Request.look("plan", Instant.now().atZone(flow.timezone())));
    }

    /** When it runs by itself, and what one may expect that does not. */
    private static List<String> triggers(Flow flow) {
        Instant now = Instant.now();
        return flow.triggers().stream()
                .filter(Trigger::enabled)
                .map(trigger -> trigger.id() + ", " + Form.lower(trigger.type())
                        + ListCommand.next(trigger)
                                .map(time -> ": next " + ListCommand.words(time))
                                .orElse("")
                        + trigger.leavesOut(now)
                                .map(left -> "; " + left.message())
                                .orElse(""))
                .toList();
    }

    private static void print(Terminal out, Flow flow, Plan plan) {
        out.fact(13, "flow", plan.flow());
        out.fact(
                13,
                "data set",
                plan.source().id() + ": " + plan.source().location() + " of data source "
                        + plan.datasource() + " (" + plan.source().database().productName() + "), "
                        + plan.source().kind().label());
        out.fact(13, "window", PlanJson.window(plan));
        if (plan.increment() != null) {
            out.fact(13, "guarantee", plan.guarantee());
            plan.increment().notes().forEach(note -> out.line("             " + note));
        }
        out.fact(13, "rows", plan.estimate().words());
        out.fact(13, "reading", plan.reading().words());
        for (PlannedDelivery delivery : plan.deliveries()) {
            out.fact(13, "file", delivery.where(1) + (delivery.names().several() ? " and following" : ""));
            out.fact(13, "delivered", delivery.promise(plan.deliveries().size() == 1));
            if (delivery.waybill()) {
                out.fact(13, "waybill", delivery.whereWaybill());
            }
        }
        triggers(flow).forEach(words -> out.fact(13, "trigger", words));
        out.line("");
        out.line(out.bold("SQL"));
        plan.query().sql().lines().forEach(line -> out.line("  " + line));
        for (int i = 0; i < plan.query().parameters().size(); i++) {
            out.line("  parameter " + (i + 1) + ": " + plan.query().parameters().get(i));
        }
        out.line("");
        String format = "in " + plan.export().format().extension();
        boolean changes = plan.columns().stream().anyMatch(column -> column.privacy() != null);
        (changes ? Table.of("column", "type", format, "leaves") : Table.of("column", "type", format))
                .print(out, plan.columns(), column -> {
                    String leaves = plan.leaves(column.name());
                    return changes
                            ? List.of(
                                    column.name(),
                                    column.type(),
                                    column.fileType(),
                                    leaves.isEmpty() ? "as it is" : leaves)
                            : List.of(column.name(), column.type(), column.fileType());
                });
        if (!plan.excluded().isEmpty()) {
            out.line(String.join(", ", plan.excluded()) + " left out by transform");
        }
        plan.leftOut().ifPresent(out::line);
        plan.unfollowed().ifPresent(out::line);
        if (!plan.contract().isEmpty()) {
            out.line("");
            out.line(out.bold("expected"));
            plan.contract().clauses().forEach(clause -> out.line("  " + clause.words()));
        }
    }
}
