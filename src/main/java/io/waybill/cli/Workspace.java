package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.flow.DataSet;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.NearestName;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.flow.toml.OwnRoute;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.MarkedDataSets;
import io.waybill.route.step.Planning;
import io.waybill.route.step.WaybillComponent;
import io.waybill.run.FeedPlanner;
import io.waybill.run.Planner;
import io.waybill.run.TablesPlanner;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The folder that commands work in, its {@code application.properties} and its flows under {@code routes/}: what there is to see of it
 * without running a flow.
 */
final class Workspace implements AutoCloseable {

    static final Path ROUTES = Path.of("routes");

    private static final String PROPERTIES = "file:application.properties;optional=true";

    private static final String ROUTES_INCLUDED = "camel.main.routesIncludePattern";

    /** The folder that the launcher was called in. */
    static final String CALLED_IN = "waybill.cwd";

    private final CamelContext context;
    private FlowFolder flows;

    /** Reads the properties of a context that is built. */
    private Workspace(CamelContext context) {
        this.context = context;
        ServiceHelper.startService(context.getPropertiesComponent());
        Settings.of(context).check();
    }

    static Workspace open() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().addLocation(PROPERTIES);
        context.build();
        return new Workspace(context);
    }

    /** Whether the folder is the launcher's own, which it took since the one it was called in holds nothing of Waybill's. */
    static boolean isLaunchersOwn() {
        return !System.getProperty("waybill.home", "").isEmpty();
    }

    /** A Camel context with the properties and no routes. */
    CamelContext context() {
        return context;
    }

    /**
     * Camel Main, not started, that will load the routes of a pattern.
     *
     * @param service whether it runs the triggers until it is stopped; otherwise it runs what it is told to, and an
     *     interruption is the command's to handle: Camel would stop the routes before a run could clean up after itself
     */
    static Main main(String routes, boolean service) {
        Main main = new Main();
        main.addMainListener(new TelemetrySwitch());
        main.setPropertyPlaceholderLocations(PROPERTIES);
        main.addOverrideProperty(ROUTES_INCLUDED, routes);
        main.addOverrideProperty(SettingsTable.TRIGGERS.name(), Boolean.toString(service));
        main.addInitialProperty("camel.main.name", "waybill");
        // for dev mode: by itself Camel looks for YAML and XML alone, and a wrong file would end all routes
        main.addInitialProperty("camel.main.routesReloadDirectory", ROUTES.toString());
        main.addInitialProperty("camel.main.routesReloadPattern", "*.toml,*.yaml,*.xml");
        main.addInitialProperty("camel.main.routesReloadRemoveAllRoutes", "false");
        // the summary would show every property's value
        main.addInitialProperty("camel.main.autoConfigurationLogSummary", "false");
        if (!service) {
            main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        }
        return main;
    }

    /**
     * Camel Main, not started, that will load one flow alone. Its file is looked for by the context that then runs it: a context more
     * would cost a tenth of a small run.
     *
     * @param found is told of the flow before its route is loaded, and may refuse it
     */
    static Main mainOf(String id, Consumer<Flow> found) {
        Main main = main("", false);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport starting) {
                Workspace workspace = new Workspace(starting.getCamelContext());
                Flow flow = workspace.flow(id);
                found.accept(flow);
                starting.addOverrideProperty(ROUTES_INCLUDED, workspace.routesWith(flow));
                workspace.component().openLedgerAhead();
            }
        });
        return main;
    }

    /** All flows under {@code routes/}. */
    FlowFolder flows() {
        if (flows == null) {
            if (!Files.isDirectory(ROUTES)) {
                throw new WrongUsageException("there is no folder routes/ in "
                        + Path.of("").toAbsolutePath() + "; flows are *.toml files in it");
            }
            flows = FlowFolder.read(ROUTES, FlowRoutesLoader.placeholders(context));
            MarkedDataSets.of(context).declared(ROUTES, flows);
        }
        return flows;
    }

    /**
     * A flow by its id; that of many tables also by the name of one of these.
     *
     * @throws WrongUsageException when there is none
     * @throws InvalidFlowException when its file is wrong
     */
    Flow flow(String id) {
        FlowFolder folder = flows();
        Flow flow = folder.flows().get(ExportedTable.flow(id));
        if (flow != null && ExportedTable.isOne(id) && !flow.isOfManyTables()) {
            throw new WrongUsageException(
                    "flow \"" + flow.id() + "\" is of one table, and \"" + id + "\" would be one of many");
        }
        if (flow != null) {
            // a duplicate of its id, or what is wrong in datasets.toml, is this flow's business too
            List<io.waybill.flow.Problem> own = folder.problems().stream()
                    .filter(problem -> problem.place().file().endsWith("datasets.toml")
                            || problem.key().equals("id") && problem.message().contains("\"" + id + "\""))
                    .toList();
            if (!own.isEmpty()) {
                throw new InvalidFlowException(own);
            }
            return flow;
        }
        Flow replaced = folder.replaced().get(id);
        if (replaced != null) {
            throw new WrongUsageException("flow \"" + id + "\" is the route in "
                    + OwnRoute.of(Path.of(replaced.place().file()), id) + ", which waybill serve runs; "
                    + replaced.place().file() + " is not loaded as long as that is there (waybill route " + id
                    + " --back)");
        }
        List<io.waybill.flow.Problem> inItsFile = problemsOf(id);
        if (!inItsFile.isEmpty()) {
            throw new InvalidFlowException(inItsFile);
        }
        String hint = NearestName.hint(id, folder.flows().keySet());
        throw new WrongUsageException("there is no flow \"" + id + "\"" + (hint.isEmpty() ? "." : hint)
                + (folder.flows().isEmpty()
                        ? " routes/ holds no flow that is well formed"
                        : " Flows: " + String.join(", ", folder.flows().keySet())));
    }

    /** The pattern of the routes of one flow. */
    String routesOf(Flow flow) {
        return "file:" + flows().files().get(flow.id());
    }

    /**
     * The pattern of the routes that deliver the files of a run.
     *
     * @param instead what else may be done with these files, for the message
     * @throws WaybillException when its flow has no file any more
     * @throws InvalidFlowException when its file is wrong
     */
    String routesOf(RunEntry run, String instead) {
        String id = ExportedTable.flow(run.flow());
        if (!flows().flows().containsKey(id) && problemsOf(id).isEmpty()) {
            throw WaybillException.refusal("the files of run " + run.runId()
                    + " cannot be delivered: routes/ has no flow \"" + id
                    + "\" any more; put its file back, or give that its id again (id = \"" + id
                    + "\"); a printed route of its own takes them by direct:" + id
                    + ".redrive, with the header WaybillRunId"
                    + (run.status() == RunEntry.Status.QUARANTINED ? " and WaybillReason" : "") + "; " + instead);
        }
        return routesOf(flow(id));
    }

    private List<io.waybill.flow.Problem> problemsOf(String id) {
        return flows().problems().stream()
                .filter(problem ->
                        Path.of(problem.place().file()).getFileName().toString().startsWith(id + "."))
                .toList();
    }

    /** That of the routes of one flow, and of those that run behind it. */
    private String routesWith(Flow flow) {
        Set<String> ids = new LinkedHashSet<>(List.of(flow.id()));
        Deque<Flow> behind = new ArrayDeque<>(List.of(flow));
        while (!behind.isEmpty()) {
            Flow next = behind.remove();
            List<String> then = next.feed() == null ? List.of() : next.feed().then();
            then.stream().filter(ids::add).forEach(id -> behind.add(flow(id)));
        }
        return ids.stream().map(id -> routesOf(flows().flows().get(id))).collect(Collectors.joining(","));
    }

    /** The data set of a flow, as it is declared; null where it is not. */
    DataSet dataSet(Flow flow) {
        return flows().dataSetOf(flow).orElse(null);
    }

    /** Plans the batches of a feed, or of an export of changes. */
    FeedPlanner feedPlanner(Flow flow) {
        if (flow.compared().isEmpty()) {
            throw new WrongUsageException("flow \"" + flow.id() + "\" is an export, and not a feed");
        }
        return Planning.ofFeed(context, flow, dataSet(flow));
    }

    /** Plans the runs of an export. */
    Planner planner(Flow flow) throws Exception {
        if (flow.export() == null) {
            throw new WrongUsageException("flow \"" + flow.id() + "\" is a feed, and not an export");
        }
        return Planning.of(context, flow, dataSet(flow));
    }

    /** Likewise, of the flow that an id means: one of many tables is planned by the name that its state has. */
    Planner planner(Flow flow, String id) throws Exception {
        if (!flow.isOfManyTables()) {
            return planner(flow);
        }
        TablesPlanner tables = Planning.ofTables(context, flow);
        List<TablesPlanner.One> all = tables.find().tables();
        return tables.of(all.stream()
                .filter(one -> one.table().flowOf(flow.id()).equals(id))
                .findFirst()
                .orElseThrow(() -> new WrongUsageException("flow \"" + flow.id()
                        + "\" exports many tables, each by a name of its own: "
                        + all.stream()
                                .limit(5)
                                .map(one -> one.table().flowOf(flow.id()))
                                .collect(Collectors.joining(", "))
                        + (all.size() > 5 ? ", …" : ""))));
    }

    /** The component that runs flows. */
    WaybillComponent component() {
        return context.getComponent("waybill", WaybillComponent.class);
    }

    /** The ledger that the properties name. */
    Ledger ledger() {
        return component().ledger();
    }

    /**
     * A run by its id, or by the id's beginning or end.
     *
     * @throws WrongUsageException when there is none, or several
     */
    RunEntry run(String id) {
        List<RunEntry> found = ledger().find(id);
        String one = theOne(id, found.stream().map(RunEntry::runId).toList());
        return found.stream().filter(run -> run.runId().equals(one)).findFirst().orElseThrow();
    }

    /** The one run that an id, or its beginning or end, is meant for. */
    static String theOne(String id, List<String> found) {
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new WrongUsageException(
                found.isEmpty()
                        ? "there is no run \"" + id + "\"; waybill history shows the runs"
                        : "\"" + id + "\" is several runs: "
                                + String.join(", ", found.subList(0, Math.min(5, found.size()))));
    }

    /** A path as the user meant it: relative to where the launcher was called. */
    static Path userPath(String path) {
        String calledIn = System.getProperty(CALLED_IN);
        return calledIn == null ? Path.of(path) : relative(Path.of(calledIn).resolve(path));
    }

    /** The path relative to the working folder where it lies below it: shorter to read. */
    private static Path relative(Path path) {
        Path here = Path.of("").toAbsolutePath();
        Path normal = path.toAbsolutePath().normalize();
        return normal.startsWith(here) && !normal.equals(here) ? here.relativize(normal) : normal;
    }

    @Override
    public void close() {
        context.stop();
    }
}
