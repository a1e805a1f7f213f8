package io.waybill.rows;

import java.io.IOException;

/** What of a column's values tells rows of different files apart. */
public interface RowDivider {

    /** What is told of, as the column's name or what is made of its values. */
    String name();

    /** The column. */
    String column();

    /**
     * Puts bytes that are the same for rows of one file. Those of any two values that follow each other are told apart.
     *
     * @param values as they leave
     * @throws IllegalArgumentException when the value cannot tell; the message says why
     */
    void put(ColumnVector values, int row, ByteSink key) throws IOException;

    /** Whether {@link #text} tells of the values themselves, or of a number that many of them share by chance. */
    default boolean tellsOfValues() {
        return true;
    }

    /** What rows of one file have in common, as text; null for NULL. */
    String text(ColumnVector values, int row) throws IOException;
}
