package io.waybill.privacy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.flow.ColumnType;
import io.waybill.flow.FloatText;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.IsoText;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one text of a value, whatever database, driver or type it comes from: hashes and tokens are made of it. docs/privacy.md tells of it;
 * another text would be other hashes, for whoever has kept some.
 */
final class Canon {

    /** A JSON number of a few letters may have as many zeros as no memory has room for; it keeps its exponent. */
    private static final long MOST_ZEROS = 200_000;

    private Canon() {}

    /** The writer of the text of a type's values, which are not NULL. For one thread. */
    static CellWriter of(TreatedColumn column) {
        ColumnType type = column.read().type();
        return switch (type.kind()) {
            case BOOLEAN -> (values, row, out) -> out.putAscii(values.longAt(row) == 0 ? "false" : "true");
            case INT16, INT32, INT64 -> (values, row, out) -> out.putLong(values.longAt(row));
            case FLOAT32 -> (values, row, out) -> putFloat(FloatText.of((float) values.doubleAt(row)), out);
            case FLOAT64 -> (values, row, out) -> putFloat(FloatText.of(values.doubleAt(row)), out);
            case DECIMAL -> Canon::putDecimal;
            case TEXT -> column.isPadded() ? Canon::putPadded : (values, row, out) -> out.put(values, row);
            case BINARY -> (values, row, out) -> out.put(values, row);
            case UUID -> Canon::putUuid;
            case JSON, ARRAY -> new Json(type)::put;
            case DATE, TIME, TIMESTAMP, INSTANT -> IsoText.writer(type);
        };
    }

    private static void putFloat(String digits, ByteSink out) throws IOException {
        boolean finite = Character.isDigit(digits.charAt(digits.length() - 1));
        out.putAscii(finite ? plain(new BigDecimal(digits)) : digits);
    }

    private static String plain(BigDecimal number) {
        BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        return Math.abs((long) stripped.scale()) > MOST_ZEROS ? stripped.toString() : stripped.toPlainString();
    }

    /** Plain digits as they are, but for zeros that say nothing. */
    private static void putDecimal(ColumnVector values, int row, ByteSink out) throws IOException {
        byte[] bytes = values.bytes();
        int start = values.start(row);
        int end = values.end(row);
        byte last = bytes[end - 1];
        if (last >= 'A') { // NaN, Infinity
            out.put(values, row);
            return;
        }
        boolean negative = bytes[start] == '-';
        int from = negative ? start + 1 : start;
        int point = from;
        while (point < end && bytes[point] != '.') {
            point++;
        }
        while (point < end && bytes[end - 1] == '0') {
            end--;
        }
        if (point == end - 1) {
            end = point;
        }
        while (from < point && bytes[from] == '0') {
            from++;
        }
        if (from == end) {
            out.put('0');
            return;
        }
        if (negative) {
            out.put('-');
        }
        if (from == point) {
            out.put('0');
        }
        out.put(bytes, from, end - from);
    }

    /** CHAR(n) has as many spaces at its end as its database likes. */
    private static void putPadded(ColumnVector values, int row, ByteSink out) throws IOException {
        int start = values.start(row);
        out.put(values.bytes(), start, unpaddedEnd(values, row) - start);
    }

    static int unpaddedEnd(ColumnVector values, int row) {
        int end = values.end(row);
        while (end > values.start(row) && values.bytes()[end - 1] == ' ') {
            end--;
        }
        return end;
    }

    private static void putUuid(ColumnVector values, int row, ByteSink out) throws IOException {
        for (int i = values.start(row); i < values.end(row); i++) {
            byte b = values.bytes()[i];
            out.put(b >= 'A' && b <= 'F' ? b + 32 : b);
        }
    }

    /** Without spaces, members in the order of their names, numbers as numbers are. */
    private static final class Json {

        /** Each level takes some of the thread's stack. */
        private static final int DEEPEST = 1000;

        private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(DEEPEST)
                                .maxNumberLength((int) MOST_ZEROS)
                                .maxStringLength(Integer.MAX_VALUE)
                                .maxNameLength(Integer.MAX_VALUE)
                                .build())
                        .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

        /** As the column's values are called: arrays are read as JSON, too. */
        private final String name;

        Json(ColumnType type) {
            this.name = type.kind() == ColumnType.Kind.JSON ? "JSON" : type.toString();
        }

        void put(ColumnVector values, int row, ByteSink out) throws IOException {
            int start = values.start(row);
            JsonNode document;
            try {
                document = MAPPER.readTree(values.bytes(), start, values.end(row) - start);
            } catch (StreamConstraintsException e) {
                throw new RefusedValueException(
                        row,
                        "the value is " + name + " that is nested deeper than " + DEEPEST
                                + " levels, or has a number of more than " + MOST_ZEROS
                                + " digits, and has no hash or token");
            } catch (JsonProcessingException e) {
                throw new RefusedValueException(
                        row, "the value is not valid " + name); // what is wrong would show some of it
            }
            StringBuilder text = new StringBuilder();
            append(document, text);
            out.put(text.toString().getBytes(StandardCharsets.UTF_8));
        }

        private static void append(JsonNode node, StringBuilder text) throws IOException {
            if (node.isObject()) {
                Map<String, JsonNode> members = new TreeMap<>();
                node.fields().forEachRemaining(field -> members.put(field.getKey(), field.getValue()));
                text.append('{');
                for (Map.Entry<String, JsonNode> member : members.entrySet()) {
                    text.append(text.charAt(text.length() - 1) == '{' ? "" : ",")
                            .append(MAPPER.writeValueAsString(member.getKey()))
                            .append(':');
                    append(member.getValue(), text);
                }
                text.append('}');
            } else if (node.isArray()) {
                text.append('[');
                for (Iterator<JsonNode> elements = node.elements(); elements.hasNext(); ) {
                    append(elements.next(), text);
                    text.append(elements.hasNext() ? "," : "");
                }
                text.append(']');
            } else {
                text.append(node.isNumber() ? plain(node.decimalValue()) : MAPPER.writeValueAsString(node));
            }
        }
    }
}
