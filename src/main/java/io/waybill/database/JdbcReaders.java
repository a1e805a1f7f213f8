package io.waybill.database;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.waybill.flow.ColumnType;
import io.waybill.flow.NumberRange;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;

/** How columns are read by JDBC's own types. */
public final class JdbcReaders {

    private static final JsonFactory JSON = new JsonFactory();

    /** How a value that is an object is had; null for NULL. */
    @FunctionalInterface
    public interface Getter<T> {
        T get(ResultSet row, int index) throws SQLException;
    }

    /** How it is appended. */
    @FunctionalInterface
    interface Appender<T> {
        void append(ColumnValues out, T value);
    }

    private JdbcReaders() {}

    /**
     * The reader of a column of that type; null for an array.
     *
     * @param declared whether the author declared the type, so that the database's values are still to be checked
     */
    static ColumnReader of(ColumnType type, boolean declared) {
        return switch (type.kind()) {
            case BOOLEAN -> (row, index, out) -> appendLong(row, row.getBoolean(index) ? 1 : 0, out);
            case INT16, INT32, INT64 -> integer(type, declared);
            case FLOAT32 -> (row, index, out) -> appendDouble(row, row.getFloat(index), out);
            case FLOAT64 -> (row, index, out) -> appendDouble(row, row.getDouble(index), out);
            case DECIMAL -> decimal(type, declared, numbers((out, value) -> out.appendText(value.toPlainString())));
            case TEXT -> JdbcReaders::readText;
            case UUID ->
                declared ? texts((out, text) -> out.appendText(TextReaders.uuid(text))) : JdbcReaders::readText;
            case JSON -> declared ? texts((out, text) -> out.appendText(checkedJson(text))) : JdbcReaders::readText;
            case BINARY -> JdbcReaders::readBytes;
            case DATE -> objects(LocalDate.class, TimeText::append);
            // text keeps PostgreSQL's 24:00:00 and MariaDB's hours beyond a day
            case TIME -> texts((out, text) -> out.appendLong(TimeText.parseTime(text)));
            case TIMESTAMP -> objects(LocalDateTime.class, TimeText::append);
            case INSTANT -> objects(OffsetDateTime.class, TimeText::append);
            case ARRAY -> null;
        };
    }

    /** The reader of decimals that need not be a BigDecimal, or whose text is quicker to have. */
    static ColumnReader digits(ColumnType type, boolean declared) {
        return decimal(type, declared, digits());
    }

    /** Of the digits in a number's text. What arrives in binary form, PostgreSQL's driver prints with an exponent. */
    static ColumnReader digits() {
        return texts((out, text) -> out.appendText(isPlain(text) ? text : new BigDecimal(text).toPlainString()));
    }

    /** Without an exponent, and without the zeros that MariaDB's ZEROFILL puts before a number. */
    private static boolean isPlain(String digits) {
        boolean padded = digits.length() > 1 && digits.charAt(0) == '0' && digits.charAt(1) != '.';
        return !padded && digits.indexOf('E') < 0;
    }

    /** Of times of a day that the driver hands over as such. */
    static ColumnReader times() {
        return objects(LocalTime.class, TimeText::append);
    }

    private static ColumnReader decimal(ColumnType type, boolean declared, ColumnReader otherwise) {
        return declared && type.isLimitedDecimal()
                ? numbers((out, value) ->
                        out.appendText(NumberRange.fit(value, type).toPlainString()))
                : otherwise;
    }

    private static ColumnReader integer(ColumnType type, boolean declared) {
        if (declared) { // some drivers cut what is no such integer
            return numbers((out, value) -> out.appendLong(NumberRange.check(value, type)));
        }
        return switch (type.kind()) {
            case INT16 -> (row, index, out) -> appendLong(row, row.getShort(index), out);
            case INT32 -> (row, index, out) -> appendLong(row, row.getInt(index), out);
            default -> (row, index, out) -> appendLong(row, row.getLong(index), out);
        };
    }

    private static ColumnReader texts(Appender<String> appender) {
        return objects((row, index) -> row.getString(index), appender);
    }

    private static ColumnReader numbers(Appender<BigDecimal> appender) {
        return objects((row, index) -> row.getBigDecimal(index), appender);
    }

    private static <T> ColumnReader objects(Class<T> type, Appender<T> appender) {
        return objects((row, index) -> row.getObject(index, type), appender);
    }

    static <T> ColumnReader objects(Getter<T> getter, Appender<T> appender) {
        return (row, index, out) -> {
            T value = getter.get(row, index);
            if (value == null) {
                out.appendNull();
            } else {
                appender.append(out, value);
            }
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

    private static void readText(ResultSet row, int index, ColumnValues out) throws SQLException {
        String value = row.getString(index);
        if (value == null) {
            out.appendNull();
        } else {
            out.appendText(value);
        }
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

    /** Of bytes that are said to be text. */
    public static ColumnReader textOfBytes() {
        return objects((row, index) -> row.getBytes(index), (out, bytes) -> out.appendText(utf8(bytes)));
    }

    /** @throws IllegalArgumentException where they are none of UTF-8, of which a driver would make another text */
    static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    bytes.length
                            + " bytes are no text in UTF-8: declare the column as type = \"binary\" in datasets.toml",
                    e);
        }
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
}
