package io.waybill.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Delivery;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Flow;
import io.waybill.ledger.History;
import io.waybill.ledger.RunEntry;
import io.waybill.run.FlowJson;
import io.waybill.run.RunJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What somebody sees of flows and runs. What it is like inside, hosts and folders, is an administrator's business alone. */
record Shown(Desk desk, Caller caller) {

    private static final List<String> INSIDE = List.of("host", "pid", "dead_letter", "root", "changes");

    /** What was said by others: libraries, servers. */
    private static final List<String> MESSAGES = List.of("error", "problem", "refused");

    ObjectNode flow(Flow flow, FlowJson.Held held, Instant now) {
        ObjectNode json = FlowJson.of(flow, held, now);
        if (!caller.mayEverywhere(Role.ADMIN)) {
            json.remove("file");
        }
        return json;
    }

    /** A run with its files. */
    ObjectNode run(RunEntry run, Map<String, String> silent) {
        return told(RunJson.of(run, silent, desk.component().retention()));
    }

    /** A run of a list. */
    ObjectNode line(History.Line line, Map<String, String> silent) {
        ObjectNode json = run(line.run(), silent);
        json.remove("files");
        return json.put("file_count", line.files()).put("bytes", line.bytes());
    }

    ObjectNode told(ObjectNode json) {
        if (!caller.mayEverywhere(Role.ADMIN)) {
            json.remove(INSIDE);
            if (json.get("pause") instanceof ObjectNode pause) {
                pause.remove("actor");
            }
        }
        String flow = json.path("flow").asText("");
        Supplier<String> places = () -> places(flow);
        json.properties().forEach(field -> field.setValue(told(field.getKey(), field.getValue(), places)));
        return json;
    }

    /** Where the files of a flow go, as it is written: whoever may see the flow may see that. */
    private String places(String flow) {
        return desk.files()
                .find(ExportedTable.flow(flow))
                .flatMap(Flow::exported)
                .map(export ->
                        export.deliveries().stream().map(Delivery::shownUri).collect(Collectors.joining(" ")))
                .orElse("");
    }

    private JsonNode told(String name, JsonNode value, Supplier<String> places) {
        if (value instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(told(field.getKey(), field.getValue(), places)));
            return object;
        }
        if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, told(name, array.get(i), places));
            }
            return array;
        }
        if (!value.isTextual()) {
            return value;
        }
        String text = value.asText();
        return FactsJson.MAPPER
                .getNodeFactory()
                .textNode(MESSAGES.contains(name) ? desk.told(text, caller, places) : desk.shown(text, caller, places));
    }
}
