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
