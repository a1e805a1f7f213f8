package io.waybill.rows;

import io.waybill.flow.ColumnType;

/** What PostgreSQL's COPY is read of here. A plan asks before it writes a query. */
public final class CopyTypes {

    private CopyTypes() {}

    /**
     * Whether columns of a type are read.
     *
     * @param nativeType PostgreSQL's name of it, as its driver gives it: {@code int4}, {@code _text}
     */
    public static boolean reads(String nativeType) {
        return CopyColumnReader.of(nativeType) != null;
    }

    /**
     * Whether columns are read that are declared to have another type than the database says.
     *
     * @param declared the declared type
     * @param found what the database says
     */
    public static boolean reads(ColumnType declared, ColumnType found) {
        return !JdbcColumnReaders.isConversion(declared, found);
    }
}
