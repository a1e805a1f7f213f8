package io.waybill.server;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** HEAD is answered as GET would be, without the body (RFC 9110, 9.3.2), for all that is read and ends. */
final class Heads {

    private final Api api;

    Heads(Api api) {
        this.api = api;
    }

    void addTo(Router router) {
        router.head().handler(this::handle);
    }

    private void handle(RoutingContext context) {
        Optional<Operation> read = api.operations().stream()
                .filter(operation -> operation.isRead() && !operation.isStream())
                .filter(operation -> operation.match(context.normalizedPath()).isPresent())
                .findFirst();
        if (read.isEmpty()) {
            context.next();
            return;
        }
        Api.Request request = ApiStep.request(context.request(), new byte[0]);
        context.vertx()
                .executeBlocking(() -> api.answer(read.get(), request), false)
                .onSuccess(answer -> DoorAnswers.send(context, answer))
                .onFailure(context::fail);
    }
}
