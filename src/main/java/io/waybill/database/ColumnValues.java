package io.waybill.database;

import io.waybill.flow.ColumnType;

/** Takes the values of one column, one after the other, in the form that {@link ColumnType.Kind} says. */
public interface ColumnValues {

    ColumnType type();

    void appendNull();

    void appendLong(long value);

    default void appendBoolean(boolean value) {
        appendLong(value ? 1 : 0);
    }

    void appendDouble(double value);

    /**
     * Appends a timestamp: microseconds since the epoch, and the nanoseconds (0 to 999) below them.
     *
     * @throws IllegalArgumentException when there are such nanoseconds, and the column's type has none
     */
    void appendTimestamp(long micros, int nanosBelow);

    default void appendBytes(byte[] source) {
        appendBytes(source, 0, source.length);
    }

    void appendBytes(byte[] source, int from, int length);

    /** Appends text as UTF-8; an unpaired surrogate, which no UTF-8 can hold, becomes {@code ?}. */
    void appendText(String text);
}
