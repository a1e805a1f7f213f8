package io.waybill.rows;

import java.util.List;

/**
 * How a plan divides a query among several readers. Their batches are handed on in turns, one of each range, so that the
 * same ranges of the same rows come in the same order every time.
 *
 * @param table the quoted name of the table that they read, to be locked where a snapshot alone does not keep its rows; null for a query
 * @param ranges the queries, a reader each; a single one is all rows, read in a transaction that goes on seeing what it saw first
 */
public record RowRanges(String table, List<RowRange> ranges) {

    /** The exchange property under which a plan hands its ranges to {@code rows:}. */
    public static final String PROPERTY = "WaybillRowRanges";

    public RowRanges {
        ranges = List.copyOf(ranges);
    }
}
