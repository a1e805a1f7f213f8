package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import java.util.List;

/** The processes that share the ledger: told to who may do all, since it is hosts and processes. */
final class NodesApi {

    /** The operation that lists them. */
    static final String ID = "listNodes";

    private final Desk desk;

    NodesApi(Desk desk) {
        this.desk = desk;
    }

    List<Operation> operations() {
        return List.of(Operation.of(
                        ID,
                        "GET",
                        "/v2/nodes",
                        Role.ADMIN,
                        "The processes that share the ledger and stay, with the runs that each holds.",
                        this::list)
                .unrecorded());
    }

    private Answer list(Call call) {
        if (!call.caller().mayEverywhere(Role.ADMIN)) {
            throw Refused.forbidden("role admin@* is needed");
        }
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        json.set("nodes", FactsJson.MAPPER.valueToTree(desk.ledger().nodes().all()));
        return Answer.json(200, json);
    }
}
