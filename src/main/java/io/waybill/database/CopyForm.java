package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The binary forms of values in PostgreSQL's COPY that are read. A plan asks before it writes a query. */
public enum CopyForm {
    BOOLEAN("bool"),
    INT16("int2", "smallserial"),
    INT32("int4", "serial"),
    INT64("int8", "bigserial"),
    UNSIGNED32("oid"),
    FLOAT32("float4"),
    FLOAT64("float8"),
    NUMERIC("numeric"),
    BYTES("text", "varchar", "bpchar", "name", "json", "bytea"),
    /** Behind a byte that is the version of its form. */
    VERSIONED_BYTES("jsonb"),
    UUID("uuid"),
    DATE("date"),
    TIME("time"),
    TIMESTAMP("timestamp", "timestamptz");

    private final Set<String> types;

    CopyForm(String... types) {
        this.types = Set.of(types);
    }

    /**
     * The form of a type that is no array.
     *
     * @param typeName PostgreSQL's name of it, as its driver gives it: {@code int4}
     */
    public static Optional<CopyForm> of(String typeName) {
        return Arrays.stream(values())
                .filter(form -> form.types.contains(typeName))
                .findFirst();
    }

    /** Whether columns of a type are read, {@code int4} or {@code _int4}, an array of it. */
    static boolean reads(String typeName) {
        return of(PostgreSqlTypes.elementOf(typeName)).isPresent();
    }

    /** What the elements of an array of that type mean. */
    public static ColumnType elementType(String typeName) {
        return PostgreSqlTypes.elementType(typeName);
    }
}
