package io.waybill.flow;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in time as users write it: by the clocks of a zone, or with its offset from UTC.
 *
 * @param local what clocks show then
 * @param offset from UTC; null for a time by the clocks of the zone that it stands beside
 */
public record Moment(LocalDateTime local, ZoneOffset offset) {

    private static final Pattern WITH_OFFSET = Pattern.compile("(.+?)(Z|[+-]\\d\\d:\\d\\d)?");

    /** @throws java.time.DateTimeException when it is none */
    static Moment parse(String text) {
        Matcher parts = WITH_OFFSET.matcher(text.trim());
        String local = parts.matches() ? parts.group(1) : text;
        return new Moment(
                LocalDateTime.parse(local.replace(' ', 'T')),
                parts.matches() && parts.group(2) != null ? ZoneOffset.of(parts.group(2)) : null);
    }

    /** When that is: of a time that clocks jump over, as much later as they jump; of one that they show twice, the first. */
    public Instant in(ZoneId zone) {
        return offset == null ? local.atZone(zone).toInstant() : local.toInstant(offset);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return local + (offset == null ? "" : offset.getId());
    }
}
