package io.waybill.rows;

import java.io.IOException;

/** How one column's values are written as text. Chosen once per column; never sees a NULL. */
@FunctionalInterface
public interface CellWriter {

    /**
     * Writes one value.
     *
     * @throws IllegalArgumentException when the value has no form; the message says why
     */
    void write(ColumnVector column, int row, ByteSink out) throws IOException;
}
