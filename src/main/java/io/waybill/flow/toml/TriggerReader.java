package io.waybill.flow.toml;

import io.waybill.flow.Flow;
import io.waybill.flow.NearestName;
import io.waybill.flow.Trigger;
import io.waybill.flow.Trigger.MicroBatches;
import io.waybill.flow.Trigger.Type;
import io.waybill.flow.TriggerKeys;
import io.waybill.flow.Values;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Reads the triggers of a flow. */
final class TriggerReader {

    private static final List<String> DAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

    private final List<String> ids = new ArrayList<>();
    private final boolean since;

    /** @param since whether the flow exports what is new alone */
    TriggerReader(boolean since) {
        this.since = since;
    }

    List<Trigger> read(List<TomlSection> sections) {
        List<Trigger> triggers = new ArrayList<>();
        for (TomlSection section : sections) {
            triggers.add(readOne(section, triggers.size() + 1));
        }
        return triggers;
    }

    private Trigger readOne(TomlSection section, int number) {
        String id = readId(section, number);
        section.get(TriggerKeys.DESCRIPTION);
        boolean enabled = section.get(TriggerKeys.ENABLED);
        Type type = section.get(TriggerKeys.TYPE);
        String timezone = section.get(TriggerKeys.TIMEZONE);
        Values times = type == null ? Values.NONE : section.values(TriggerKeys.of(type));
        if (type == Type.WEEKLY) {
            checkDays(section, times.get(TriggerKeys.ON));
        } else if (times.get(TriggerKeys.DAY) > 31) {
            section.problem(TriggerKeys.DAY, times.get(TriggerKeys.DAY) + " is no day of a month; 1 to 31 is allowed");
        }
        if (type == Type.STREAM && !since) {
            section.problem(
                    TriggerKeys.TYPE, "\"stream\" exports what is new, batch by batch: set since_last_export = true");
        }
        if (type != null) {
            section.refuseUnknownKeys();
        }
        return new Trigger(
                id,
                type,
                times.get(TriggerKeys.SCHEDULE),
                type == Type.STREAM
                        ? new MicroBatches(times.get(TriggerKeys.MAX_ROWS), times.get(TriggerKeys.MAX_DELAY))
                        : null,
                ZoneId.of(timezone),
                enabled,
                section.place("type"));
    }

    private String readId(TomlSection section, int number) {
        String id = section.has(TriggerKeys.ID) ? section.get(TriggerKeys.ID) : "trigger-" + number;
        String wrong = id == null ? null : Flow.idProblem(id);
        if (wrong != null) {
            section.problem(TriggerKeys.ID, wrong);
        }
        if (ids.contains(id)) {
            section.problem(TriggerKeys.ID, "\"" + id + "\" is the id of another trigger of this flow");
        }
        ids.add(id);
        return id;
    }

    private static void checkDays(TomlSection section, List<String> days) {
        if (days.isEmpty()) {
            section.problem(TriggerKeys.ON, "is missing; write for example on = [\"monday\"]");
        }
        for (String day : days) {
            if (!DAYS.contains(day)) {
                section.problem(TriggerKeys.ON, NearestName.refusal(day, "is not a weekday", DAYS));
            }
        }
    }
}
