package io.waybill.server;

import io.vertx.ext.web.Router;

/** Says that the server lives, where none of its threads is free to: else whoever keeps them busy has it started anew. */
final class LiveDoor {

    private final Api api;

    LiveDoor(Api api) {
        this.api = api;
    }

    void addTo(Router router) {
        Operation live = api.operation(WatchApi.LIVE_ID);
        router.get(WatchApi.LIVE)
                .handler(context ->
                        DoorAnswers.send(context, api.answer(live, ApiStep.request(context.request(), new byte[0]))));
    }
}
