package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportMode;
import io.waybill.flow.ExportRules;
import io.waybill.flow.Window;
import io.waybill.route.WaybillConstants;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Message;

/** What a message asks of a run, by its headers. What is not understood is refused: a run that does something else is worse than none. */
record RunHeaders(Message message) {

    private static final List<String> OF_EXPORTS = List.of(
            WaybillConstants.MODE,
            WaybillConstants.RERUN,
            WaybillConstants.FROM,
            WaybillConstants.TO,
            WaybillConstants.COLUMN,
            WaybillConstants.ACCEPT_SCHEMA,
            WaybillConstants.MESSAGE_KEY);

    private static final List<String> OF_ROWS = List.of(
            WaybillConstants.MODE,
            WaybillConstants.BATCH_ID,
            WaybillConstants.FROM,
            WaybillConstants.TO,
            WaybillConstants.COLUMN);

    private static final List<String> OF_FEEDS = List.of(WaybillConstants.ACCEPT_DELETES, WaybillConstants.COMPARE_ALL);

    /** What the record of who asked for a run says, in this order. */
    private static final Map<String, String> ASKED = asked();

    private static Map<String, String> asked() {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("mode", WaybillConstants.MODE);
        asked.put("batch", WaybillConstants.BATCH_ID);
        asked.put("rerun of", WaybillConstants.RERUN);
        asked.put("column", WaybillConstants.COLUMN);
        asked.put("from", WaybillConstants.FROM);
        asked.put("to", WaybillConstants.TO);
        asked.put("under", WaybillConstants.LOGICAL_TIME);
        asked.put("zone", WaybillConstants.TIMEZONE);
        asked.put("accept schema change", WaybillConstants.ACCEPT_SCHEMA);
        asked.put("accept deletes", WaybillConstants.ACCEPT_DELETES);
        asked.put("compare all", WaybillConstants.COMPARE_ALL);
        return asked;
    }

    /** The mode; null for the flow's. */
    ExportMode mode() {
        Object value = message.getHeader(WaybillConstants.MODE);
        if (value == null || value instanceof ExportMode) {
            return (ExportMode) value;
        }
        return mode(WaybillConstants.MODE, value.toString());
    }

    /** @throws WaybillException when it is none */
    static ExportMode mode(String where, String label) {
        try {
            return ExportMode.parse(label);
        } catch (IllegalArgumentException e) {
            throw refused(where, e.getMessage());
        }
    }

