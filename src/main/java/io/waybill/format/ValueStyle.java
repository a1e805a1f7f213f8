package io.waybill.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.rows.ArrayElements;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.FloatCells;
import io.waybill.rows.IsoText;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** What the values of rows are that a data format of Camel's gets. */
enum ValueStyle {
    /** The types that Java has for them. */
    JAVA {
        @Override
        JavaValue of(ColumnType type) {
            return switch (type.kind()) {
                case DECIMAL -> (column, row) -> decimal(column.textAt(row));
                case FLOAT32 -> (column, row) -> (float) column.doubleAt(row);
                case FLOAT64 -> ColumnVector::doubleAt;
                case JSON -> ColumnVector::textAt;
                case UUID -> (column, row) -> UUID.fromString(column.textAt(row));
                case BINARY -> ColumnVector::bytesAt;
                case DATE -> (column, row) -> LocalDate.ofEpochDay(finite(column.longAt(row)));
                case TIME -> (column, row) -> timeOfDay(column.longAt(row));
                case TIMESTAMP -> ValueStyle::localTime;
                case INSTANT -> (column, row) -> localTime(column, row).atOffset(ZoneOffset.UTC);
                case ARRAY -> list(type.element());
                case BOOLEAN, INT16, INT32, INT64, TEXT -> plain(type);
            };
        }

        @Override
        String describe(Column column) {
            return switch (column.type().kind()) {
                case BOOLEAN -> "Boolean";
                case INT16, INT32 -> "Integer";
                case INT64 -> "Long";
                case FLOAT32 -> "Float";
                case FLOAT64 -> "Double";
                case DECIMAL -> "BigDecimal";
                case TEXT, JSON -> "String";
                case UUID -> "UUID";
                case BINARY -> "byte[]";
                case DATE -> "LocalDate";
                case TIME -> "LocalTime";
                case TIMESTAMP -> "LocalDateTime";
                case INSTANT -> "OffsetDateTime";
                case ARRAY -> "List";
            };
        }
    },
    /** Numbers, truth values, and the text of all else, as Waybill's CSV has it. */
    TEXT {
        @Override
        JavaValue of(ColumnType type) {
            return switch (type.kind()) {
                case DECIMAL -> (column, row) -> new PlainNumber(column.textAt(row));
                case FLOAT32, FLOAT64 -> {
                    JavaValue text = text(FloatCells.of(type));
                    yield (column, row) -> new PlainNumber((String) text.at(column, row));
                }
                case JSON, UUID, ARRAY -> ColumnVector::textAt;
                case BINARY -> ValueStyle::base64;
                case DATE, TIME, TIMESTAMP, INSTANT -> text(IsoText.writer(type));
                case BOOLEAN, INT16, INT32, INT64, TEXT -> plain(type);
            };
        }

        @Override
        String describe(Column column) {
            return new CsvDataFormat().targetType(column);
        }
    },
    /** Numbers, truth values, lists, JSON as lists and maps, and the text of all else, as Waybill's JSON has it. */
    JSON {
        @Override
        JavaValue of(ColumnType type) {
            return switch (type.kind()) {
                case DECIMAL -> (column, row) -> numberOrText(column.textAt(row));
                case FLOAT32 -> (column, row) -> numberOrText((float) column.doubleAt(row));
                case FLOAT64 -> (column, row) -> numberOrText(column.doubleAt(row));
                case JSON, ARRAY -> ValueStyle::parsed;
                case UUID -> ColumnVector::textAt;
                case BINARY -> ValueStyle::base64;
                case DATE, TIME, TIMESTAMP, INSTANT -> text(IsoText.writer(type));
                case BOOLEAN, INT16, INT32, INT64, TEXT -> plain(type);
            };
        }

        @Override
        String describe(Column column) {
            return new JsonDataFormat().targetType(column);
        }
    };

    private static final JsonFactory FACTORY = new JsonFactory();

    /** Keeps all digits of a number. */
    private static final ObjectReader PARSED = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build()
            .readerFor(Object.class);

