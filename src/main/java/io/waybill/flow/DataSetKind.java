package io.waybill.flow;

import java.util.Locale;

/** What a data set's rows stand for. */
public enum DataSetKind {
    /** Each row is a version of a record, with what happened to it and in which batch. */
    CHANGE_FEED,
    /** Each batch's changes, published. */
    DELTA_TRANSACTION,
    /** Each row belongs to a batch. */
    BATCH_TRACKED,
    /** Any other table, view or query. */
    PLAIN;

    /** The column that says what happened to a record. */
    public static final String RECORD_TYPE = "xt_record_type";
    /** The column that holds the batch. */
    public static final String BATCH_ID = "xt_batch_id";

    public boolean hasBatches() {
        return this != PLAIN;
    }

    /** The name in words. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
