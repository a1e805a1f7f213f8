package io.waybill.server;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.waybill.WaybillException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    /** How long who is refused before all is read has to read why. */
    private static final long MILLISECONDS_TO_READ = 500;

    private static final long MILLISECONDS_TO_LOOK = 2_000;

    private final ServerSettings settings;
    private final Api api;
    private final Map<HttpConnection, Activity> connections = new ConcurrentHashMap<>();
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
        this.events = new RunEvents(api);
        this.configuration = configuration;
    }

    private enum State {
        STARTING,
        OPEN,
        STOPPING
    }

    /** What goes on over a connection, by its event loop alone. */
    private static final class Activity {
        private int requests;
        private long idleSince = System.nanoTime();
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
        router.route().last().handler(this::nothingThere);
        router.route().failureHandler(this::failed);
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
                .connectionHandler(this::connected)
                .requestHandler(router);
        getVertx().setPeriodic(5_000, timer -> closeIdle());
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

    private void connected(HttpConnection connection) {
        Activity activity = new Activity();
        connections.put(connection, activity);
        connection.closeHandler(closed -> connections.remove(connection));
    }

    /** Whoever has a connection and does not ask for anything. */
    private void closeIdle() {
        long now = System.nanoTime();
        connections.forEach((connection, activity) -> {
            if (activity.requests == 0 && now - activity.idleSince > TimeUnit.SECONDS.toNanos(SECONDS_TO_ASK)) {
                connection.close();
            }
        });
    }

    private void enter(RoutingContext context) {
        HttpServerResponse response = context.response();
        Activity activity = connections.getOrDefault(context.request().connection(), new Activity());
        activity.requests++;
        asked.incrementAndGet();
        long timer = getVertx().setTimer(TimeUnit.SECONDS.toMillis(SECONDS_TO_ASK), late -> tooLate(context));
        context.addEndHandler(ended -> {
            getVertx().cancelTimer(timer);
            activity.requests--;
            asked.decrementAndGet();
            activity.idleSince = System.nanoTime();
        });
        response.putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
        if (api.desk().tls().isPresent()) {
            response.putHeader("Strict-Transport-Security", "max-age=31536000");
        }
        if (state != State.OPEN) {
            notNow(context);
            return;
        }
        if (!isWellFormed(context)) {
            send(
                    context,
                    Refused.badRequest("the path, or what stands behind it, is not well formed")
                            .answer());
            return;
        }
        String type = context.request().getHeader("Content-Type");
        if (type != null && type.strip().equalsIgnoreCase(Operation.FORM) && takesForm(context)) {
            context.request().headers().set("Content-Type", FormFields.KEPT); // read once, and to the letter
        } else if (type != null && type.matches("(?i)\\s*(multipart/|application/x-www-form-urlencoded).*")) {
            send(context, Refused.of(415, "Content-Type: forms are not taken").answer());
            return;
        }
        context.next();
    }

    /** A server that stops lives until it has. What a page looks like is sent at any time, or it would not look like one. */
    private void notNow(RoutingContext context) {
        boolean isRead = context.request().method() == HttpMethod.GET;
        if (isRead && context.normalizedPath().startsWith(Pages.ASSETS)) {
            send(context, api.asset(ApiStep.request(context.request(), new byte[0])));
            return;
        }
        if (state == State.STOPPING && WatchApi.LIVE.equals(context.request().path())) {
            send(context, WatchApi.up());
            return;
        }
        Refused refused = state == State.STARTING
                ? Refused.of(503, "the server is starting").with("Retry-After", "2")
                : Refused.of(503, "the server is stopping")
                        .with("Retry-After", "30")
                        .with("Connection", "close");
        refuse(context, refused);
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

    private void tooLate(RoutingContext context) {
        if (!context.request().isEnded() && !context.response().headWritten()) {
            context.response().putHeader("Connection", "close");
            send(
                    context,
                    Refused.of(408, "the request has not come within " + SECONDS_TO_ASK + " seconds")
                            .answer());
        }
    }

    private void nothingThere(RoutingContext context) {
        Set<String> methods = api.methods(context.normalizedPath());
        refuse(
                context,
                methods.isEmpty()
                        ? Refused.notFound("there is nothing at this path")
                        : Refused.of(405, "allowed: " + String.join(", ", methods))
                                .with("Allow", String.join(", ", methods)));
    }

    private void failed(RoutingContext context) {
        if (context.response().headWritten()) {
            context.request().connection().close();
            return;
        }
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        if (context.failure() instanceof IllegalArgumentException) {
            status = 400; // a path that is not well formed
        }
        String detail = switch (status) {
            case 400 -> "the request is not well formed";
            case 413 -> "the body has more than " + MOST_BODY + " bytes";
            case 404 -> "there is nothing at this path";
            default -> Refused.title(status);
        };
        refuse(context, Refused.of(status, detail));
    }

    /** In the form that who asks reads: a browser's user gets a page. */
    private void refuse(RoutingContext context, Refused refused) {
        String accepted = context.request().getHeader("Accept");
        boolean isBrowser = accepted != null
                && accepted.contains("text/html")
                && !context.normalizedPath().startsWith("/v2/");
        if (isBrowser && refused.status() == 503 && context.request().method() == HttpMethod.GET) {
            refused.repeated();
        }
        send(
                context,
                isBrowser ? api.page(ApiStep.request(context.request(), new byte[0]), refused) : refused.answer());
    }

    /** Answers by itself, without a route of Camel's. */
    static void send(RoutingContext context, Answer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        if (answer.type() != null) {
            response.putHeader("Content-Type", answer.type());
        }
        if (!context.request().isEnded()) {
            response.putHeader("Connection", "close"); // what follows of the request is not read
        }
        boolean isWhole = context.request().isEnded();
        boolean hasBody = answer.body() != null;
        if (hasBody && context.request().method() == HttpMethod.HEAD) {
            response.putHeader("Content-Length", Integer.toString(answer.body().length));
            hasBody = false;
        }
        Future<Void> sent = hasBody ? response.end(Buffer.buffer(answer.body())) : response.end();
        if (!isWhole) { // who still sends would not read the answer of a connection that is cut at once
            sent.onComplete(end -> context.vertx()
                    .setTimer(
                            MILLISECONDS_TO_READ,
                            timer -> context.request().connection().close()));
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
