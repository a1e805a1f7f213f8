package io.waybill.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;

/** Picks the {@link JdbcColumnReader} of a column: by its type, and by the peculiarities of its driver. */
final class JdbcColumnReaders {

    private static final JsonFactory JSON = new JsonFactory();

    private final Database database;
    private final boolean utf8;

    /** @param utf8 whether the driver hands text over as the server sent it, in UTF-8 */
    JdbcColumnReaders(Database database, boolean utf8) {
        this.database = database;
        this.utf8 = utf8;
    }

    /**
     * The reader of a column.
     *
     * @param type what its values are to be
     * @param found what the database says
     * @param typeName the database's own name of its type
     */
    JdbcColumnReader readerFor(ColumnType type, ColumnType found, String typeName) {
        if (type.element() != null && found.element() != null) {
            String name = JdbcTypes.elementName(database, typeName);
            return array(found.element(), typeName, type.element(), readerFor(type.element(), found.element(), name));
        }
        if (database == Database.SQLITE) {
            return SqliteColumns.readerFor(type); // whatever the database says, a value may be of any kind
        }
        if (database.isMySqlFamily() && type.kind() == Kind.FLOAT32 && found.kind() == Kind.FLOAT64) {
            return MySqlColumns.readerFor(type, typeName);
        }
        if (isConversion(type, found) && ConvertedColumn.converts(found, type)) {
            return ConvertedColumn.of(readerFor(found, typeName, false), found);
        }
        return readerFor(type, typeName, isConversion(type, found));
    }

    /** @param declared whether the author declared the type, so that the database's values are still to be checked */
    private JdbcColumnReader readerFor(ColumnType type, String typeName, boolean declared) {
        if (utf8 && JdbcTypes.givesTextAsBytes(database, type.kind(), typeName) && !declared) {
            return JdbcColumnReaders::readBytes;
        }
        JdbcColumnReader own = switch (database) {
            case DUCKDB -> DuckDbColumns.readerFor(type, typeName);
            case MARIADB, MYSQL -> MySqlColumns.readerFor(type, typeName);
            case POSTGRESQL, H2, SQLITE -> null;
            case SQLSERVER, ORACLE, SNOWFLAKE, DERBY, HSQLDB, OTHER -> StandardTimes.readerFor(database, type.kind());
        };
        return own != null ? own : byJdbc(type, typeName, declared);
    }

    private JdbcColumnReader byJdbc(ColumnType type, String typeName, boolean declared) {
        return switch (type.kind()) {
            case BOOLEAN -> JdbcColumnReaders::readBoolean;
            case INT16, INT32, INT64 -> integer(type, declared);
            case FLOAT32 -> (row, index, out) -> appendDouble(row, row.getFloat(index), out);
            case FLOAT64 -> (row, index, out) -> appendDouble(row, row.getDouble(index), out);
            case DECIMAL -> decimal(type, declared);
            case TEXT -> JdbcColumnReaders::readText;
            case UUID -> declared ? JdbcColumnReaders::readCheckedUuid : JdbcColumnReaders::readText;
            case JSON ->
                declared || database.isMySqlFamily() ? JdbcColumnReaders::readCheckedJson : JdbcColumnReaders::readText;
            case BINARY -> JdbcColumnReaders::readBytes;
            case DATE -> JdbcColumnReaders::readDate;
            case TIME -> database == Database.H2 ? JdbcColumnReaders::readTime : JdbcColumnReaders::readTimeText;
            case TIMESTAMP -> JdbcColumnReaders::readTimestamp;
            case INSTANT -> JdbcColumnReaders::readInstant;
            case ARRAY ->
                array(type.element(), typeName, type.element(), readerFor(type.element(), typeName, declared));
        };
    }

    private JdbcColumnReader array(ColumnType found, String typeName, ColumnType element, JdbcColumnReader reader) {
        return database == Database.POSTGRESQL
                ? new JdbcArrayReader(
                        (row, index) -> PostgresArrays.arrayOf(row, index, found, typeName), element, reader)
                : new JdbcArrayReader(ResultSet::getArray, element, reader);
    }

