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
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What callers see of flows and runs. What it is like inside, hosts and folders, is nobody's business outside. */
record Shown(Desk desk) {

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
        ObjectNode json = outside(RunJson.of(run, silent));
        json.put("undelivered", run.deadLetter() != null);
        return json;
    }

    /** A run of a list. */
    ObjectNode line(History.Line line, Map<String, String> silent) {
        ObjectNode json = run(line.run(), silent);
        json.remove("files");
        return json.put("file_count", line.files()).put("bytes", line.bytes());
    }

    ObjectNode outside(ObjectNode json) {
        json.remove(java.util.List.of("host", "pid", "dead_letter", "root"));
        json.properties().forEach(field -> field.setValue(outside(field.getValue())));
        return json;
    }

    private JsonNode outside(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(outside(field.getValue())));
            return object;
        }
        if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, outside(array.get(i)));
            }
            return array;
        }
        return value.isTextual() ? FactsJson.MAPPER.getNodeFactory().textNode(desk.outside(value.asText())) : value;
    }
}
