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

    JdbcColumnReaders(Database database) {
        this.database = database;
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
        if (isConversion(type, found) && ConvertedColumn.converts(found, type)) {
            return ConvertedColumn.of(readerFor(found, typeName, false), found);
        }
        return readerFor(type, typeName, isConversion(type, found));
    }

    /** @param declared whether the author declared the type, so that the database's values are still to be checked */
    private JdbcColumnReader readerFor(ColumnType type, String typeName, boolean declared) {
        if (JdbcTypes.givesTextAsBytes(database, type.kind(), typeName) && !declared) {
            return JdbcColumnReaders::readBytes;
        }
        return switch (type.kind()) {
            case BOOLEAN ->
                database.isMySqlFamily() ? JdbcColumnReaders::readZeroOrOne : JdbcColumnReaders::readBoolean;
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
            // the session of MySQL and MariaDB is set to UTC (ReadConnections)
            case INSTANT ->
                database.isMySqlFamily() ? JdbcColumnReaders::readTimestamp : JdbcColumnReaders::readInstant;
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

    /** MySQL's boolean is a small number; 5 would silently become true. */
    private static void readZeroOrOne(ResultSet row, int index, ColumnVector out) throws SQLException {
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
        // PostgreSQL's numeric may be NaN or infinite, which no BigDecimal is; its text and MariaDB's are plain digits
        if (database == Database.POSTGRESQL || database == Database.MARIADB) {
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
    private static void readDigits(ResultSet row, int index, ColumnVector out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendText(value.indexOf('E') < 0 ? value : new BigDecimal(value).toPlainString());
        }
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
        out.appendText(value);
    }

    private static void readDate(ResultSet row, int index, ColumnVector out) throws SQLException {
        LocalDate value = row.getObject(index, LocalDate.class);
        if (value == null) {
            out.appendNull();
        } else {
            TimeText.append(out, value);
        }
    }

    private static void readTime(ResultSet row, int index, ColumnVector out) throws SQLException {
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
