package io.waybill.route.step;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/** The time that somebody gives a run, as people write it. */
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
}
