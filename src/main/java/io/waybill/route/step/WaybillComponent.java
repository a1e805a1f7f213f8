package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.delivery.AbsentComponents;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.StagingFolder;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.Key;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Pauses;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.route.IdleFlows;
import io.waybill.route.StepOptions;
import io.waybill.route.Verb;
import io.waybill.rows.DataSources;
import io.waybill.run.ActiveRun;
import io.waybill.run.BatchNumbers;
import io.waybill.run.FeedPlanner;
import io.waybill.run.Plan;
import io.waybill.run.Recovery;
import io.waybill.run.RunFolders;
import io.waybill.run.Takeover;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The {@code waybill:} component: {@code waybill:<verb>/<flow>} is a step of a flow's route, {@code waybill:<flow>} runs
 * the flow. It knows the runs under way in this process; a flow never runs twice at once.
 */
@Component("waybill")
@ManagedResource(description = "Waybill's runs")
public class WaybillComponent extends ObservedComponent {

    private final PropertyConfigurer configurer = new StepConfigurer();
    private final HeldLedger ledger = new HeldLedger(this);
    private RunStarts starts;
    private RunHealth health;
    private RunWatch watch;
    private WaitingFirings firings;
    private Later later;
    private volatile boolean draining;

    @Metadata(label = "advanced", description = "Where the time comes from.")
    private Clock clock = Clock.systemUTC();

    @Override
    public void setCamelContext(CamelContext context) {
        super.setCamelContext(context);
        starts = new RunStarts(
                this, IdleFlows.of(context).runs()); // commands ask for the ledger of a context that is not started
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        Settings.of(getCamelContext()).check();
        AbsentComponents.replaceIn(getCamelContext()); // a run's first step comes before those that publish
        getCamelContext().getCamelContextExtension().addInterceptStrategy(new StepGuards());
        getCamelContext().addLifecycleStrategy(new RunsAtTheEnd(this));
        health = new RunHealth(this);
        getCamelContext().addStartupListener((context, started) -> ledger.offerRanges());
    }

    /** Is told how runs go on. */
    synchronized RunWatch watch() {
        if (watch == null) {
            RunWatch bound = CamelContextHelper.findSingleByType(getCamelContext(), RunWatch.class);
            watch = bound == null ? RunWatch.NONE : bound;
        }
        return watch;
    }

    @Override
    protected synchronized void doStart() throws Exception {
        later = null;
        draining = false;
        super.doStart();
        if (Boolean.parseBoolean(setting(SettingsTable.TRIGGERS))) { // what runs one flow and ends, nobody watches
            health.show();
        }
    }

    /** Whether flows can run now, as Camel's registry of health checks has it, too. */
    public List<HealthCheck> healthChecks() {
        return health.checks();
    }

    /** Whether there is a ledger, or one is set: a file is made when somebody needs it. */
    public boolean hasLedger() {
        return ledger.isThere();
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int slash = remaining.indexOf('/');
        Verb verb = slash < 0 ? Verb.RUN : Verb.parse(remaining.substring(0, slash));
        WaybillEndpoint endpoint = new WaybillEndpoint(uri, this, verb, remaining.substring(slash + 1));
        String wrongId = Flow.idProblem(endpoint.flow());
        if (wrongId != null) {
            throw WaybillException.refusal("waybill: " + wrongId + " as the flow of " + uri);
        }
        endpoint.refuse(StepOptions.check(verb, parameters));
        for (Key<?> key :
                List.of(ExportKeys.FILTERS, ExportKeys.TRANSFORM, ExportKeys.DELIVERY, ExportKeys.DATA_SETS)) {
            List<?> beans = resolveAndRemoveReferenceListParameter(parameters, key.option(), StepOptions.beanOf(key));
            if (beans != null && !beans.isEmpty()) {
                endpoint.set(key, beans);
            }
        }
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return configurer;
    }

    /** Begins runs, and knows those under way. */
    RunStarts starts() {
        return starts;
    }

