package io.waybill.format;

import io.waybill.rows.ColumnVector;
import java.io.IOException;

/** How one column's values are handed to a data format of Camel's. Chosen once per column; never sees a NULL. */
@FunctionalInterface
interface JavaValue {

    /** @throws IllegalArgumentException when the value has no such form; the message says why */
    Object at(ColumnVector column, int row) throws IOException;
}
