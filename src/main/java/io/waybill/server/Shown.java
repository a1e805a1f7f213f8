package io.waybill.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Delivery;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.Trigger;
import io.waybill.ledger.History;
import io.waybill.ledger.RunEntry;
import io.waybill.run.RunJson;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What somebody sees of flows and runs. What it is like inside, hosts and folders, is an administrator's business alone. */
record Shown(Desk desk, Caller caller) {

    private static final List<String> INSIDE = List.of("host", "pid", "dead_letter", "root", "changes");

    ObjectNode flow(Flow flow, Set<String> paused, Instant now) {
        boolean isPaused = paused.contains(flow.id());
        ObjectNode json = FactsJson.MAPPER
                .createObjectNode()
                .put("id", flow.id())
                .put("name", flow.name())
                .put("type", Form.lower(flow.type()))
                .put("namespace", flow.namespace())
                .put("dataset", flow.sourceDataset())
                .put("runs", flow.notYet().isEmpty())
                .put("paused", isPaused);
        flow.exported().ifPresent(export -> {
            json.put("mode", export.mode().label())
                    .put("format", export.format().extension());
            ArrayNode deliveries = json.putArray("deliveries");
            for (Delivery delivery : export.deliveries()) {
                deliveries.addObject().put("id", delivery.id()).put("place", delivery.shownUri());
            }
        });
        Optional<ZonedDateTime> next = isPaused
                ? Optional.empty()
                : flow.triggers().stream()
                        .filter(Trigger::enabled)
                        .flatMap(trigger -> next(trigger, now).stream())
                        .min(Comparator.comparing(ZonedDateTime::toInstant));
        json.put("next_run", next.map(time -> time.toInstant().toString()).orElse(null));
        ArrayNode triggers = json.putArray("triggers");
        for (Trigger trigger : flow.triggers()) {
            triggers.addObject()
                    .put("id", trigger.id())
                    .put("type", Form.lower(trigger.type()))
                    .put("enabled", trigger.enabled());
        }
        return json;
    }

    private static Optional<ZonedDateTime> next(Trigger trigger, Instant now) {
        return trigger.times().flatMap(times -> times.next(now)).map(time -> time.atZone(trigger.timezone()));
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
        json.properties().forEach(field -> field.setValue(told(field.getValue())));
        return json;
    }

    private JsonNode told(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(told(field.getValue())));
            return object;
        }
        if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, told(array.get(i)));
            }
            return array;
        }
        return value.isTextual()
                ? FactsJson.MAPPER.getNodeFactory().textNode(desk.told(value.asText(), caller))
                : value;
    }
}