    /**
     * Cleans up after runs whose process ended before they did, as the next run would.
     *
     * @param flow the flow that is to be free; another's run that cannot be cleaned up after is left to that flow
     * @throws WaybillException when a run of that flow cannot be cleaned up after now
     */
    public void recover(String flow) {
        recovery().run(flow);
    }

    /** A run as it stands once what its process has left is seen to, where that was killed while it quarantined or released it. */
    public RunEntry asItStands(RunEntry run) {
        if (!ledger().silent().containsKey(run.runId())) {
            return run;
        }
        recover(run.flow());
        return ledger().run(run.runId()).orElse(run);
    }

    /**
     * Removes the tables of a feed; its batches are numbered on.
     *
     * @throws WaybillException when the flow is running
     */
    public void drop(String flow, FeedPlanner planner) {
        recover(flow);
        ledger().runs(flow, Status.RUNNING, 1).forEach(run -> {
            throw WaybillException.refusal("flow \"" + flow + "\" is running (run " + run.runId() + ")");
        });
        new BatchNumbers(ledger().watermarks(), flow).keep(planner);
        ledger().audit().write("feed drop", flow, String.join(", ", planner.drop()));
    }

    /** The steps of a verb that there are in this Camel context. */
    Stream<WaybillEndpoint> steps(Verb verb) {
        return getCamelContext().getEndpoints().stream()
                .filter(WaybillEndpoint.class::isInstance)
                .map(WaybillEndpoint.class::cast)
                .filter(step -> step.verb() == verb);
    }

    /** What a flow begins with, be it an export or a feed. */
    Optional<WaybillEndpoint> first(String flow) {
        return Stream.concat(steps(Verb.BEGIN), steps(Verb.FEED))
                .filter(step -> step.flow().equals(flow))
                .findFirst();
    }

    /**
     * The step that an export begins with.
     *
     * @param asker who asks, for messages
     * @throws WaybillException when it has none
     */
    WaybillEndpoint beginning(String flow, String asker) {
        return steps(Verb.BEGIN)
                .filter(step -> step.flow().equals(flow))
                .findFirst()
                .orElseThrow(() -> WaybillException.refusal(
                        "waybill:" + asker + ": flow \"" + flow + "\" has no step waybill:begin"));
    }

    /** Does things later, until the component is stopped. */
    synchronized Later later() {
        if (later == null) {
            later = new Later(getCamelContext());
        }
        return later;
    }

    /** Lets a firing that found the ledger, or its data source, away run when that answers again. */
    void letWait(Exchange exchange, Firing firing, WaybillException why) {
        if (exchange.getProperty(Firing.PROPERTY) != null) {
            exchange.setProperty(Firing.WAITS, true);
        }
        firings().add(firing, why.getMessage());
    }

    /** Lets a firing wait where others of its flow do: they run in their order. */
    boolean waitsBehindOthers(Firing firing) {
        return firings().addBehindOthers(firing);
    }

    @ManagedAttribute(description = "How many firings wait for the ledger")
    public synchronized int getWaitingFirings() {
        return firings == null ? 0 : firings.size();
    }

    /** Starts nothing by triggers any more; what they have started goes on. */
    public void stopTriggers() {
        draining = true;
        getCamelContext().getRoutes().stream()
                .filter(route -> Firing.isTrigger(route.getRouteId()))
                .forEach(route -> ServiceHelper.stopService(route.getConsumer()));
    }

    private synchronized WaitingFirings firings() {
        if (firings == null) {
            firings = new WaitingFirings(this);
        }
        return firings;
    }

    /** Where the files of runs wait. */
    RunFolders folders() {
        return new RunFolders(folder(SettingsTable.STAGING), folder(SettingsTable.DEAD_LETTER));
    }

    Recovery recovery(Ledger open) {
        return new Recovery(
                open,
                new Destinations(getCamelContext()),
                stagingCipher(),
                folders(),
                starts.runs(),
                name -> DataSources.find(getCamelContext(), name),
                clock);
    }

