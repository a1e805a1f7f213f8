package io.waybill.rows;

import com.fasterxml.jackson.core.JsonParser;
import io.waybill.database.TimeText;
import io.waybill.flow.ColumnType;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Base64;

/** Takes the elements of an array's JSON text back into a vector of their type, for formats whose lists are typed. */
public final class ArrayElements {

    private ArrayElements() {}

    /**
     * Appends an element that is not null.
     *
     * @param parser stands on the element's token
     * @throws IllegalArgumentException when it is no value of the vector's type
     */
    public static void append(JsonParser parser, ColumnVector out) throws IOException {
        switch (out.type().kind()) {
            case BOOLEAN -> out.appendBoolean(parser.getBooleanValue());
            case INT16, INT32, INT64 -> out.appendLong(parser.getLongValue());
            case FLOAT32 -> out.appendDouble(Float.parseFloat(parser.getText()));
            case FLOAT64 -> out.appendDouble(Double.parseDouble(parser.getText()));
            case DECIMAL, TEXT, UUID -> out.appendText(parser.getText());
            case BINARY -> out.appendBytes(Base64.getDecoder().decode(parser.getText()));
            case DATE, TIME, TIMESTAMP, INSTANT -> appendTime(parser.getText(), out);
            case JSON, ARRAY ->
                throw new IllegalArgumentException("an element of type " + out.type() + " cannot be read back");
        }
    }

    private static void appendTime(String text, ColumnVector out) {
        if (text.endsWith("infinity")) {
            long infinity = text.startsWith("-") ? ColumnType.NEGATIVE_INFINITY : ColumnType.POSITIVE_INFINITY;
            out.appendTimestamp(infinity, 0);
            return;
        }
        try {
            switch (out.type().kind()) {
                case DATE -> TimeText.append(out, LocalDate.parse(text));
                case TIME -> out.appendLong(TimeText.parseTime(text));
                case TIMESTAMP -> TimeText.append(out, LocalDateTime.parse(text));
                default -> TimeText.append(out, Instant.parse(text));
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no " + out.type(), e);
        }
    }
}
