package io.waybill.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.feed.FeedTables;
import io.waybill.flow.Delivery;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.Trigger;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Flows as programs read them: the same of commands and of the server. */
public final class FlowJson {

    private static final DateTimeFormatter NEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm VV", Locale.ROOT);

    private static final DateTimeFormatter NEXT_OF_TWO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm VV XXX", Locale.ROOT);

    /** Beside flows: the runs that are quarantined of flows that have no file. */
    public static final String WITHOUT_FILE = "quarantined_without_file";

    private FlowJson() {}

    /**
     * What keeps flows from running.
     *
     * @param paused the flows that are paused
     * @param quarantined the flows of which a run is quarantined, with that run
     */
    public record Held(Set<String> paused, Map<String, String> quarantined) {

        /** Nothing that anybody knows of. */
        public static final Held NONE = new Held(Set.of(), Map.of());

        boolean isPaused(Flow flow) {
            return paused.contains(flow.id());
        }

        String run(Flow flow) {
            return flow.isOfManyTables() ? null : quarantined.get(flow.id()); // one of its tables holds no other
        }

        /** The runs that are quarantined of flows that are not among the known ones. */
        public ArrayNode without(Set<String> known) {
            ArrayNode runs = FactsJson.MAPPER.createArrayNode();
            new TreeMap<>(quarantined).forEach((flow, run) -> {
                if (!known.contains(ExportedTable.flow(flow))) {
                    runs.addObject().put("flow", flow).put("run_id", run);
                }
            });
            return runs;
        }

        /** Whether it has no next time. */
        boolean holds(Flow flow) {
            return isPaused(flow) || run(flow) != null;
        }
    }

    /** A flow, and when it runs next. */
    public static ObjectNode of(Flow flow, Held held, Instant now) {
        ObjectNode entry = FactsJson.MAPPER
                .createObjectNode()
                .put("id", flow.id())
                .put("name", flow.name())
                .put("type", Form.lower(flow.type()))
                .put("namespace", flow.namespace())
                .put("file", flow.place().file())
                .put("runs", RangeEngine.refusal(flow).isEmpty());
        entry.put("dataset", flow.sourceDataset());
        if (flow.feed() != null) {
            entry.put("feed", FeedTables.of(flow.id(), flow.feed(), "").output());
        }
        flow.exported().ifPresent(export -> {
            entry.put("mode", export.mode().label())
                    .put("format", export.format().extension())
                    .put(
                            "file_path",
                            export.deliveries().stream().map(Delivery::shownUri).collect(Collectors.joining(", ")));
            ArrayNode deliveries = entry.putArray("deliveries");
            for (Delivery delivery : export.deliveries()) {
                deliveries.addObject().put("id", delivery.id()).put("place", delivery.shownUri());
            }
        });
        Optional<ZonedDateTime> next = held.holds(flow) ? Optional.empty() : next(flow, now);
        entry.put("paused", held.isPaused(flow))
                .put("quarantined_run", held.run(flow))
                .put("next_run", next.map(time -> time.toInstant().toString()).orElse(null))
                .put("next_run_local", next.map(ZonedDateTime::toString).orElse(null))
                .put("starts", RangeEngine.refusal(flow).isEmpty() ? when(flow, held, next) : "cannot run here");
        ArrayNode triggers = entry.putArray("triggers");
        for (Trigger trigger : flow.triggers()) {
            triggers.addObject()
                    .put("id", trigger.id())
                    .put("type", Form.lower(trigger.type()))
                    .put("enabled", trigger.enabled())
                    .put(
                            "next",
                            Optional.of(trigger)
                                    .filter(on -> on.enabled() && !held.holds(flow))
                                    .flatMap(on -> next(on, now))
                                    .map(ZonedDateTime::toString)
                                    .orElse(null));
        }
        return entry;
    }

    private static String when(Flow flow, Held held, Optional<ZonedDateTime> next) {
        if (held.run(flow) != null) {
            return "quarantined: " + held.run(flow);
        }
        return held.isPaused(flow) ? "paused" : next.map(FlowJson::words).orElse(withoutNext(flow));
    }

    /** How a flow runs that has no next time. */
    private static String withoutNext(Flow flow) {
        List<Trigger> triggers = flow.triggers().stream()
                .filter(trigger -> trigger.enabled() && trigger.type() != Trigger.Type.MANUAL)
                .toList();
        if (triggers.stream().anyMatch(trigger -> trigger.times().isEmpty())) {
            return "as rows come";
        }
        return triggers.isEmpty() ? "by hand" : "by hand; its times are over";
    }

    /** When a flow runs by itself, and what one may expect that does not, in words. */
    public static List<String> triggers(Flow flow, Instant now) {
        return flow.triggers().stream()
                .filter(Trigger::enabled)
                .map(trigger -> trigger.id() + ", " + Form.lower(trigger.type())
                        + next(trigger, now)
                                .map(time -> ": next " + words(time))
                                .orElse("")
                        + trigger.leavesOut(now)
                                .map(left -> "; " + left.message())
                                .orElse(""))
                .toList();
    }

    /** By the clocks of its zone; where they show the time twice, with its offset from UTC. */
    public static String words(ZonedDateTime time) {
        boolean twice = time.getZone()
                        .getRules()
                        .getValidOffsets(time.toLocalDateTime())
                        .size()
                > 1;
        return time.format(twice ? NEXT_OF_TWO : NEXT);
    }

    private static Optional<ZonedDateTime> next(Flow flow, Instant now) {
        return flow.triggers().stream()
                .filter(Trigger::enabled)
                .flatMap(trigger -> next(trigger, now).stream())
                .min(Comparator.comparing(ZonedDateTime::toInstant));
    }

    /** The next time of a trigger, in its zone. */
    private static Optional<ZonedDateTime> next(Trigger trigger, Instant now) {
        return trigger.times().flatMap(times -> times.next(now)).map(time -> time.atZone(trigger.timezone()));
    }
}
