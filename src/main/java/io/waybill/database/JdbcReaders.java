package io.waybill.database;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.waybill.flow.ColumnType;
import io.waybill.flow.NumberRange;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;

/** How columns are read by JDBC's own types. */
public final class JdbcReaders {

    private static final JsonFactory JSON = new JsonFactory();

    private JdbcReaders() {}

    /**
     * The reader of a column of that type; null for an array.
     *
     * @param declared whether the author declared the type, so that the database's values are still to be checked
     */
    static ColumnReader of(ColumnType type, boolean declared) {
        return switch (type.kind()) {
            case BOOLEAN -> JdbcReaders::readBoolean;
            case INT16, INT32, INT64 -> integer(type, declared);
            case FLOAT32 -> (row, index, out) -> appendDouble(row, row.getFloat(index), out);
            case FLOAT64 -> (row, index, out) -> appendDouble(row, row.getDouble(index), out);
            case DECIMAL -> declared && type.isLimitedDecimal() ? fitting(type) : JdbcReaders::readNumber;
            case TEXT -> JdbcReaders::readText;
            case UUID -> declared ? JdbcReaders::readCheckedUuid : JdbcReaders::readText;
            case JSON -> declared ? JdbcReaders::readCheckedJson : JdbcReaders::readText;
            case BINARY -> JdbcReaders::readBytes;
            case DATE -> JdbcReaders::readDate;
            case TIME -> JdbcReaders::readTimeText;
            case TIMESTAMP -> JdbcReaders::readTimestamp;
            case INSTANT -> JdbcReaders::readInstant;
            case ARRAY -> null;
        };
    }

    /** The reader of decimals that need not be a BigDecimal, or whose text is quicker to have. */
    static ColumnReader digits(ColumnType type, boolean declared) {
        return declared && type.isLimitedDecimal() ? fitting(type) : JdbcReaders::readDigits;
    }

    private static ColumnReader integer(ColumnType type, boolean declared) {
        if (declared) { // some drivers cut what is no such integer
            return (row, index, out) -> {
                BigDecimal value = row.getBigDecimal(index);
                if (value == null) {
                    out.appendNull();
                } else {
                    out.appendLong(NumberRange.check(value, type));
                }
            };
        }
        return switch (type.kind()) {
            case INT16 -> (row, index, out) -> appendLong(row, row.getShort(index), out);
            case INT32 -> (row, index, out) -> appendLong(row, row.getInt(index), out);
            default -> (row, index, out) -> appendLong(row, row.getLong(index), out);
        };
    }

    private static void appendLong(ResultSet row, long value, ColumnValues out) throws SQLException {
        if (row.wasNull()) {
            out.appendNull();
        } else {
            out.appendLong(value);
        }
    }

    private static void appendDouble(ResultSet row, double value, ColumnValues out) throws SQLException {
        if (row.wasNull()) {
            out.appendNull();
        } else {
            out.appendDouble(value);
        }
    }

    private static void readBoolean(ResultSet row, int index, ColumnValues out) throws SQLException {
        boolean value = row.getBoolean(index);
        if (row.wasNull()) {
            out.appendNull();
        } else {
            out.appendBoolean(value);
        }
    }

    private static ColumnReader fitting(ColumnType type) {
        return (row, index, out) -> {
            BigDecimal value = row.getBigDecimal(index);
            if (value == null) {
                out.appendNull();
            } else {
                out.appendText(NumberRange.fit(value, type).toPlainString());
            }
        };
    }

    private static void readNumber(ResultSet row, int index, ColumnValues out) throws SQLException {
        BigDecimal value = row.getBigDecimal(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendText(value.toPlainString());
        }
    }

    private static void readText(ResultSet row, int index, ColumnValues out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendText(value);
        }
    }

    /** What arrives in binary form, PostgreSQL's driver prints with an exponent. */
    static void readDigits(ResultSet row, int index, ColumnValues out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendText(isPlain(value) ? value : new BigDecimal(value).toPlainString());
        }
    }

    /** Without an exponent, and without the zeros that MariaDB's ZEROFILL puts before a number. */
    private static boolean isPlain(String digits) {
        boolean padded = digits.length() > 1 && digits.charAt(0) == '0' && digits.charAt(1) != '.';
        return !padded && digits.indexOf('E') < 0;
    }

    /** Of text as well, where the driver hands it over as UTF-8. */
    public static void readBytes(ResultSet row, int index, ColumnValues out) throws SQLException {
        byte[] value = row.getBytes(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendBytes(value);
        }
    }

    private static void readCheckedUuid(ResultSet row, int index, ColumnValues out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendText(UUID.fromString(value).toString());
        }
    }

    private static void readCheckedJson(ResultSet row, int index, ColumnValues out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
            return;
        }
        out.appendText(checkedJson(value));
    }

    /** The text of a JSON document, checked to be one. */
    static String checkedJson(String value) {
        try (JsonParser parser = JSON.createParser(value)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("the text is empty, which is no JSON");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("the text goes on after its JSON value");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the text is not JSON: "
                            + e.getMessage().lines().findFirst().orElse(""),
                    e);
        }
        return value;
    }

    private static void readDate(ResultSet row, int index, ColumnValues out) throws SQLException {
        LocalDate value = row.getObject(index, LocalDate.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }

    static void readTime(ResultSet row, int index, ColumnValues out) throws SQLException {
        LocalTime value = row.getObject(index, LocalTime.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }

    /** Text keeps PostgreSQL's 24:00:00 and MariaDB's hours beyond a day. */
    private static void readTimeText(ResultSet row, int index, ColumnValues out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendLong(TimeText.parseTime(value));
        }
    }

    private static void readTimestamp(ResultSet row, int index, ColumnValues out) throws SQLException {
        LocalDateTime value = row.getObject(index, LocalDateTime.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }

    private static void readInstant(ResultSet row, int index, ColumnValues out) throws SQLException {
        OffsetDateTime value = row.getObject(index, OffsetDateTime.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }
}
