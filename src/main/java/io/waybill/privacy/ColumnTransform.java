package io.waybill.privacy;

import io.waybill.rows.ColumnVector;

/** Puts the values of a column into another form. It keeps what it needs, and is for one thread. */
interface ColumnTransform {

    /**
     * Appends what some values become, one for each.
     *
     * @param from the first row
     * @param to the row before which to stop
     * @throws RefusedValueException when a value has no such form
     */
    void apply(ColumnVector values, int from, int to, ColumnVector out);

    /** One that puts each value by itself, NULL for NULL. */
    @FunctionalInterface
    interface OfValue extends ColumnTransform {

        /** Appends what a value becomes that is not NULL. */
        void append(ColumnVector values, int row, ColumnVector out);

        @Override
        default void apply(ColumnVector values, int from, int to, ColumnVector out) {
            for (int row = from; row < to; row++) {
                if (values.isNull(row)) {
                    out.appendNull();
                } else {
                    append(values, row, out);
                }
            }
        }
    }
}
