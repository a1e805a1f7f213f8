package io.waybill.server;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;

/** The time that a watermark is of. */
final class WatermarkTime {

    private WatermarkTime() {}

    /**
     * The time of a watermark's text; empty where it is a number, or its zone is not known.
     *
     * @param zone that of the flow, which a time without one is taken for; null where nobody knows
     */
    static Optional<Instant> of(String text, ZoneId zone) {
        TemporalAccessor time;
        try {
            time = text.contains("T")
                    ? DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from)
                    : LocalDate.parse(text);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
        if (time instanceof OffsetDateTime known) {
            return Optional.of(known.toInstant());
        }
        if (zone == null) {
            return Optional.empty();
        }
        return Optional.of(
                time instanceof LocalDateTime local
                        ? local.atZone(zone).toInstant()
                        : ((LocalDate) time).atStartOfDay(zone).toInstant());
    }
}
