package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.ledger.Ledger;
import io.waybill.route.step.Reload;
import io.waybill.route.step.WaybillComponent;
import io.waybill.settings.Reloadable;
import io.waybill.settings.Reloading;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of a Camel context: listens from before its routes start, and answers once they have. */
public final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final CamelContext context;
    private final ServerSettings settings;
    private final ExecutorService runs;
    private final ScheduledExecutorService cleaning;
    private final Api api;
    private final HttpDoor door;
    private final Reloadable reloadable = this::reload;
    private boolean closed;

    private Server(CamelContext context, ServerSettings settings, Path flows, Pages pages) {
        this.context = context;
        this.settings = settings;
        this.runs = context.getExecutorServiceManager().newCachedThreadPool(this, "waybill-asked");
        this.cleaning =
                context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "waybill-abandoned-calls");
        this.api = new Api(
                new Desk(
                        context,
                        new FlowFiles(context, flows),
                        new AtomicReference<>(settings),
                        runs,
                        tls(context, settings),
                        new Addresses.Kept(context)),
                pages);
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost(settings.host());
        configuration.setBindPort(settings.port());
        this.door = new HttpDoor(settings, api, configuration);
    }

    private static Optional<Tls> tls(CamelContext context, ServerSettings settings) {
        return Optional.ofNullable(settings.certificate())
                .map(certificate -> Tls.open(
                        certificate,
                        settings.key(),
                        context.getComponent("waybill", WaybillComponent.class).getClock()));
    }

    /**
     * Has a context listen that is built and not started, where its settings say so.
     *
     * @param flows the folder of the flow files, as Camel is told of it
     * @param pages the pages for people
     * @return the server; empty where no port is set
     * @throws WaybillException where it may not, or cannot: the message says why
     */
    public static Optional<Server> listen(CamelContext context, Path flows, Pages pages) throws Exception {
        Optional<ServerSettings> settings = ServerSettings.of(context);
        if (settings.isEmpty()) {
            return Optional.empty();
        }
        Server server = new Server(context, settings.get(), flows, pages);
        try {
            server.start();
        } catch (Exception e) {
            server.close();
            throw e;
        }
        return Optional.of(server);
    }

    private void start() throws Exception {
        refuseOpenDoor(settings);
        door.setCamelContext(context);
        ServiceHelper.startService(door);
        context.getRegistry().bind("waybill-http-server", door);
        context.addRoutes(new ApiRoutes(api));
        Reload.of(context).add(reloadable);
    }

    /** Nobody but the machine's own users comes in without saying who they are. */
    private void refuseOpenDoor(ServerSettings told) {
        if (!told.isLoopback()
                && told.oidc().isEmpty()
                && api.desk().records().tokens().all().stream()
                        .noneMatch(token -> token.holds(api.desk().clock().instant()))) {
            throw WaybillException.refusal(
                    "waybill.server.host: " + told.host()
                            + " can be reached from other machines, and there is no token that anybody could come with; make one"
                            + " (waybill token create NAME --grant admin@*), set waybill.server.oidc.issuer, or listen at 127.0.0.1");
        }
    }

    /** Takes what it is told anew, but for where it listens, and what it proves itself by. */
    private Reloadable.Taking reload(Reloading reloading) {
        ServerSettings next = ServerSettings.of(reloading.next())
                .orElseThrow(() -> WaybillException.refusal("waybill.server.port: is missing"));
        refuseOpenDoor(next);
        return () -> api.use(next);
    }

    /** What all operations work with. */
    Desk desk() {
        return api.desk();
    }

    /** All that can be called. */
    java.util.List<Operation> operations() {
        return api.operations();
    }

    /** From now on what comes is answered. */
    public void open() {
        door.open();
        long seconds = Ledger.LEASE.toSeconds();
        cleaning.scheduleWithFixedDelay(this::endAbandonedCalls, 0, seconds, TimeUnit.SECONDS);
    }

    private void endAbandonedCalls() {
        try {
            api.desk().component().recovery().calls();
        } catch (RuntimeException e) { // the ledger is away; it is tried again
            LOG.warn("Export calls whose process has ended are not cleaned up after now: {}", e.getMessage());
        }
    }

    /** Where it is, for people. */
    public String address() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return (settings.certificate() == null ? "http://" : "https://") + host + ":" + door.getPort();
    }

    /** Whether a route is one of the server's own. */
    public static boolean isOwnRoute(String routeId) {
        return routeId.startsWith(ApiRoutes.PREFIX);
    }

    /** From now on what comes is told to come again later, and who listens to runs that it ends; what is asked already is still answered. */
    public void drain() {
        door.drain();
    }

    /** Whether nobody waits for an answer any more. */
    public boolean isDrained() {
        return door.isDrained();
    }

    /** Answers nothing any more; the runs that were asked for go on until the context stops. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Reload.of(context).remove(reloadable);
        cleaning.shutdown();
        ServiceHelper.stopService(door);
        api.close();
        runs.shutdown();
    }
}
