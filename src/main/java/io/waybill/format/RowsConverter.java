package io.waybill.format;

import io.waybill.rows.BodyRows;
import io.waybill.rows.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import org.apache.camel.Converter;

/**
 * Rows for steps that take no rows. A stream or an iterator of them is their one reader; their text says what they are, and reads none: a step
 * that logs a body is no reader.
 */
@Converter(generateLoader = true)
public final class RowsConverter {

    private static final String READER = "a conversion to ";

    private RowsConverter() {}

    /** CSV, as {@code waybill-csv} writes it without options, made while it is read. */
    @Converter
    public static InputStream toInputStream(Rows rows) throws IOException {
        return new RowsStream(rows.take(READER + "InputStream"), new CsvDataFormat());
    }

    /** A map for each row. Of the class itself: of anything else, Camel makes an iterator of one element. */
    @Converter
    public static Iterator<?> toIterator(BodyRows rows) {
        return new MapsOfRows(rows.take(READER + "Iterator"));
    }

    @Converter
    public static String toText(Rows rows) {
        return rows.toString();
    }
}
