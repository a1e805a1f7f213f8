package io.waybill.format;

import io.waybill.rows.RowBatch;

/** Makes of each row what a data format of Camel's takes. */
@FunctionalInterface
interface RowMaker {

    /**
     * Makes a row.
     *
     * @param number the row's number in its file, from 1; for messages
     * @throws io.waybill.WaybillException when a value has no such form; the message names row and column
     */
    Object make(RowBatch batch, int row, long number);
}