    /** The private folder of a run's staged files. */
    StagingFolder staging(Plan plan) {
        return movesFiles(plan) && plan.delivery().destination() instanceof LocalDestination local
                ? local.staging(plan.runId())
                : folders().stagingOf(plan.runId());
    }

    /** Whether a run's files are moved to where they go: to one folder of this machine, and as they lie. */
    boolean movesFiles(Plan plan) {
        return plan.deliveries().size() == 1
                && plan.delivery().destination() instanceof LocalDestination
                && !stagingCipher().encrypts();
    }

    /** What the processes of other machines can do for a run that is killed, in words; empty where there are none. */
    public Optional<String> takeover(Export export) {
        boolean moves = export.deliveries().size() == 1
                && export.delivery().kind().isLocal()
                && !stagingCipher().encrypts();
        return new Takeover(ledger().nodes().hostsElsewhere(), moves).words(export);
    }

    /**
     * How files are encrypted while they wait.
     *
     * @throws WaybillException when the properties that say so are wrong
     */
    StagingCipher stagingCipher() {
        return StagingCipher.of(setting(SettingsTable.STAGING_CIPHER), setting(SettingsTable.STAGING_KEY));
    }

    /** How long a run is remembered that has ended. */
    public Duration retention() {
        return Duration.ofDays(Integer.parseInt(setting(SettingsTable.RETENTION_DAYS)));
    }

    String setting(Key<String> key) {
        return Settings.of(getCamelContext()).get(key);
    }

    private Path folder(Key<String> key) {
        return Path.of(setting(key)).toAbsolutePath().normalize();
    }

    /**
     * The ledger, opened when it is first asked for.
     *
     * @throws WaybillException when its database cannot be reached
     */
    public Ledger ledger() {
        return ledger.open();
    }

    /** The ledger, where somebody has opened it. */
    Optional<Ledger> openLedger() {
        return ledger.opened();
    }

    /** The flows that are paused. A ledger that is a file is not made for that. */
    public Set<String> paused() {
        return hasLedger()
                ? ledger().pauses().all().stream().map(Pauses.Pause::flow).collect(Collectors.toSet())
                : Set.of();
    }

    /** The quarantined runs by their flows, which begin no other. A ledger that is a file is not made for that. */
    public Map<String, String> quarantined() {
        return hasLedger() ? ledger().quarantine().all() : Map.of();
    }

    /** Has a ledger that is a file, and there, opened while the context starts: both take their time. */
    public void openLedgerAhead() {
        ledger.openAhead();
    }

    void openAhead(Map<String, String> settings) {
        ledger.openAhead(settings);
    }

    /** How long this process leaves a time of a trigger to others that share the ledger. */
    Duration turn(String trigger, Instant due) {
        return ledger.turn(trigger, due);
    }

    /** Has the process stay, as one that serves does: it goes on with the runs of others that are not there any more. */
    public void stay() {
        ledger.stay();
    }

    /** Whether it starts nothing by itself any more, nor takes over what others have left. */
    boolean isDraining() {
        return draining;
    }

    boolean stays() {
        return ledger.stays();
    }

    /** What goes on with the runs of processes that have ended before they did. */
    public Recovery recovery() {
        return recovery(ledger());
    }

    @Override
    protected synchronized void doStop() throws Exception {
        if (firings != null) {
            firings.stop();
            firings = null;
        }
        if (later != null) {
            later.stop(); // and stays: what is under way yet does not begin it anew
        }
        ledger.close();
        super.doStop();
    }

    /** The runs under way in this process. */
    public Collection<ActiveRun> activeRuns() {
        return starts.runs().underWay();
    }

    public Clock getClock() {
        return clock;
    }

    /** Where the time comes from. */
    public void setClock(Clock clock) {
        this.clock = clock;
    }
}
