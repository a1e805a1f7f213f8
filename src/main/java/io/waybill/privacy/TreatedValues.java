package io.waybill.privacy;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.LeavingColumn;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.util.List;

/** What becomes of the values of a column, for who looks at them besides the encoder. */
final class TreatedValues implements LeavingColumn {

    private final int index;
    private final Column written;
    private final ColumnTransform transform;
    private final RowBatch own;
    private long rows;

    TreatedValues(int index, Column written, ColumnTransform transform) {
        this.index = index;
        this.written = written;
        this.transform = transform;
        this.own = new RowBatch(new RowSchema(List.of(written)));
    }

    @Override
    public ColumnVector of(RowBatch batch) {
        own.clear();
        try {
            transform.apply(batch.column(index), 0, batch.rows(), own.column(0));
        } catch (RefusedValueException e) {
            throw new WaybillException(Stage.ENCODE, written.at(rows + e.row() + 1) + ": " + e.getMessage(), e);
        }
        rows += batch.rows();
        return own.column(0);
    }
}
