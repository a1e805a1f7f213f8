package io.waybill.flow.toml;

import io.waybill.flow.Flow;
import io.waybill.flow.Trigger;
import io.waybill.flow.Trigger.Type;
import io.waybill.flow.TriggerKeys;
import io.waybill.flow.TriggerRules;
import io.waybill.flow.Values;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Reads the triggers of a flow. */
final class TriggerReader {

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
        ZoneId zone = ZoneId.of(section.get(TriggerKeys.TIMEZONE));
        Values values = type == null ? Values.NONE : section.values(TriggerKeys.of(type));
        if (type == Type.STREAM && !since) {
            section.problem(
                    TriggerKeys.TYPE, "\"stream\" exports what is new, batch by batch: set since_last_export = true");
        }
        if (type != null) {
            TriggerRules.check(type, values, zone).forEach(section::problem);
            section.refuseUnknownKeys();
        }
        return new Trigger(id, type, values, zone, enabled, section.place("type"));
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
}