    private static JdbcColumnReader integer(ColumnType type, boolean declared) {
        if (declared) { // some drivers cut what is no such integer
            return (row, index, out) -> {
                BigDecimal value = row.getBigDecimal(index);
                if (value == null) {
                    out.appendNull();
                } else {
                    out.appendLong(IntegerRange.check(value, type));
                }
            };
        }
        return switch (type.kind()) {
            case INT16 -> (row, index, out) -> appendLong(row, row.getShort(index), out);
            case INT32 -> (row, index, out) -> appendLong(row, row.getInt(index), out);
            default -> (row, index, out) -> appendLong(row, row.getLong(index), out);
        };
    }

    private static void appendLong(ResultSet row, long value, ColumnVector out) throws SQLException {
        if (row.wasNull()) {
            out.appendNull();
        } else {
            out.appendLong(value);
        }
    }

    private static void appendDouble(ResultSet row, double value, ColumnVector out) throws SQLException {
        if (row.wasNull()) {
            out.appendNull();
        } else {
            out.appendDouble(value);
        }
    }

    private static void readBoolean(ResultSet row, int index, ColumnVector out) throws SQLException {
        boolean value = row.getBoolean(index);
        if (row.wasNull()) {
            out.appendNull();
        } else {
            out.appendBoolean(value);
        }
    }

    private JdbcColumnReader decimal(ColumnType type, boolean declared) {
        if (declared && type.isLimitedDecimal()) {
            return (row, index, out) -> {
                BigDecimal value = row.getBigDecimal(index);
                if (value == null) {
                    out.appendNull();
                } else {
                    out.appendText(ConvertedColumn.fit(value, type).toPlainString());
                }
            };
        }
        // numbers of PostgreSQL and H2 may be NaN or infinite, which no BigDecimal is; MariaDB's text is plain digits
        if (database == Database.POSTGRESQL || database == Database.MARIADB || database == Database.H2) {
            return JdbcColumnReaders::readDigits;
        }
        return (row, index, out) -> {
            BigDecimal value = row.getBigDecimal(index);
            if (value == null) {
                out.appendNull();
            } else {
                out.appendText(value.toPlainString());
            }
        };
    }

    private static void readText(ResultSet row, int index, ColumnVector out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendText(value);
        }
    }

    /** What arrives in binary form, PostgreSQL's driver prints with an exponent. */
    static void readDigits(ResultSet row, int index, ColumnVector out) throws SQLException {
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

    private static void readBytes(ResultSet row, int index, ColumnVector out) throws SQLException {
        byte[] value = row.getBytes(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendBytes(value);
        }
    }

    private static void readCheckedUuid(ResultSet row, int index, ColumnVector out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendText(java.util.UUID.fromString(value).toString());
        }
    }

    private static void readCheckedJson(ResultSet row, int index, ColumnVector out) throws SQLException {
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

    private static void readDate(ResultSet row, int index, ColumnVector out) throws SQLException {
        LocalDate value = row.getObject(index, LocalDate.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }

    static void readTime(ResultSet row, int index, ColumnVector out) throws SQLException {
        LocalTime value = row.getObject(index, LocalTime.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }

    /** Text keeps PostgreSQL's 24:00:00 and MariaDB's hours beyond a day. */
    private static void readTimeText(ResultSet row, int index, ColumnVector out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendLong(TimeText.parseTime(value));
        }
    }

    private static void readTimestamp(ResultSet row, int index, ColumnVector out) throws SQLException {
        LocalDateTime value = row.getObject(index, LocalDateTime.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }

    private static void readInstant(ResultSet row, int index, ColumnVector out) throws SQLException {
        OffsetDateTime value = row.getObject(index, OffsetDateTime.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }

    /** Whether that kind is checked or converted when an author declares it over another type of the database. */
    static boolean isConversion(ColumnType declared, ColumnType found) {
        return !declared.equals(found) && !(declared.kind() == Kind.TEXT && found.kind() == Kind.TEXT);
    }
}
