package io.waybill.rows;

/** The values of a column of batches, as they leave. For one thread. */
@FunctionalInterface
public interface LeavingColumn {

    /**
     * The values of a batch's rows, until it is asked for those of the next.
     *
     * @throws io.waybill.WaybillException when one has no such form; the message says which
     */
    ColumnVector of(RowBatch batch);
}
