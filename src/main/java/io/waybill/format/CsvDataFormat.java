package io.waybill.format;

import io.waybill.flow.FileFormat;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.format.CsvDialect.QuoteMode;
import io.waybill.rows.Column;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;

/**
 * The {@code waybill-csv} data format: CSV as RFC 4180 has it (UTF-8, line feeds, a header, NULL as the empty field and
 * the empty text as {@code ""}), or another dialect by its options.
 */
@Dataformat("waybill-csv")
@Metadata(firstVersion = "0.1.0", title = "Waybill CSV")
public class CsvDataFormat extends RowDataFormat {

    private String delimiter = ",";
    private boolean includeHeader = true;
    private String encoding = "utf-8";
    private String encodingErrors = "strict";
    private String quote = "\"";
    private String quoteMode = "minimal";
    private String escape;
    private String nullString = "";
    private String lineEnding = "lf";
    private String dateFormat;
    private String timestampFormat;
    private String timezone;
    private boolean formulaGuard;

    @Override
    public String getDataFormatName() {
        return "waybill-csv";
    }

    @Override
    public FileFormat format() {
        return FileFormat.CSV;
    }

    /** Whatever divides the values. */
    @Override
    public boolean writes(FileFormat format) {
        return format.dataFormat().equals(getDataFormatName());
    }

    @Override
    public Map<String, Object> options() {
        return given(
                "delimiter", delimiter,
                "includeHeader", includeHeader,
                "encoding", encoding,
                "encodingErrors", encodingErrors,
                "quote", quote,
                "quoteMode", quoteMode,
                "escape", "".equals(escape) ? null : escape,
                "nullString", nullString,
                "lineEnding", lineEnding,
                "dateFormat", dateFormat,
                "timestampFormat", timestampFormat,
                "timezone", timezone,
                "formulaGuard", formulaGuard);
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        int[] selection = selection(schema);
        TimeStyle times = TimeStyle.of(dateFormat, timestampFormat, timezone);
        select(schema, selection).forEach(times::check);
        CsvEncoder encoder = new CsvEncoder(
                dialect(), times, TextEncoding.of(encoding, encodingErrors), select(schema, selection), selection, out);
        if (includeHeader) {
            encoder.writeHeader();
        }
        return encoder;
    }

    private CsvDialect dialect() {
        byte quoteByte = character("quote", quote);
        return new CsvDialect(
                character("delimiter", delimiter),
                quoteByte,
                escape == null || escape.isEmpty() ? quoteByte : character("escape", escape),
                QuoteMode.parse(quoteMode),
                nullString.getBytes(StandardCharsets.UTF_8),
                (lineEnding.equals("crlf") ? "\r\n" : "\n").getBytes(StandardCharsets.US_ASCII),
                formulaGuard);
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
        TimeStyle.of(dateFormat, timestampFormat, timezone).check(column);
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
                        + (timezone == null ? "UTC" : timezone);
        };
    }

    @Override
    public String extension() {
        return delimiter.equals("\t") ? "tsv" : "csv";
    }

    public String getDelimiter() {
        return delimiter;
    }

    /** What stands between fields: one ASCII character. */
    public void setDelimiter(String delimiter) {
        this.delimiter = delimiter;
    }

    public boolean isIncludeHeader() {
        return includeHeader;
    }

    /** Whether the first record holds the columns' names. */
    public void setIncludeHeader(boolean includeHeader) {
        this.includeHeader = includeHeader;
    }

    public String getEncoding() {
        return encoding;
    }

    /** The character encoding: utf-8, utf-8-sig, utf-16, iso-8859-1, windows-1252, or another that Java knows. */
    public void setEncoding(String encoding) {
        this.encoding = encoding;
    }

    public String getEncodingErrors() {
        return encodingErrors;
    }

    /** What happens to a character that the encoding lacks: {@code strict} fails, {@code replace} writes {@code ?}. */
    public void setEncodingErrors(String encodingErrors) {
        this.encodingErrors = encodingErrors;
    }

    public String getQuote() {
        return quote;
    }

    /** The quote character: one ASCII character. */
    public void setQuote(String quote) {
        this.quote = quote;
    }

    public String getQuoteMode() {
        return quoteMode;
    }

    /** Which fields are quoted: minimal, all, non_numeric or none. */
    public void setQuoteMode(String quoteMode) {
        this.quoteMode = quoteMode;
    }

    public String getEscape() {
        return escape;
    }

    /** What stands before a quote inside a quoted field; without it, the quote is doubled. */
    public void setEscape(String escape) {
        this.escape = escape;
    }

    public String getNullString() {
        return nullString;
    }

    /** What stands for NULL, without quotes. */
    public void setNullString(String nullString) {
        this.nullString = nullString;
    }

    public String getLineEnding() {
        return lineEnding;
    }

    /** lf or crlf. */
    public void setLineEnding(String lineEnding) {
        this.lineEnding = lineEnding;
    }

    public String getDateFormat() {
        return dateFormat;
    }

    /** A pattern of java.time for dates; ISO 8601 without it. */
    public void setDateFormat(String dateFormat) {
        this.dateFormat = dateFormat;
    }

    public String getTimestampFormat() {
        return timestampFormat;
    }

    /** A pattern of java.time for timestamps; ISO 8601 without it. */
    public void setTimestampFormat(String timestampFormat) {
        this.timestampFormat = timestampFormat;
    }

    public String getTimezone() {
        return timezone;
    }

    /** The zone in which points in time are shown; UTC without it. */
    public void setTimezone(String timezone) {
        this.timezone = timezone;
    }

    public boolean isFormulaGuard() {
        return formulaGuard;
    }

    /** Whether a text that a spreadsheet would take as a formula gets a leading apostrophe. */
    public void setFormulaGuard(boolean formulaGuard) {
        this.formulaGuard = formulaGuard;
    }
}
