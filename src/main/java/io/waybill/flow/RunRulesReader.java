package io.waybill.flow;

import io.waybill.flow.RunRules.Notification;
import io.waybill.flow.RunRules.Notification.Event;
import io.waybill.flow.RunRules.Overlap;
import io.waybill.flow.RunRules.Redelivery;
import io.waybill.flow.RunRules.SchemaChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the keys of an export that say how its runs behave. */
final class RunRulesReader {

    private static final int MOST_REDELIVERIES = 1000;

    private final TomlSection section;

    RunRulesReader(TomlSection section) {
        this.section = section;
    }

    RunRules read() {
        RunRules rules = new RunRules(
                section.choice("overlap", Overlap.class, Overlap.SKIP),
                section.choice("schema_change", SchemaChange.class, SchemaChange.ALLOW),
                readRedelivery(section.section("redelivery", "redelivery.")),
                readUri(section, "dead_letter"),
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
        Long most = redelivery.number("maximum_redeliveries", 0);
        if (most != null && most > MOST_REDELIVERIES) {
            redelivery.problem(
                    "maximum_redeliveries", most + " is too many; 0 to " + MOST_REDELIVERIES + " are allowed");
        }
        Duration delay = readSpan(redelivery, "redelivery_delay", Redelivery.USUAL.delay());
        Duration longest = readSpan(redelivery, "maximum_redelivery_delay", Redelivery.USUAL.maximumDelay());
        double multiplier = readMultiplier(redelivery);
        redelivery.refuseUnknownKeys();
        return new Redelivery(
                most == null ? Redelivery.USUAL.maximumRedeliveries() : (int) Math.min(most, MOST_REDELIVERIES),
                delay,
                multiplier,
                longest);
    }

    private static double readMultiplier(TomlSection redelivery) {
        Object value = redelivery.value("back_off_multiplier");
        if (value == null) {
            return Redelivery.USUAL.multiplier();
        }
        if (value instanceof Number number && number.doubleValue() >= 1 && number.doubleValue() <= 100) {
            return number.doubleValue();
        }
        redelivery.problem("back_off_multiplier", TomlSection.describe(value) + "; a number from 1 to 100 is allowed");
        return Redelivery.USUAL.multiplier();
    }

    /** A span of seconds to weeks. */
    static Duration readSpan(TomlSection section, String key, Duration otherwise) {
        String text = section.text(key);
        if (text == null) {
            return otherwise;
        }
        try {
            return Span.exact(text);
        } catch (IllegalArgumentException e) {
            section.problem(key, e.getMessage());
            return otherwise;
        }
    }

    /** An endpoint's URI as it stands in the file: its placeholders, which may hold secrets, are Camel's to resolve. */
    private static String readUri(TomlSection section, String key) {
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
        for (TomlSection entry : section.sections("notifications")) {
            if (!entry.has("uri")) {
                entry.problem("uri", "is missing");
            }
            String uri = readUri(entry, "uri");
            Set<Event> events = readEvents(entry);
            entry.refuseUnknownKeys();
            if (uri != null) {
                notifications.add(new Notification(uri, events));
            }
        }
        return notifications;
    }

    private static Set<Event> readEvents(TomlSection entry) {
        if (!entry.has("on")) {
            return EnumSet.allOf(Event.class);
        }
        Set<Event> events = EnumSet.noneOf(Event.class);
        List<String> allowed = List.of("success", "failure", "schema_change");
        if (entry.values("on").isEmpty()) {
            entry.problem("on", "is empty, and would tell of nothing; allowed: " + String.join(", ", allowed));
        }
        for (String name : entry.texts("on")) {
            int index = allowed.indexOf(name);
            if (index < 0) {
                entry.problem(
                        "on",
                        "\"" + name + "\" is not known; allowed: " + String.join(", ", allowed)
                                + NearestName.hint(name, allowed));
            } else {
                events.add(Event.values()[index]);
            }
        }
        return events;
    }
}
