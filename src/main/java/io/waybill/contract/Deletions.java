package io.waybill.contract;

import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Which rows tell of a row that is gone. Their values are those that it had, which say nothing of what is now.
 *
 * @param index the column that says what a row tells of; negative where all tell of a row that is there
 */
record Deletions(int index) {

    private static final byte[] DELETED = "deleted".getBytes(StandardCharsets.UTF_8);

    boolean has(RowBatch batch, int row) {
        if (index < 0) {
            return false;
        }
        ColumnVector type = batch.column(index);
        return !type.isNull(row)
                && Arrays.equals(type.bytes(), type.start(row), type.end(row), DELETED, 0, DELETED.length);
    }
}
