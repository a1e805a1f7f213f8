package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.facts.FactsJson;
import io.waybill.route.step.Reload;
import io.waybill.settings.Reloaded;

/** The call that has the server take its settings anew. */
final class ReloadApi {

    private ReloadApi() {}

    static Operation operation(Desk desk) {
        return Operation.of(
                "reload",
                "POST",
                "/v2/reload",
                Role.ADMIN,
                "Takes the settings anew: all that is set now, or nothing.",
                call -> answer(desk, call));
    }

    private static Answer answer(Desk desk, Call call) {
        if (!call.caller().mayEverywhere(Role.ADMIN)) {
            throw Refused.forbidden("role admin@* is needed");
        }
        Reloaded reloaded;
        try {
            reloaded = Reload.of(desk.context()).reload();
        } catch (WaybillException e) {
            throw Refused.wrong(e.getMessage().lines().toList());
        }
        desk.records().audit(call.caller().actor()).write("reload", "application.properties", reloaded.words());
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        reloaded.changed().forEach(json.putArray("changed")::add);
        reloaded.needRestart().forEach(json.putArray("needs_restart")::add);
        return Answer.json(200, json);
    }
}
