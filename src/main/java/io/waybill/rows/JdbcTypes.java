package io.waybill.rows;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which {@link ColumnType} a database's column has, decided from the result's metadata and never from a value. */
public final class JdbcTypes {

    /** Parquet's readers, and most databases, take no more decimal digits; such numbers leave as text where they must. */
    private static final int MOST_DIGITS = 38;

    /** How H2 names an array's type, and its elements'. */
    private static final Pattern H2_ARRAY = Pattern.compile("(.*) array(?:\\[\\d+])?", Pattern.DOTALL);

    private static final Pattern H2_TYPE =
            Pattern.compile("([a-z ]+?)(?:\\((\\d+)(?:, (\\d+))?\\))?( with time zone)?");

    /** Numbers that drivers give to types of their own (oracle.jdbc.OracleTypes, microsoft.sql.Types). */
    private static final int ORACLE_TIMESTAMPTZ = -101;

    private static final int ORACLE_TIMESTAMPLTZ = -102;
    private static final int ORACLE_BINARY_FLOAT = 100;
    private static final int ORACLE_BINARY_DOUBLE = 101;
    private static final int SQLSERVER_DATETIMEOFFSET = -155;

    private JdbcTypes() {}

    /**
     * The type of column {@code index} (from 1).
     *
     * @param connection what the result comes over; asked for what the metadata does not tell
     */
    public static ColumnType typeOf(Database database, Connection connection, ResultSetMetaData metaData, int index)
            throws SQLException {
        if (database == Database.POSTGRESQL && metaData.getColumnType(index) == Types.ARRAY) {
            return PostgresArrays.typeOf(connection, metaData.getColumnTypeName(index));
        }
        String name = metaData.getColumnTypeName(index).toLowerCase(Locale.ROOT);
        int precision = metaData.getPrecision(index);
        int scale = metaData.getScale(index);
        return switch (database) {
            case POSTGRESQL -> postgresql(name, precision, scale);
            case MARIADB, MYSQL -> MySqlColumns.typeOf(metaData, index);
            case SQLITE -> SqliteColumns.typeOf(metaData, index);
            case DUCKDB -> DuckDbColumns.typeOf(metaData, index);
            case H2 -> h2(name, metaData.getColumnType(index), precision, scale);
            case HSQLDB -> hsqldb(name, metaData.getColumnType(index), precision, scale);
            case SNOWFLAKE -> snowflake(name, metaData.getColumnType(index), precision, scale);
            default -> standard(metaData.getColumnType(index), precision, scale, metaData.isSigned(index));
        };
    }

    private static ColumnType postgresql(String name, int precision, int scale) {
        return switch (name) {
            case "bool" -> ColumnType.BOOLEAN;
            case "int2", "smallserial" -> ColumnType.INT16;
            case "int4", "serial" -> ColumnType.INT32;
            case "int8", "bigserial", "oid" -> ColumnType.INT64;
            case "float4" -> ColumnType.FLOAT32;
            case "float8" -> ColumnType.FLOAT64;
            case "numeric" -> decimal(precision, scale);
            case "json", "jsonb" -> ColumnType.JSON;
            case "uuid" -> ColumnType.UUID;
            case "bytea" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.time(scale);
            case "timestamp" -> ColumnType.timestamp(scale);
            case "timestamptz" -> ColumnType.instant(scale);
            default -> ColumnType.TEXT; // enums, ranges, networks, money, intervals, …: in PostgreSQL's own text form
        };
    }

    private static ColumnType h2(String name, int jdbcType, int precision, int scale) {
        if (jdbcType == Types.ARRAY) {
            return ColumnType.array(h2Element(elementName(Database.H2, name)));
        }
        if (name.equals("json")) {
            return ColumnType.JSON;
        }
        if (name.equals("uuid")) {
            return ColumnType.UUID;
        }
        if (name.startsWith("decfloat")) {
            return ColumnType.UNLIMITED_DECIMAL;
        }
        if (name.startsWith("interval") || name.startsWith("enum") || name.startsWith("geometry")) {
            return ColumnType.TEXT;
        }
        return standard(jdbcType, precision, scale, true);
    }

    /** Of an element there is its name only, as H2 writes it: {@code TIMESTAMP(9) WITH TIME ZONE}. */
    private static ColumnType h2Element(String name) {
        if (H2_ARRAY.matcher(name).matches()) {
            return ColumnType.array(h2Element(elementName(Database.H2, name)));
        }
        Matcher parts = H2_TYPE.matcher(name);
        if (!parts.matches()) {
            return ColumnType.TEXT;
        }
        boolean zoned = parts.group(4) != null;
        int first = parts.group(2) == null ? -1 : Integer.parseInt(parts.group(2));
        int second = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        return switch (parts.group(1)) {
            case "boolean" -> ColumnType.BOOLEAN;
            case "tinyint", "smallint" -> ColumnType.INT16;
            case "integer" -> ColumnType.INT32;
            case "bigint" -> ColumnType.INT64;
            case "real" -> ColumnType.FLOAT32;
            case "double precision", "float" -> ColumnType.FLOAT64;
            case "numeric", "decimal" -> decimal(first, second);
            case "decfloat" -> ColumnType.UNLIMITED_DECIMAL;
            case "binary", "binary varying", "binary large object" -> ColumnType.BINARY;
            case "json" -> ColumnType.JSON;
            case "uuid" -> ColumnType.UUID;
            case "date" -> ColumnType.DATE;
            case "time" -> zoned ? ColumnType.TEXT : ColumnType.time(Math.max(first, 0));
            case "timestamp" ->
                zoned ? ColumnType.instant(first < 0 ? 6 : first) : ColumnType.timestamp(first < 0 ? 6 : first);
            default -> ColumnType.TEXT; // characters, enums, intervals, geometry, rows: as the scalar is
        };
    }

