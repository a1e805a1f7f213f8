package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.util.Set;

/** What PostgreSQL's types are to an export, by their names. */
final class PostgreSqlTypes {

    /** Its types of text. */
    static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name", "char");

    /** What its driver hands over as it came from the server. */
    static final Set<String> UTF8 = Set.of("text", "varchar", "bpchar", "json");

    private PostgreSqlTypes() {}

    /** By its name, letter for letter: "Date" is somebody's own type. */
    static ColumnType of(String name, int precision, int scale) {
        return switch (name) {
            case "bool" -> ColumnType.BOOLEAN;
            case "int2", "smallserial" -> ColumnType.INT16;
            case "int4", "serial" -> ColumnType.INT32;
            case "int8", "bigserial", "oid" -> ColumnType.INT64;
            case "float4" -> ColumnType.FLOAT32;
            case "float8" -> ColumnType.FLOAT64;
            case "numeric" -> JdbcTypes.decimal(precision, scale);
            case "json", "jsonb" -> ColumnType.JSON;
            case "uuid" -> ColumnType.UUID;
            case "bytea" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.time(scale);
            case "timestamp" -> ColumnType.timestamp(scale);
            case "timestamptz" -> ColumnType.instant(scale);
            default -> ColumnType.TEXT; // enums, ranges, networks, money, intervals, …: in its own text form
        };
    }

    /** The type of an array's element; the array's declaration does not limit the digits of its numbers. */
    static ColumnType elementType(String name) {
        return of(name, 0, 6);
    }

    static String elementOf(String typeName) {
        return typeName.startsWith("_") ? typeName.substring(1) : typeName;
    }
}
