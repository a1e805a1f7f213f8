package io.waybill.format;

import io.waybill.rows.Column;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;

/** Parquet whose columns have the numbers of a table's. */
record NumberedParquet(ParquetDataFormat format, ParquetTypes types) implements RowFormat {

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        return format.open(schema, out, types);
    }

    @Override
    public String targetType(Column column) {
        return format.targetType(column);
    }
}
