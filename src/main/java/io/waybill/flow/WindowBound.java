package io.waybill.flow;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Bounds of windows of time, as texts. */
final class WindowBound {

    private static final Pattern ZONED = Pattern.compile(".*T.*(Z|[+-]\\d\\d(:?\\d\\d)?)");

    private WindowBound() {}

    static boolean isZoned(String bound) {
        return ZONED.matcher(bound.replace(' ', 'T')).matches();
    }

    /** Whether one is of a day, of UTC, or later; a time without a zone is taken as one of UTC. What is no time is of no day. */
    static boolean isFrom(String bound, LocalDate day) {
        String text = bound.replace(' ', 'T');
        try {
            LocalDateTime time = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay()
                    : isZoned(text)
                            ? LocalDateTime.ofInstant(OffsetDateTime.parse(text).toInstant(), ZoneOffset.UTC)
                            : LocalDateTime.parse(text);
            return !time.isBefore(day.atStartOfDay());
        } catch (DateTimeException e) {
            return false;
        }
    }
}
