package io.waybill.route.step;

import io.waybill.flow.Span;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Times as people write them: that of a run, and since when they look back. */
public final class LogicalTime {

    private LogicalTime() {}

    /**
     * What a date or a time says.
     *
     * @param zone whose clocks it is told by where it names none
     * @throws IllegalArgumentException when it is neither; the message says what is allowed
     */
    public static Instant parse(String text, ZoneId zone) {
        try {
            if (text.length() <= 10) {
                return LocalDate.parse(text).atStartOfDay(zone).toInstant();
            }
            return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)$")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a date; write for example 2026-01-15 or 2026-01-15T02:00", e);
        }
    }

    /**
     * Since when, for who looks back: a date or a time in UTC, as times are printed, or so long ago.
     *
     * @throws IllegalArgumentException when it is none of these; the message says what is allowed
     */
    public static Instant since(String text, Instant now) {
        try {
            if (text.matches("\\d{4}-.*")) {
                return (text.length() <= 10 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text))
                        .toInstant(ZoneOffset.UTC);
            }
            return now.atZone(ZoneOffset.UTC).minus(Span.parse(text)).toInstant();
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a time; write for example 2026-01-15, 2026-01-15T18:00 or 12h", e);
        }
    }
}
