package io.waybill.cli;

import io.waybill.flow.Span;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** What {@code --since} says: a time, in UTC as times are printed, or so long ago. */
final class SinceOption {

    private SinceOption() {}

    /**
     * @param text null for none
     * @throws WrongUsageException when it is no time
     */
    static Instant parse(String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("\\d{4}-.*")) {
                LocalDateTime time =
                        text.length() <= 10 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text);
                return time.toInstant(ZoneOffset.UTC);
            }
            return ZonedDateTime.now(ZoneOffset.UTC).minus(Span.parse(text)).toInstant();
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new WrongUsageException(
                    "--since: \"" + text + "\" is not a time; write for example 2026-01-15, 2026-01-15T18:00 or 12h");
        }
    }
}
