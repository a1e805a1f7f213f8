package io.waybill.flow;

import java.time.Duration;

/**
 * How an export tells what is new since the last one.
 *
 * @param lag how far behind the database's clock it stays, for rows that are committed late; null for none
 * @param patience how long it waits for transactions that are open when it begins, where their rows could not be told from older
 *     ones later
 * @param nulls what becomes of rows that have no watermark
 */
public record SinceLast(Duration lag, Duration patience, Nulls nulls) {

    /** Which rows an export has, of those that earlier runs have exported. The names are those of a flow. */
    public enum Told {
        /** All: it does not ask. */
        FALSE,
        /** Those that its watermark, or their batch, tells to be new. */
        TRUE,
        /** Those that are new, changed or gone when the table is compared with what it was at the last run. */
        CHANGES
    }

    /** Long enough for what a web shop does in a transaction. */
    public static final Duration USUAL_PATIENCE = Duration.ofSeconds(10);

    /** What becomes of rows whose watermark is NULL, which no range of it holds. */
    public enum Nulls {
        /** They are never exported. */
        EXCLUDE,
        /** They go out with the first export, that of all rows; those that come later do not. */
        FIRST,
        /** The run fails when there are any. */
        FAIL
    }
}
