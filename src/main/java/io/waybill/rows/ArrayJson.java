package io.waybill.rows;

import io.waybill.flow.ColumnType;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.ZoneOffset;
import java.util.Base64;

/** A database's array as the JSON text that a {@link ColumnVector} keeps of it. */
final class ArrayJson {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private ArrayJson() {}

    static String of(Array array, ColumnType element) throws SQLException {
        StringBuilder json = new StringBuilder();
        appendElements(json, (Object[]) array.getArray(), element);
        array.free();
        return json.toString();
    }

    static void appendElements(StringBuilder json, Object[] elements, ColumnType type) {
        json.append('[');
        for (int i = 0; i < elements.length; i++) {
            if (i > 0) {
                json.append(',');
            }
            appendElement(json, elements[i], type);
        }
        json.append(']');
    }

    private static void appendElement(StringBuilder json, Object value, ColumnType type) {
        if (value == null) {
            json.append("null");
        } else if (value instanceof Object[] nested) {
            appendElements(json, nested, type.element() == null ? type : type.element());
        } else if (value instanceof Double number) {
            appendFloat(json, FloatText.of(number), Double.isFinite(number));
        } else if (value instanceof Float number) {
            appendFloat(json, FloatText.of(number), Float.isFinite(number));
        } else if (value instanceof BigDecimal number) {
            json.append(number.toPlainString());
        } else if (value instanceof Number || value instanceof Boolean) {
            json.append(value);
        } else if (value instanceof byte[] bytes) {
            appendString(json, Base64.getEncoder().encodeToString(bytes));
        } else if (value instanceof Timestamp time) {
            appendString(
                    json,
                    type.kind() == ColumnType.Kind.INSTANT
                            ? time.toInstant().toString()
                            : time.toLocalDateTime().toString());
        } else if (value instanceof java.time.OffsetDateTime time) {
            appendString(json, time.withOffsetSameInstant(ZoneOffset.UTC).toString());
        } else if (value instanceof Date date) {
            appendString(json, date.toLocalDate().toString());
        } else if (value instanceof Time time) {
            appendString(json, time.toLocalTime().toString());
        } else if (type.kind() == ColumnType.Kind.JSON) {
            json.append(value);
        } else {
            appendString(json, value.toString());
        }
    }

    private static void appendFloat(StringBuilder json, String text, boolean finite) {
        if (finite) {
            json.append(text);
        } else {
            json.append('"').append(text).append('"');
        }
    }

    private static void appendString(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < 0x20) {
                        json.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
