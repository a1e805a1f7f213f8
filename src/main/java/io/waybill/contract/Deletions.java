package io.waybill.contract;

import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.TableRows;

/**
 * Which rows tell of a row that is gone. Their values are those that it had, which say nothing of what is now.
 *
 * @param index the column that says what a row tells of; negative where all tell of a row that is there
 */
record Deletions(int index) {

    boolean has(RowBatch batch, int row) {
        if (index < 0) {
            return false;
        }
        ColumnVector type = batch.column(index);
        return !type.isNull(row) && TableRows.isDeleted(type.bytes(), type.start(row), type.end(row));
    }
}
