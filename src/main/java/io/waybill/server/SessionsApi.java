package io.waybill.server;

import io.waybill.facts.FactsJson;
import java.util.List;

/** Who is logged in by the page: ended by who may do all. */
final class SessionsApi {

    /** The operation that ends them. */
    static final String END = "endSessions";

    private final Desk desk;

    SessionsApi(Desk desk) {
        this.desk = desk;
    }

    List<Operation> operations() {
        return List.of(Operation.of(
                END,
                "DELETE",
                "/v2/sessions/{id}",
                Role.ADMIN,
                "Ends the sessions of the page that somebody has, by the id of their token or of a user.",
                this::end));
    }

    private Answer end(Call call) {
        if (!call.caller().mayEverywhere(Role.ADMIN)) {
            throw Refused.forbidden("role admin@* is needed");
        }
        String id = call.variable("id");
        int ended = desk.records().sessions(call.caller().actor()).endAll(id);
        if (ended == 0) {
            throw Refused.notFound("there is no session of \"" + id + "\" that opens anything");
        }
        return Answer.json(
                200, FactsJson.MAPPER.createObjectNode().put("id", id).put("ended", ended));
    }
}
