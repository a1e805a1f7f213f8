package io.waybill.contract;

import io.waybill.rows.ColumnVector;

/** What is expected of a column's values. Chosen once per column; never sees a NULL. One thread asks it. */
@FunctionalInterface
interface ValueTest {

    boolean holds(ColumnVector column, int row);
}
