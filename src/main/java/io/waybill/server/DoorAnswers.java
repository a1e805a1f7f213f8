package io.waybill.server;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** What is answered without a route of Camel's: what is not well formed, not there, too late or too large, and what nobody answers now. */
record DoorAnswers(Api api) {

    /** How long who is refused before all is read has to read why. */
    private static final long MILLISECONDS_TO_READ = 500;

    /** A server that stops lives until it has. What a page looks like is sent at any time, or it would not look like one. */
    void notNow(RoutingContext context, boolean isStopping) {
        boolean isRead = context.request().method() == HttpMethod.GET;
        if (isRead && context.normalizedPath().startsWith(Pages.ASSETS)) {
            send(context, api.asset(ApiStep.request(context.request(), new byte[0])));
            return;
        }
        if (isStopping && WatchApi.LIVE.equals(context.request().path())) {
            send(context, WatchApi.up());
            return;
        }
        Refused refused = isStopping
                ? Refused.of(503, "the server is stopping")
                        .with("Retry-After", "30")
                        .with("Connection", "close")
                : Refused.of(503, "the server is starting").with("Retry-After", "2");
        refuse(context, refused);
    }

    void tooLate(RoutingContext context, long seconds) {
        if (!context.request().isEnded() && !context.response().headWritten()) {
            context.response().putHeader("Connection", "close");
            send(
                    context,
                    Refused.of(408, "the request has not come within " + seconds + " seconds")
                            .answer());
        }
    }

    void nothingThere(RoutingContext context) {
        Set<String> methods = api.methods(context.normalizedPath());
        refuse(
                context,
                methods.isEmpty()
                        ? Refused.notFound("there is nothing at this path")
                        : Refused.of(405, "allowed: " + String.join(", ", methods))
                                .with("Allow", String.join(", ", methods)));
    }

    void failed(RoutingContext context) {
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
            case 413 -> "the body has more than " + HttpDoor.MOST_BODY + " bytes";
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
}
