package io.waybill.format;

import io.waybill.rows.ColumnVector;
import java.io.IOException;
import org.apache.parquet.column.ColumnWriter;

/** How one column's values are written to a Parquet column. Chosen once per column; never sees a NULL. */
@FunctionalInterface
interface ParquetColumnWriter {

    /**
     * Writes one value.
     *
     * @param repetition 0, except for an element of a list that is not its first
     * @param level the definition level of a value that is there
     * @throws IllegalArgumentException when the value does not fit the Parquet type; the message says why
     */
    void write(ColumnVector column, int row, ColumnWriter out, int repetition, int level) throws IOException;
}
