package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.database.Source;
import io.waybill.feed.FeedPlan;
import io.waybill.flow.DataSet;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.Flow;
import io.waybill.privacy.scan.Sample;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.RouteYaml;
import io.waybill.route.step.Planning;
import io.waybill.rows.DataSources;
import io.waybill.run.ColumnScan;
import io.waybill.run.FeedPlanner;
import io.waybill.run.FlowJson;
import io.waybill.run.Plan;
import io.waybill.run.PlanJson;
import io.waybill.run.Planner;
import io.waybill.run.TablesPlanner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill plan}. */
@Command(name = "plan", description = "Shows what a flow would do: SQL, columns, file names, rows; changes nothing.")
final class PlanCommand extends ServedCommand {

    @Parameters(paramLabel = "ID", description = "The flow's id; waybill list shows them.")
    private String id;

    @Option(names = "--route", description = "Print the flow's Camel route, too; waybill route prints it alone.")
    private boolean route;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "Of a flow of many tables, the plan of one, with its schema.")
    private String table;

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
        Flow flow = workspace.flow(id);
        String yaml = new RouteYaml(workspace.context()).print(flow, workspace.dataSet(flow));
        List<String> triggers = FlowJson.triggers(flow, Instant.now());
        if (flow.isOfManyTables()) {
            return ofTables(workspace, flow, yaml, triggers);
        }
        if (table != null) {
            throw new WrongUsageException("--table: is for a flow of many tables, and flow \"" + id + "\" is of one");
        }
        FeedPlanner feed = flow.feed() == null ? null : workspace.feedPlanner(flow);
        Plan plan = feed == null ? plan(workspace.planner(flow), flow) : null;
        FeedPlan batch = feed == null ? null : feed.plan();
        ScanShown found = scan ? scan(workspace, flow, feed == null ? plan.source() : batch.source()) : null;
        return show(
                feed == null
                        ? PlanJson.of(plan, takeover(workspace), triggers, yaml)
                        : PlanJson.of(batch, feed.latest(), triggers, yaml),
                found);
    }

    private int ofTables(Workspace workspace, Flow flow, String yaml, List<String> triggers) throws Exception {
        TablesPlanner tables = Planning.ofTables(workspace.context(), flow);
        Planner.Request look = Planner.Request.look("plan", Instant.now().atZone(flow.timezone()));
        if (table == null) {
            if (scan) {
                throw new WrongUsageException("--scan: looks at one table; --table names it");
            }
            return show(PlanJson.ofTables(tables, Integer.MAX_VALUE, look, takeover(workspace), triggers, yaml), null);
        }
        TablesPlanner.One one = tables.find().one(table);
        Plan plan = tables.of(one).plan(look);
        return show(
                PlanJson.of(plan, takeover(workspace), triggers, yaml),
                scan ? scan(workspace, one.dataSet(), plan.datasource(), plan.source()) : null);
    }

    private static Function<Plan, Optional<String>> takeover(Workspace workspace) {
        return workspace.component()::takeover;
    }

    @Override
    int call(ServerClient there) {
        if (scan || region != null) {
            throw new WrongUsageException((scan ? "--scan" : "--region")
                    + ": looks at rows by a connection of this machine; call it where the server is");
        }
        ObjectNode plan = there.get("/v2/flows/" + ServerClient.segment(id) + "/plan"
                + (table == null ? "" : "?table=" + ServerClient.segment(table)));
        if (route && plan.path("route").asText().isEmpty()) {
            throw new WrongUsageException("--route: the server shows it to those alone who may change the flow");
        }
        return show(plan, null);
    }

    private int show(ObjectNode plan, ScanShown found) {
        if (json) {
            print(found == null ? plan : found.putInto(plan));
            return ExitCode.DONE;
        }
        Terminal out = out();
        new PlanShown(plan).print(out);
        if (found != null) {
            found.print(out);
        }
        if (route) {
            out.line("");
            out.line(out.bold("route"));
            plan.path("route").asText().lines().forEach(line -> out.line("  " + line));
        }
        return ExitCode.DONE;
    }

    private ScanShown scan(Workspace workspace, Flow flow, Source source) {
        DataSet dataSet = workspace.dataSet(flow);
        String datasource = FlowRoutesLoader.datasource(
                workspace.context(),
                flow.feed() == null
                        ? flow.export().get(ExportKeys.DATASOURCE)
                        : flow.feed().get(FeedKeys.DATASOURCE),
                dataSet);
        return scan(workspace, dataSet, datasource, source);
    }

    private ScanShown scan(Workspace workspace, DataSet dataSet, String datasource, Source source) {
        String wrong = region == null ? null : Sample.regionProblem(region);
        if (wrong != null) {
            throw new WrongUsageException("--region: " + wrong);
        }
        ColumnScan columns =
                new ColumnScan(source, dataSet == null ? DataSet.undeclared(source.id(), datasource) : dataSet, region);
        return new ScanShown(
                source.id(), columns.propose(DataSources.find(workspace.context(), datasource), datasource));
    }

    /** Plans a flow as a run of now would be. */
    static Plan plan(Planner planner, Flow flow) {
        return planner.plan(Planner.Request.look("plan", Instant.now().atZone(flow.timezone())));
    }
}
