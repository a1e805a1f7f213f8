package io.waybill.privacy;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.ForwardingEncoder;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;

/** Hands an encoder batches in which the values of some columns are what becomes of them. */
final class PrivateEncoder extends ForwardingEncoder {

    private final PrivateFormat format;
    private final RowSchema schema;
    private final ColumnTransform[] transforms;
    private final boolean[] own;
    private final RowBatch shown;
    private long rows;

    /**
     * @param schema as it is written
     * @param transforms one for each column; null for those that leave as they are
     */
    PrivateEncoder(PrivateFormat format, RowSchema schema, ColumnTransform[] transforms, RowEncoder encoder) {
        super(encoder);
        this.format = format;
        this.schema = schema;
        this.transforms = transforms;
        this.own = new boolean[transforms.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = transforms[i] != null;
        }
        this.shown = new RowBatch(schema);
    }

    @Override
    public void write(RowBatch batch, int from, int to) throws IOException {
        shown.show(batch, own, from);
        if (batch.isEncodedBy(format) && from == 0 && to == batch.rows()) {
            shown.showText(batch, format.format());
        } else {
            for (int i = 0; i < transforms.length; i++) {
                if (own[i]) {
                    transform(batch, i, from, to);
                }
            }
        }
        encoder.write(shown, from, to);
        rows += to - from;
    }

    private void transform(RowBatch batch, int column, int from, int to) {
        try {
            transforms[column].apply(batch.column(column), from, to, shown.column(column));
        } catch (RefusedValueException e) {
            throw new WaybillException(
                    Stage.ENCODE, schema.column(column).at(rows + e.row() - from + 1) + ": " + e.getMessage(), e);
        }
    }
}
