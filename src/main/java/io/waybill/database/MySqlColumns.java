package io.waybill.database;

import com.fasterxml.jackson.core.io.NumberInput;
import io.waybill.flow.ColumnType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.Locale;

/** The columns of MySQL and MariaDB, by MySQL's driver or MariaDB's. */
final class MySqlColumns {

    private MySqlColumns() {}

    static ColumnType typeOf(ResultSetMetaData metaData, int index) throws SQLException {
        String name = metaData.getColumnTypeName(index).toLowerCase(Locale.ROOT);
        int precision = metaData.getPrecision(index);
        int scale = metaData.getScale(index);
        boolean signed = metaData.isSigned(index) && !name.contains("unsigned");
        String base = name.replace(" unsigned", "").replace(" zerofill", "");
        return switch (base) {
            case "boolean" -> ColumnType.BOOLEAN;
            case "bit" -> precision <= 1 ? ColumnType.BOOLEAN : ColumnType.BINARY;
            case "tinyint" -> ColumnType.INT16;
            case "smallint" -> signed ? ColumnType.INT16 : ColumnType.INT32;
            case "mediumint", "year" -> ColumnType.INT32;
            case "int", "integer" -> signed ? ColumnType.INT32 : ColumnType.INT64;
            case "bigint" -> signed ? ColumnType.INT64 : ColumnType.decimal(20, 0);
            case "float" -> ColumnType.FLOAT32;
            case "double" -> ColumnType.FLOAT64;
            case "decimal" -> JdbcTypes.decimal(precision, scale);
            case "json" -> ColumnType.JSON;
            case "uuid" -> ColumnType.UUID;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.time(6);
            case "datetime" -> ColumnType.timestamp(6);
            case "timestamp" -> ColumnType.instant(6);
            default -> JdbcTypes.BINARY.contains(metaData.getColumnType(index)) ? ColumnType.BINARY : ColumnType.TEXT;
        };
    }

    /** The reader of a column that is read otherwise than with other databases; null for all others. */
    static ColumnReader readerFor(ColumnType type, String typeName) {
        if (typeName.toLowerCase(Locale.ROOT).startsWith("float")) {
            return MySqlColumns::refuseFloat;
        }
        return switch (type.kind()) {
            case FLOAT32 -> MySqlColumns::readSingle;
            case FLOAT64 -> MySqlColumns::readDouble;
            case BOOLEAN -> MySqlColumns::readZeroOrOne;
            case DATE -> JdbcReaders.objects((row, index) -> read(row, index, LocalDate.class), TimeText::append);
            // the session is set to UTC (ReadConnections)
            case TIMESTAMP, INSTANT ->
                JdbcReaders.objects((row, index) -> read(row, index, LocalDateTime.class), TimeText::append);
            default -> null;
        };
    }

    /** The server sends its digits, which the drivers have Java read, three times as slowly. */
    private static void readDouble(ResultSet row, int index, ColumnValues out) throws SQLException {
        String digits = row.getString(index);
        if (digits == null) {
            out.appendNull();
        } else {
            out.appendDouble(NumberInput.parseDouble(digits, true));
        }
    }

    /** A FLOAT that was selected as a DOUBLE. */
    private static void readSingle(ResultSet row, int index, ColumnValues out) throws SQLException {
        double value = row.getDouble(index);
        if (row.wasNull()) {
            out.appendNull();
        } else if (Float.isInfinite((float) value)) {
            throw new IllegalArgumentException(value + " does not fit " + out.type());
        } else {
            out.appendDouble((float) value);
        }
    }

    /** The server itself rounds the text of a FLOAT to six digits; what Waybill selects, it selects as a DOUBLE. */
    private static void refuseFloat(ResultSet row, int index, ColumnValues out) throws SQLException {
        if (row.getString(index) != null) {
            throw new IllegalArgumentException(
                    "the server rounds a FLOAT to six digits where it hands it over: select it times 1e0");
        }
        out.appendNull();
    }

    /** MySQL's boolean is a small number; 5 would silently become true. */
    private static void readZeroOrOne(ResultSet row, int index, ColumnValues out) throws SQLException {
        int value = row.getInt(index);
        if (row.wasNull()) {
            out.appendNull();
        } else if (value == 0 || value == 1) {
            out.appendLong(value);
        } else {
            throw new IllegalArgumentException(
                    value + " is not 0 or 1; declare the column as type = \"smallint\" in datasets.toml");
        }
    }

    /** A driver that makes a date of what is none makes NULL of it, or one of the first years. */
    private static <T extends Temporal> T read(ResultSet row, int index, Class<T> type) throws SQLException {
        try {
            T value = row.getObject(index, type);
            if (value == null || value.get(ChronoField.YEAR) <= 1) {
                requireDate(row, index);
            }
            return value;
        } catch (SQLException | DateTimeException e) {
            requireDate(row, index);
            throw e;
        }
    }

    /**
     * Zero dates ({@code 0000-00-00}, {@code 2026-00-10}) are no dates. MariaDB's driver, and MySQL's where its URL says so, makes NULL
     * or the first day of all of them.
     */
    private static void requireDate(ResultSet row, int index) throws SQLException {
        String text = row.getString(index);
        if (text != null && (text.startsWith("0000-") || text.startsWith("-00", 4) || text.startsWith("-00", 7))) {
            throw new IllegalArgumentException("\"" + text.substring(0, Math.min(10, text.length()))
                    + "\" is no date: to export NULL for it, declare a data set by a query that selects NULLIF(…, 0)");
        }
    }
}