    /** The batch: a text, or a whole number as a long; null for the flow's. */
    Object batchId() {
        Object value = message.getHeader(WaybillConstants.BATCH_ID);
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value == null || value instanceof Long || value instanceof String text && !text.isBlank()) {
            return value;
        }
        throw refused(
                WaybillConstants.BATCH_ID,
                value instanceof String
                        ? "is empty"
                        : value + " is a " + value.getClass().getName() + "; a number or text is expected");
    }

    /** @throws WaybillException where a batch is asked for, and the mode asked for exports none */
    void checkBatch() {
        ExportMode mode = mode();
        if (mode != null && mode != ExportMode.BATCH && batchId() != null) {
            throw refused(
                    WaybillConstants.BATCH_ID, ExportRules.batchOutside(mode).replace("export_mode", "mode"));
        }
    }

    /** The run whose rows this one exports again; null for none. */
    String rerun() {
        String runId = message.getHeader(WaybillConstants.RERUN, String.class);
        if (runId != null) {
            for (String other :
                    Stream.of(OF_ROWS, OF_FEEDS).flatMap(List::stream).toList()) {
                if (message.getHeader(other) != null) {
                    throw refused(
                            other, "does not go with " + WaybillConstants.RERUN + ", which has the rows of that run");
                }
            }
        }
        return runId;
    }

    /** The zone of the logical time. */
    ZoneId zone(String otherwise) {
        String zone = message.getHeader(WaybillConstants.TIMEZONE, otherwise, String.class);
        try {
            return ZoneId.of(ExportKeys.TIMEZONE.parse(zone));
        } catch (IllegalArgumentException e) {
            throw refused(WaybillConstants.TIMEZONE, e.getMessage());
        }
    }

    /** The logical time asked for; else the time that the schedule set; null for now. */
    Instant logicalTime() {
        Object value = message.getHeader(WaybillConstants.LOGICAL_TIME);
        if (value == null) {
            Date scheduled = message.getHeader(Firing.SCHEDULED_FIRE_TIME, Date.class);
            return scheduled == null ? null : scheduled.toInstant();
        }
        if (value instanceof Date date) {
            return date.toInstant();
        }
        try {
            return Instant.from(value instanceof TemporalAccessor time ? time : OffsetDateTime.parse(value.toString()));
        } catch (DateTimeException e) {
            throw refused(
                    WaybillConstants.LOGICAL_TIME,
                    "\"" + value + "\" is not a time with its zone; write for example 2026-01-15T02:00:00Z");
        }
    }

    /** @throws WaybillException where something is asked for that a feed has not */
    void checkFeed() {
        refuse(OF_EXPORTS, "is for exports, and this is a feed");
    }

    /**
     * Checks what is asked of an export.
     *
     * @param goesByChanges whether it finds what has changed, as a feed does
     * @throws WaybillException where something is asked for that it has not
     */
    void checkExport(boolean goesByChanges) {
        if (goesByChanges) {
            refuse(OF_ROWS, "is for exports of other rows, and this one exports what has changed since its last run");
        } else {
            refuse(OF_FEEDS, "is for feeds, and this is an export");
        }
    }

    private void refuse(List<String> headers, String why) {
        for (String header : headers) {
            if (message.getHeader(header) != null) {
                throw refused(header, why);
            }
        }
    }

    /** What is asked for besides the flow's own, in words: {@code mode full, batch 42}; empty for nothing. */
    String words() {
        return ASKED.entrySet().stream()
                .filter(asked -> message.getHeader(asked.getValue()) != null)
                .map(asked -> asked.getKey() + " " + message.getHeader(asked.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** Whether columns that have changed are taken. */
    boolean acceptsSchema() {
        return flag(WaybillConstants.ACCEPT_SCHEMA);
    }

    /** Whether a batch may delete more rows than its flow allows. */
    boolean acceptsDeletes() {
        return flag(WaybillConstants.ACCEPT_DELETES);
    }

    /** Whether a batch compares the columns of all rows, whatever its flow's strategy. */
    boolean comparesAll() {
        return flag(WaybillConstants.COMPARE_ALL);
    }

    private boolean flag(String header) {
        Object value = message.getHeader(header);
        if (value == null) {
            return false;
        }
        return switch (value.toString().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(header, "\"" + value + "\" is not true or false");
        };
    }

    /** The span of time asked for; null for none. */
    Window.Slice slice() {
        String from = message.getHeader(WaybillConstants.FROM, String.class);
        String to = message.getHeader(WaybillConstants.TO, String.class);
        String column = message.getHeader(WaybillConstants.COLUMN, String.class);
        if (from == null && to == null) {
            if (column != null) {
                throw refused(
                        WaybillConstants.COLUMN,
                        "is for " + WaybillConstants.FROM + " and " + WaybillConstants.TO + ", which are missing");
            }
            return null;
        }
        if (from == null || to == null) {
            throw WaybillException.refusal(WaybillConstants.FROM + " and " + WaybillConstants.TO + " go together");
        }
        LocalDateTime begin = time(WaybillConstants.FROM, from);
        LocalDateTime end = time(WaybillConstants.TO, to);
        if (zoned(from) == zoned(to) && !begin.isBefore(end)) {
            throw refused(WaybillConstants.TO, to + " is not after " + WaybillConstants.FROM + ", " + from);
        }
        return new Window.Slice(column, from, to);
    }

    private static boolean zoned(String time) {
        return time.matches(".*T.*(Z|[+-]\\d\\d(:?\\d\\d)?)$");
    }

    /** In UTC, where it has a zone. */
    private static LocalDateTime time(String header, String text) {
        try {
            if (zoned(text)) {
                return LocalDateTime.ofInstant(OffsetDateTime.parse(text).toInstant(), java.time.ZoneOffset.UTC);
            }
            return text.length() <= 10 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text);
        } catch (DateTimeException e) {
            throw refused(header, "\"" + text + "\" is not a time; write for example 2026-01-15 or 2026-01-15T02:00");
        }
    }

    private static WaybillException refused(String header, String message) {
        return WaybillException.refusal(header + ": " + message);
    }
}
