package io.waybill.page;

import io.waybill.ledger.Nodes.Node;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Refused;
import io.waybill.server.Role;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The processes that share the ledger. */
final class NodesPage {

    private final Inside inside;
    private final Paper paper;

    NodesPage(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    List<Operation> operations() {
        return List.of(Operation.page(
                        "nodesPage",
                        "/nodes",
                        Role.ADMIN,
                        "The processes that share the ledger, for people.",
                        this::show)
                .unrecorded());
    }

    private Answer show(Call call) {
        if (!call.caller().mayEverywhere(Role.ADMIN)) {
            throw Refused.forbidden("this is for who may do all: role admin for * is needed");
        }
        return paper.page(
                call,
                "nodes",
                Place.NODES,
                "Nodes",
                Map.of("nodes", inside.ledger().nodes().all()));
    }

    /** The runs that one holds, by their flows. */
    static Map<String, String> runs(Node node) {
        return new TreeMap<>(node.runs());
    }
}
