package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.util.Locale;
import java.util.Optional;

/** The binary forms of values in PostgreSQL's COPY that are read. A plan asks before it writes a query. */
public enum CopyForm {
    BOOLEAN,
    INT16,
    INT32,
    INT64,
    UNSIGNED32,
    FLOAT32,
    FLOAT64,
    NUMERIC,
    BYTES,
    /** Behind a byte that is the version of its form. */
    VERSIONED_BYTES,
    UUID,
    DATE,
    TIME,
    TIMESTAMP;

    /**
     * The form of a type that is no array.
     *
     * @param typeName PostgreSQL's name of it, as its driver gives it: {@code int4}
     */
    public static Optional<CopyForm> of(String typeName) {
        return Optional.ofNullable(
                switch (typeName.toLowerCase(Locale.ROOT)) {
                    case "bool" -> BOOLEAN;
                    case "int2", "smallserial" -> INT16;
                    case "int4", "serial" -> INT32;
                    case "int8", "bigserial" -> INT64;
                    case "oid" -> UNSIGNED32;
                    case "float4" -> FLOAT32;
                    case "float8" -> FLOAT64;
                    case "numeric" -> NUMERIC;
                    case "text", "varchar", "bpchar", "name", "json", "bytea" -> BYTES;
                    case "jsonb" -> VERSIONED_BYTES;
                    case "uuid" -> UUID;
                    case "date" -> DATE;
                    case "time" -> TIME;
                    case "timestamp", "timestamptz" -> TIMESTAMP;
                    default -> null;
                });
    }

    /** Whether columns of a type are read, {@code int4} or {@code _int4}, an array of it. */
    static boolean reads(String typeName) {
        return of(typeName.startsWith("_") ? typeName.substring(1) : typeName).isPresent();
    }

    /** What the elements of an array of that type mean. */
    public static ColumnType elementType(String typeName) {
        return PostgreSql.elementType(typeName);
    }
}
