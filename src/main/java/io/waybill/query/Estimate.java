package io.waybill.query;

import java.util.Locale;

/**
 * About how many rows a query will answer, as the database guesses.
 *
 * @param rows how many; -1 where the database makes no guess
 * @param isBound whether conditions may leave fewer
 */
public record Estimate(long rows, boolean isBound) {

    /** No guess at all. */
    public static final Estimate UNKNOWN = new Estimate(-1, false);

    public boolean isKnown() {
        return rows >= 0;
    }

    /** {@code about 100,000}, or {@code unknown}. */
    public String words() {
        if (!isKnown()) {
            return "unknown";
        }
        return String.format(Locale.ROOT, isBound ? "at most about %,d" : "about %,d", rows);
    }
}
