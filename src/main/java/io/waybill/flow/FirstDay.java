package io.waybill.flow;

import java.time.LocalDate;
import java.util.Objects;

/**
 * The first day, of UTC, whose rows a run may have.
 *
 * @param by who lets none of earlier days leave; null where nobody knows: it was not kept once
 */
public record FirstDay(LocalDate day, By by) {

    /** Who limits the days of a run. */
    public enum By {
        /** The flow, by {@code not_before} or {@code last_days}: whoever has it run. */
        FLOW,
        /** The grant of the one who asked for the run. */
        GRANT
    }

    public FirstDay {
        Objects.requireNonNull(day, "day");
    }

    /** In words, for people. */
    public String words() {
        return "rows from " + day + " on" + (by == null ? "" : ", by the " + Form.lower(by));
    }
}
