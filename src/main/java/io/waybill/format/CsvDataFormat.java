package io.waybill.format;

import io.waybill.flow.FileFormat;
import io.waybill.flow.FormatOptions;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.format.CsvDialect.QuoteMode;
import io.waybill.rows.Column;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;

/**
 * The {@code waybill-csv} data format: CSV as RFC 4180 has it (UTF-8, line feeds, a header, NULL as the empty field and
 * the empty text as {@code ""}), or another dialect by its options.
 */
@Dataformat("waybill-csv")
@Metadata(firstVersion = "0.1.0", title = "Waybill CSV")
public class CsvDataFormat extends RowDataFormat {

    @Override
    public String getDataFormatName() {
        return "waybill-csv";
    }

    @Override
    public FileFormat format() {
        return FileFormat.CSV;
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        int[] selection = selection(schema);
        TimeStyle times = times();
        select(schema, selection).forEach(times::check);
        CsvEncoder encoder = new CsvEncoder(
                dialect(),
                times,
                TextEncoding.of(getEncoding(), getEncodingErrors()),
                select(schema, selection),
                selection,
                out);
        if (isIncludeHeader()) {
            encoder.writeHeader();
        }
        return encoder;
    }

    private TimeStyle times() {
        return TimeStyle.of(getDateFormat(), getTimestampFormat(), getTimezone());
    }

    private CsvDialect dialect() {
        byte quoteByte = character("quote", getQuote());
        String escape = getEscape();
        return new CsvDialect(
                character("delimiter", getDelimiter()),
                quoteByte,
                escape == null ? quoteByte : character("escape", escape),
                QuoteMode.parse(getQuoteMode()),
                getNullString().getBytes(StandardCharsets.UTF_8),
                (getLineEnding().equals("crlf") ? "\r\n" : "\n").getBytes(StandardCharsets.US_ASCII),
                isFormulaGuard());
    }

    private static byte character(String option, String value) {
        if (value.length() != 1 || value.charAt(0) > 0x7E) {
            throw new WaybillException(
                    Stage.ENCODE, "waybill-csv: " + option + " is \"" + value + "\"; one ASCII character is allowed");
        }
        return (byte) value.charAt(0);
    }

    @Override
    public String targetType(Column column) {
        times().check(column);
        String dateFormat = getDateFormat();
        String timestampFormat = getTimestampFormat();
        return switch (column.type().kind()) {
            case INT16, INT32, INT64, FLOAT32, FLOAT64, DECIMAL -> "number";
            case BOOLEAN -> "true/false";
            case TEXT, UUID -> "text";
            case JSON, ARRAY -> "JSON text";
            case BINARY -> "base64";
            case DATE -> dateFormat == null ? "date, ISO 8601" : "date, " + dateFormat;
            case TIME -> "time, ISO 8601";
            case TIMESTAMP -> timestampFormat == null ? "timestamp, ISO 8601" : "timestamp, " + timestampFormat;
            case INSTANT ->
                (timestampFormat == null ? "timestamp, ISO 8601" : "timestamp, " + timestampFormat) + " in "
                        + (getTimezone() == null ? "UTC" : getTimezone());
        };
    }

    @Override
    public String extension() {
        return getDelimiter().equals("\t") ? "tsv" : "csv";
    }

    public String getDelimiter() {
        return get(FormatOptions.DELIMITER);
    }

    public void setDelimiter(String delimiter) {
        set(FormatOptions.DELIMITER, delimiter);
    }

    public boolean isIncludeHeader() {
        return get(FormatOptions.INCLUDE_HEADER);
    }

    public void setIncludeHeader(boolean includeHeader) {
        set(FormatOptions.INCLUDE_HEADER, includeHeader);
    }

    public String getEncoding() {
        return get(FormatOptions.ENCODING);
    }

    public void setEncoding(String encoding) {
        set(FormatOptions.ENCODING, encoding);
    }

    public String getEncodingErrors() {
        return get(FormatOptions.ENCODING_ERRORS);
    }

    public void setEncodingErrors(String encodingErrors) {
        set(FormatOptions.ENCODING_ERRORS, encodingErrors);
    }

    public String getQuote() {
        return get(FormatOptions.QUOTE);
    }

    public void setQuote(String quote) {
        set(FormatOptions.QUOTE, quote);
    }

    public String getQuoteMode() {
        return get(FormatOptions.QUOTE_MODE);
    }

    public void setQuoteMode(String quoteMode) {
        set(FormatOptions.QUOTE_MODE, quoteMode);
    }

    public String getEscape() {
        return get(FormatOptions.ESCAPE);
    }

    public void setEscape(String escape) {
        set(FormatOptions.ESCAPE, escape == null || escape.isEmpty() ? null : escape);
    }

    public String getNullString() {
        return get(FormatOptions.NULL_STRING);
    }

    public void setNullString(String nullString) {
        set(FormatOptions.NULL_STRING, nullString);
    }

    public String getLineEnding() {
        return get(FormatOptions.LINE_ENDING);
    }

    public void setLineEnding(String lineEnding) {
        set(FormatOptions.LINE_ENDING, lineEnding);
    }

    public String getDateFormat() {
        return get(FormatOptions.DATE_FORMAT);
    }

    public void setDateFormat(String dateFormat) {
        set(FormatOptions.DATE_FORMAT, dateFormat);
    }

    public String getTimestampFormat() {
        return get(FormatOptions.TIMESTAMP_FORMAT);
    }

    public void setTimestampFormat(String timestampFormat) {
        set(FormatOptions.TIMESTAMP_FORMAT, timestampFormat);
    }

    public String getTimezone() {
        return get(FormatOptions.TIMEZONE);
    }

    public void setTimezone(String timezone) {
        set(FormatOptions.TIMEZONE, timezone);
    }

    public boolean isFormulaGuard() {
        return get(FormatOptions.FORMULA_GUARD);
    }

    public void setFormulaGuard(boolean formulaGuard) {
        set(FormatOptions.FORMULA_GUARD, formulaGuard);
    }
}
