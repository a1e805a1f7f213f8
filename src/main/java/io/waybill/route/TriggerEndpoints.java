package io.waybill.route;

import io.waybill.delivery.EndpointUri;
import io.waybill.flow.Form;
import io.waybill.flow.Span;
import io.waybill.flow.Trigger;
import io.waybill.flow.TriggerKeys;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;

/**
 * The endpoints that the triggers of a flow are, and ask.
 *
 * @param parts of the flow
 */
record TriggerEndpoints(FlowRoute parts) {

    /**
     * The endpoint that a trigger is which has times. What is cron's alone is Quartz's; for whatever else it would need a process's own
     * time to begin at, lose times that clocks jump over, or know of no time that was missed.
     */
    String clock(Trigger trigger) {
        Map<String, Object> options = new LinkedHashMap<>();
        String quartzZone = quartzZone(trigger.timezone());
        if (trigger.type() == Trigger.Type.SCHEDULE && !trigger.asksForMore() && quartzZone != null) {
            options.put("cron", trigger.values().get(TriggerKeys.SCHEDULE).quartz());
            options.put("trigger.timeZone", quartzZone);
            return EndpointUri.of("quartz:" + parts.flow().id() + "/" + trigger.id(), options);
        }
        options.put(StepOptions.TRIGGER.option(), trigger.id());
        options.put(TriggerKeys.TYPE.option(), Form.lower(trigger.type()));
        TriggerKeys.of(trigger.type())
                .forEach(key -> options.put(key.option(), trigger.values().print(key)));
        options.put(TriggerKeys.TIMEZONE.option(), zoneName(trigger.timezone()));
        return EndpointUri.of(parts.verb(Verb.CLOCK), options);
    }

    /** The endpoint by which a trigger listens to a channel; null where it does not. */
    String listen(Trigger trigger) {
        String channel = trigger.values().get(TriggerKeys.CHANNEL);
        return channel == null ? null : EndpointUri.of(of(Verb.LISTEN, trigger), Map.of("channel", channel));
    }

    /** The step that says whether there is something new. */
    String look(Trigger trigger) {
        return of(Verb.LOOK, trigger);
    }

    private String of(Verb verb, Trigger trigger) {
        return parts.verb(verb) + "?" + StepOptions.TRIGGER.option() + "=" + trigger.id();
    }

    /** The endpoint by which a trigger looks again and again. */
    String looks(Trigger trigger) {
        Duration period =
                trigger.type() == Trigger.Type.STREAM ? trigger.batches().period() : trigger.looks();
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("period", period.toMillis());
        options.put("fixedRate", "false");
        return EndpointUri.of("timer:" + parts.step(trigger.id()), options);
    }

    /** The step that says whether a stream's next batch may begin. */
    String due(Trigger trigger) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("maxRows", StepOptions.MAX_ROWS.print(trigger.batches().maxRows()));
        options.put("maxDelay", Span.text(trigger.batches().maxDelay()));
        return EndpointUri.of(parts.verb(Verb.DUE), options);
    }

    /** A zone by its name of {@link TimeZone}, which takes what it does not know, such as +05:00, for GMT; null where it has none. */
    private static String quartzZone(ZoneId zone) {
        return Stream.of(zoneName(zone), TimeZone.getTimeZone(zone.normalized()).getID())
                .filter(id -> TimeZone.getTimeZone(id).toZoneId().getRules().equals(zone.getRules()))
                .findFirst()
                .orElse(null);
    }

    static String zoneName(ZoneId zone) {
        return zone.getId().equals("Z") ? "UTC" : zone.getId();
    }
}