    /** The name of the elements' type of an array that has this name; the name itself where it is no array's. */
    static String elementName(Database database, String name) {
        if (database == Database.POSTGRESQL) {
            return name.startsWith("_") ? name.substring(1) : name;
        }
        Matcher array = H2_ARRAY.matcher(name.toLowerCase(Locale.ROOT));
        return array.matches() ? array.group(1) : name;
    }

    /** The type of an array's element in PostgreSQL; the array's declaration does not limit the digits of its numbers. */
    static ColumnType postgresqlElement(String name) {
        return postgresql(name.toLowerCase(Locale.ROOT), 0, 6);
    }

    private static ColumnType hsqldb(String name, int jdbcType, int precision, int scale) {
        return switch (name) {
            case "uuid" -> ColumnType.UUID;
            case "bit" -> precision <= 1 ? ColumnType.BOOLEAN : ColumnType.TEXT;
            case "bit varying" -> ColumnType.TEXT;
            default -> standard(jdbcType, precision, scale, true);
        };
    }

    private static ColumnType snowflake(String name, int jdbcType, int precision, int scale) {
        if (jdbcType == Types.BIGINT && precision > 18) {
            return decimal(precision, 0); // each NUMBER without a scale is a BIGINT to its driver
        }
        return switch (name) {
            case "timestampltz", "timestamptz" -> ColumnType.instant(scale);
            default -> standard(jdbcType, precision, scale, true);
        };
    }

    private static ColumnType standard(int jdbcType, int precision, int scale, boolean signed) {
        return switch (jdbcType) {
            case Types.BOOLEAN -> ColumnType.BOOLEAN;
            case Types.BIT -> precision <= 1 ? ColumnType.BOOLEAN : ColumnType.BINARY;
            case Types.TINYINT -> ColumnType.INT16;
            case Types.SMALLINT -> signed ? ColumnType.INT16 : ColumnType.INT32;
            case Types.INTEGER -> signed ? ColumnType.INT32 : ColumnType.INT64;
            case Types.BIGINT -> signed ? ColumnType.INT64 : ColumnType.decimal(20, 0);
            case Types.REAL -> ColumnType.FLOAT32;
            case Types.FLOAT, Types.DOUBLE -> ColumnType.FLOAT64;
            case Types.NUMERIC, Types.DECIMAL -> decimal(precision, scale);
            case Types.DATE -> ColumnType.DATE;
            case Types.TIME -> ColumnType.time(scale);
            case Types.TIMESTAMP -> ColumnType.timestamp(scale);
            case Types.TIMESTAMP_WITH_TIMEZONE, ORACLE_TIMESTAMPTZ, ORACLE_TIMESTAMPLTZ, SQLSERVER_DATETIMEOFFSET ->
                ColumnType.instant(scale);
            case ORACLE_BINARY_FLOAT -> ColumnType.FLOAT32;
            case ORACLE_BINARY_DOUBLE -> ColumnType.FLOAT64;
            default -> isBinary(jdbcType) ? ColumnType.BINARY : ColumnType.TEXT;
        };
    }

    static ColumnType decimal(int precision, int scale) {
        boolean limited = precision > 0 && precision <= MOST_DIGITS && scale >= 0 && scale <= precision;
        return limited ? ColumnType.decimal(precision, scale) : ColumnType.UNLIMITED_DECIMAL;
    }

    static boolean isBinary(int jdbcType) {
        return switch (jdbcType) {
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> true;
            default -> false;
        };
    }

    /** Whether the driver of that database hands this column's text over as UTF-8 bytes by {@code getBytes}. */
    static boolean givesTextAsBytes(Database database, Kind kind, String typeName) {
        return switch (database) {
            case POSTGRESQL ->
                switch (typeName.toLowerCase(Locale.ROOT)) {
                    case "text", "varchar", "bpchar", "json" -> kind == Kind.TEXT || kind == Kind.JSON;
                    default -> false;
                };
            // its connections speak UTF-8
            case MARIADB ->
                switch (typeName.toLowerCase(Locale.ROOT)) {
                    case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> kind == Kind.TEXT;
                    default -> false;
                };
            default -> false;
        };
    }
}
