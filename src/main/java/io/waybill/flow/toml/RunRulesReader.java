package io.waybill.flow.toml;

import io.waybill.flow.ExportKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.RunRules;
import io.waybill.flow.RunRules.Notification;
import io.waybill.flow.RunRules.Notification.Event;
import io.waybill.flow.RunRules.Redelivery;
import io.waybill.flow.RunRules.SchemaChange;
import io.waybill.flow.RunRulesKeys;
import io.waybill.flow.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the keys of an export that say how its runs behave. */
final class RunRulesReader {

    private final TomlSection section;

    RunRulesReader(TomlSection section) {
        this.section = section;
    }

    RunRules read(Values values) {
        RunRules rules = new RunRules(
                values.get(ExportKeys.OVERLAP),
                values.get(ExportKeys.SCHEMA_CHANGE),
                readRedelivery(section.section(ExportKeys.REDELIVERY)),
                readUri(section, ExportKeys.DEAD_LETTER),
                readNotifications());
        if (rules.schemaChange() == SchemaChange.NOTIFY
                && rules.notifications().stream()
                        .noneMatch(told -> told.events().contains(Event.SCHEMA_CHANGE))) {
            section.problem(
                    "schema_change",
                    "\"notify\" tells nobody: no [[properties.export.notifications]] is on \"schema_change\"");
        }
        return rules;
    }

    private static Redelivery readRedelivery(TomlSection redelivery) {
        if (redelivery == null) {
            return Redelivery.USUAL;
        }
        long most = redelivery.get(RunRulesKeys.MAXIMUM_REDELIVERIES);
        Duration delay = redelivery.get(RunRulesKeys.REDELIVERY_DELAY);
        Duration longest = redelivery.get(RunRulesKeys.MAXIMUM_REDELIVERY_DELAY);
        double multiplier = readMultiplier(redelivery);
        redelivery.refuseUnknownKeys();
        return new Redelivery((int) most, delay, multiplier, longest);
    }

    private static double readMultiplier(TomlSection redelivery) {
        Object value = redelivery.value(RunRulesKeys.BACK_OFF_MULTIPLIER.name());
        if (value == null) {
            return Redelivery.USUAL.multiplier();
        }
        if (value instanceof Number number && number.doubleValue() >= 1 && number.doubleValue() <= 100) {
            return number.doubleValue();
        }
        redelivery.problem(
                RunRulesKeys.BACK_OFF_MULTIPLIER, TomlSection.describe(value) + "; a number from 1 to 100 is allowed");
        return Redelivery.USUAL.multiplier();
    }

    /** An endpoint's URI as it stands in the file: its placeholders, which may hold secrets, are Camel's to resolve. */
    private static String readUri(TomlSection section, Key<String> declared) {
        String key = declared.name();
        String uri = section.rawText(key);
        if (uri == null || section.resolve(key, uri) == null) {
            return null;
        }
        if (!uri.matches("(?s)([A-Za-z][A-Za-z0-9+.-]*|\\{\\{.*}}):?.*") || !uri.contains(":")) {
            section.problem(key, "\"" + uri + "\" is not a Camel endpoint; write for example \"file:undelivered\"");
            return null;
        }
        return uri;
    }

    private List<Notification> readNotifications() {
        List<Notification> notifications = new ArrayList<>();
        for (TomlSection entry : section.sections(ExportKeys.NOTIFICATIONS)) {
            if (!entry.has(RunRulesKeys.URI)) {
                entry.problem(RunRulesKeys.URI, "is missing");
            }
            String uri = readUri(entry, RunRulesKeys.URI);
            Set<Event> events = readEvents(entry);
            entry.refuseUnknownKeys();
            if (uri != null) {
                notifications.add(new Notification(uri, events));
            }
        }
        return notifications;
    }

    private static Set<Event> readEvents(TomlSection entry) {
        String on = RunRulesKeys.ON.name();
        if (!entry.has(on)) {
            return EnumSet.allOf(Event.class);
        }
        Set<Event> events = EnumSet.noneOf(Event.class);
        Form.Choice<Event> event = new Form.Choice<>(Event.class);
        if (entry.values(on).isEmpty()) {
            entry.problem(on, "is empty, and would tell of nothing; allowed: " + String.join(", ", event.allowed()));
        }
        for (String name : entry.get(RunRulesKeys.ON)) {
            try {
                events.add(event.parse(name));
            } catch (IllegalArgumentException e) {
                entry.problem(on, e.getMessage());
            }
        }
        return events;
    }
}
