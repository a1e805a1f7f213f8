package io.waybill.server;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.waybill.WaybillException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/**
 * Listens for Camel's platform-http, with limits: of sizes, and of how long somebody may take to say what they want. Whoever is slow
 * has no thread meanwhile.
 */
final class HttpDoor extends VertxPlatformHttpServer {

    static final long MOST_BODY = 4L << 20;

    private static final int MOST_HEADERS = 16 << 10;
    private static final int MOST_URI = 8 << 10;
    private static final int WORKERS = 32;
    private static final long SECONDS_TO_ASK = 30;
    private static final long SECONDS_TO_CLOSE = 10;
    private static final long MILLISECONDS_TO_LOOK = 2_000;

    private final ServerSettings settings;
    private final Api api;
    private final DoorAnswers answers;
    private final OpenConnections connections = new OpenConnections(SECONDS_TO_ASK);
    private final VertxPlatformHttpServerConfiguration configuration;
    private Router router;
    private HttpServer server;
    private final RunEvents events;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile State state = State.STARTING;

    HttpDoor(ServerSettings settings, Api api, VertxPlatformHttpServerConfiguration configuration) {
        super(configuration);
        this.settings = settings;
        this.api = api;
        this.answers = new DoorAnswers(api);
        this.events = new RunEvents(api);
        this.configuration = configuration;
    }

    private enum State {
        STARTING,
        OPEN,
        STOPPING
    }

    @Override
    protected Vertx createVertxInstance() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(WORKERS)
                // else each start unpacks files into the machine's temporary folder
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))
                // who waits for a run, waits
                .setMaxWorkerExecuteTime(1)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.HOURS));
    }

    @Override
    protected void doInit() {
        setVertx(createVertxInstance());
    }

    @Override
    protected void initializeServer() {
        router = Router.router(getVertx());
        router.route().handler(this::enter);
        String name = VertxPlatformHttpRouter.getRouterNameFromPort(configuration.getBindPort());
        getCamelContext().getRegistry().bind(name, new VertxPlatformHttpRouter(this, getVertx(), router, name) {
            @Override
            public Handler<RoutingContext> bodyHandler() {
                BodyHandler body =
                        BodyHandler.create(false).setBodyLimit(MOST_BODY).setMergeFormAttributes(false);
                return context -> {
                    context.request().resume();
                    body.handle(context);
                };
            }
        });
        new FileDownload(api).addTo(router);
        new Heads(api).addTo(router);
        events.addTo(router);
        new LiveDoor(api).addTo(router);
        router.route().last().handler(answers::nothingThere);
        router.route().failureHandler(answers::failed);
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(MOST_HEADERS)
                .setMaxInitialLineLength(MOST_URI)
                .setIdleTimeout(1)
                .setIdleTimeoutUnit(TimeUnit.HOURS)
                .setHandle100ContinueAutomatically(true);
        api.desk()
                .tls()
                .ifPresent(tls -> options.setSsl(true)
                        .setKeyCertOptions(tls.options())
                        .setEnabledSecureTransportProtocols(Tls.PROTOCOLS));
        return options;
    }

    @Override
    protected void startServer() {
        server = getVertx()
                .createHttpServer(options())
                .connectionHandler(connections::add)
                .requestHandler(this::receive);
        getVertx().setPeriodic(5_000, timer -> connections.closeIdle());
        api.desk()
                .tls()
                .ifPresent(tls -> getVertx()
                        .setPeriodic(
                                MILLISECONDS_TO_LOOK,
                                timer -> getVertx().executeBlocking(Executors.callable(tls::look))));
        try {
            server.listen(settings.port(), settings.host())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            server = null;
            throw WaybillException.refusal(
                    "waybill serve cannot listen at " + settings.host() + ":" + settings.port() + ": "
                            + reason(e.getCause()) + "; waybill.server.port or --port chooses another port",
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String reason(Throwable cause) {
        return cause instanceof java.net.BindException
                        && String.valueOf(cause.getMessage()).contains("in use")
                ? "another process does"
                : String.valueOf(cause.getMessage());
    }

    @Override
    public HttpServer getServer() {
        return server;
    }

    @Override
    public int getPort() {
        return server == null ? settings.port() : server.actualPort();
    }

    /** From now on what comes is answered. */
    void open() {
        state = State.OPEN;
    }

    /** From now on what comes is told to come again later. */
    void drain() {
        state = State.STOPPING;
        events.drain();
    }

    /** Whether all that was asked is answered, listeners to runs apart. */
    boolean isDrained() {
        return asked.get() <= events.listening();
    }

    /** Vert.x fails on some hosts with a percent sign, before it asks anybody, and leaves who sent them without an answer. */
    private void receive(HttpServerRequest request) {
        try {
            router.handle(request);
        } catch (IndexOutOfBoundsException e) {
            Answer refused = Refused.badRequest("Host: is not well formed").answer();
            guard(request.response())
                    .setStatusCode(refused.status())
                    .putHeader("Content-Type", refused.type())
                    .putHeader("Connection", "close")
                    .end(Buffer.buffer(refused.body()))
                    .onComplete(sent -> request.connection().close());
        }
    }

    private HttpServerResponse guard(HttpServerResponse response) {
        response.putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
        if (api.desk().tls().isPresent()) {
            response.putHeader("Strict-Transport-Security", "max-age=31536000");
        }
        return response;
    }

    private void enter(RoutingContext context) {
        OpenConnections.Activity activity = connections.of(context.request().connection());
        activity.begin();
        asked.incrementAndGet();
        long timer = getVertx()
                .setTimer(TimeUnit.SECONDS.toMillis(SECONDS_TO_ASK), late -> answers.tooLate(context, SECONDS_TO_ASK));
        context.addEndHandler(ended -> {
            getVertx().cancelTimer(timer);
            activity.end();
            asked.decrementAndGet();
        });
        guard(context.response());
        if (state != State.OPEN) {
            answers.notNow(context, state == State.STOPPING);
            return;
        }
        if (!isWellFormed(context)) {
            DoorAnswers.send(
                    context,
                    Refused.badRequest("the path, or what stands behind it, is not well formed")
                            .answer());
            return;
        }
        String type = context.request().getHeader("Content-Type");
        if (type != null && type.strip().equalsIgnoreCase(Operation.FORM) && takesForm(context)) {
            context.request().headers().set("Content-Type", FormFields.KEPT); // read once, and to the letter
        } else if (type != null && type.matches("(?i)\\s*(multipart/|application/x-www-form-urlencoded).*")) {
            DoorAnswers.send(
                    context,
                    Refused.of(415, "Content-Type: forms are not taken").answer());
            return;
        }
        context.next();
    }

    private boolean takesForm(RoutingContext context) {
        return api.takesForm(context.request().method().name(), context.normalizedPath());
    }

    private static boolean isWellFormed(RoutingContext context) {
        try {
            context.request().params(); // it is decoded at its first use, and fails there
            return context.request().path() != null && context.normalizedPath().startsWith("/");
        } catch (IllegalArgumentException e) {
            return false; // a percent sign that no number follows
        }
    }

    @Override
    protected void doStop() {
        drain();
        events.close();
        await(server == null ? null : server.close());
        server = null;
        await(getVertx() == null ? null : getVertx().close());
    }

    private static void await(Future<Void> closing) {
        if (closing == null) {
            return;
        }
        try {
            closing.toCompletionStage().toCompletableFuture().get(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the process ends in any case
        }
    }
}
