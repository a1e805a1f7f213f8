package io.waybill.flow.toml;

import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.RunRules.Notification;
import io.waybill.flow.RunRules.Notification.Event;
import io.waybill.flow.RunRulesKeys;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads who is told of what. */
final class NotificationsReader {

    private NotificationsReader() {}

    /** @param key the list of them */
    static List<Notification> read(TomlSection section, Key<Object> key) {
        List<Notification> notifications = new ArrayList<>();
        for (TomlSection entry : section.sections(key)) {
            Values values = entry.all(RunRulesKeys.NOTIFICATION);
            Set<Event> events = readEvents(entry, values);
            if (values.has(RunRulesKeys.URI)) {
                notifications.add(new Notification(values.get(RunRulesKeys.URI), events));
            }
        }
        return notifications;
    }

    private static Set<Event> readEvents(TomlSection entry, Values values) {
        if (!entry.has(RunRulesKeys.ON)) {
            return EnumSet.allOf(Event.class);
        }
        Set<Event> events = EnumSet.noneOf(Event.class);
        Form.Choice<Event> event = Form.Choice.of(Event.class);
        if (entry.values(RunRulesKeys.ON.name()).isEmpty()) {
            entry.problem(
                    RunRulesKeys.ON,
                    "is empty, and would tell of nothing; allowed: " + String.join(", ", event.allowed()));
        }
        for (String name : values.get(RunRulesKeys.ON)) {
            try {
                events.add(event.parse(name));
            } catch (IllegalArgumentException e) {
                entry.problem(RunRulesKeys.ON, e.getMessage());
            }
        }
        return events;
    }
}
