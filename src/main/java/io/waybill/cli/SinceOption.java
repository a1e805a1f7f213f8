package io.waybill.cli;

import io.waybill.route.step.LogicalTime;
import java.time.Instant;

/** What {@code --since} says: a time, in UTC as times are printed, or so long ago. */
final class SinceOption {

    private SinceOption() {}

    /**
     * @param text null for none
     * @throws WrongUsageException when it is no time
     */
    static Instant parse(String text) {
        try {
            return text == null ? null : LogicalTime.since(text, Instant.now());
        } catch (IllegalArgumentException e) {
            throw new WrongUsageException("--since: " + e.getMessage());
        }
    }
}