    private static final long NANOS_OF_A_DAY = 86_400_000_000_000L;

    /** The values of a column's type. */
    abstract JavaValue of(ColumnType type);

    /** What they are, for people. */
    abstract String describe(Column column);

    /** Those that are the same in all styles. */
    private static JavaValue plain(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> (column, row) -> column.longAt(row) != 0;
            case INT16, INT32 -> (column, row) -> (int) column.longAt(row);
            case INT64 -> ColumnVector::longAt;
            default -> ColumnVector::textAt;
        };
    }

    private static JavaValue text(CellWriter writer) {
        ByteSink sink = ByteSink.inMemory();
        return (column, row) -> {
            sink.clear();
            writer.write(column, row, sink);
            return new String(sink.bytes(), 0, sink.at(), StandardCharsets.UTF_8);
        };
    }

    private static String base64(ColumnVector column, int row) {
        return Base64.getEncoder().encodeToString(column.bytesAt(row));
    }

    private static Object parsed(ColumnVector column, int row) throws IOException {
        return PARSED.readValue(column.bytes(), column.start(row), column.end(row) - column.start(row));
    }

    private static boolean isNumber(String digits) {
        char last = digits.charAt(digits.length() - 1);
        return last >= '0' && last <= '9';
    }

    private static Object numberOrText(String digits) {
        return isNumber(digits) ? new BigDecimal(digits) : digits;
    }

    private static Object numberOrText(float value) {
        return Float.isFinite(value) ? (Object) value : Float.toString(value);
    }

    private static Object numberOrText(double value) {
        return Double.isFinite(value) ? (Object) value : Double.toString(value);
    }

    private static BigDecimal decimal(String digits) {
        if (!isNumber(digits)) {
            throw new IllegalArgumentException(digits + " is no BigDecimal; set data_format_values, or declare the"
                    + " column as type = \"text\" in datasets.toml, or filter such rows out");
        }
        return new BigDecimal(digits);
    }

    static long finite(long value) {
        if (ColumnType.isInfinite(value)) {
            throw new IllegalArgumentException((value > 0 ? "infinity" : "-infinity")
                    + " is no date or time of Java's; set data_format_values, or declare the column as type = \"text\" in"
                    + " datasets.toml, or filter such rows out");
        }
        return value;
    }

    static LocalTime timeOfDay(long nanos) {
        if (nanos < 0 || nanos >= NANOS_OF_A_DAY) {
            throw new IllegalArgumentException("a LocalTime is a time of day, from 00:00 to before 24:00; set"
                    + " data_format_values, or declare the column as type = \"text\" in datasets.toml");
        }
        return LocalTime.ofNanoOfDay(nanos);
    }

    private static LocalDateTime localTime(ColumnVector column, int row) {
        long micros = finite(column.longAt(row));
        int nanos = (int) Math.floorMod(micros, 1_000_000L) * 1000 + column.subMicrosAt(row);
        return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), nanos, ZoneOffset.UTC);
    }

    private static JavaValue list(ColumnType element) {
        if (element.kind() == Kind.JSON) {
            return ValueStyle::parsed;
        }
        RowBatch scratch = new RowBatch(new RowSchema(List.of(new Column("element", element))));
        JavaValue value = JAVA.of(element);
        return (column, row) -> {
            int start = column.start(row);
            try (JsonParser parser = FACTORY.createParser(column.bytes(), start, column.end(row) - start)) {
                parser.nextToken();
                return elements(parser, scratch, value);
            }
        };
    }

    private static List<Object> elements(JsonParser parser, RowBatch scratch, JavaValue value) throws IOException {
        List<Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_NULL) {
                elements.add(null);
            } else if (token == JsonToken.START_ARRAY) {
                elements.add(elements(parser, scratch, value));
            } else {
                scratch.clear();
                ArrayElements.append(parser, scratch.column(0));
                elements.add(value.at(scratch.column(0), 0));
            }
        }
        return elements;
    }
}
