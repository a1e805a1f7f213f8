package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.ledger.RunEntry;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All flows, each with how it went last and when it runs next. */
final class FlowsPage {

    private final Inside inside;
    private final Paper paper;

    FlowsPage(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    /**
     * A flow of the list.
     *
     * @param places where its files go
     * @param nextRun when it runs next; null where that is not known
     * @param last its last run; null where it has had none
     */
    record Line(
            String id,
            String name,
            String namespace,
            String dataset,
            String format,
            List<String> places,
            boolean isPaused,
            Instant nextRun,
            RunEntry last) {}

    List<Operation> operations() {
        return List.of(Operation.page("flowsPage", "/", Role.VIEW, "All flows, for people.", this::show));
    }

    private Answer show(Call call) throws Exception {
        JsonNode flows = inside.ask(call, "listFlows").json().get("flows");
        List<String> ids = new ArrayList<>();
        flows.forEach(flow -> ids.add(flow.get("id").asText()));
        Map<String, RunEntry> last = inside.records().history().latest(ids);
        List<Line> lines = new ArrayList<>();
        flows.forEach(flow -> lines.add(line(flow, last)));
        return paper.page(
                call,
                "flows",
                Place.FLOWS,
                "Flows",
                Map.of(
                        "flows",
                        lines,
                        "mayCreate",
                        call.caller().maySomewhere(Role.CREATE),
                        "sources",
                        inside.dataSources(call)));
    }

    private static Line line(JsonNode flow, Map<String, RunEntry> last) {
        List<String> places = new ArrayList<>();
        flow.path("deliveries")
                .forEach(delivery -> places.add(delivery.get("place").asText()));
        String id = flow.get("id").asText();
        return new Line(
                id,
                flow.path("name").asText(null),
                flow.path("namespace").asText(null),
                flow.path("dataset").asText(null),
                flow.path("format").asText(null),
                places,
                flow.get("paused").asBoolean(),
                flow.get("next_run").isNull()
                        ? null
                        : Instant.parse(flow.get("next_run").asText()),
                last.get(id));
    }
}
