package io.waybill.format;

import io.waybill.flow.FileFormat;
import io.waybill.format.CsvDialect.QuoteMode;
import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;

/**
 * The {@code waybill-csv} data format: CSV as RFC 4180 has it (UTF-8, line feeds, a header, NULL as the empty field and
 * the empty text as {@code ""}), or another dialect by its options.
 */
@Dataformat("waybill-csv")
@Metadata(firstVersion = "0.1.0", title = "Waybill CSV")
public class CsvDataFormat extends RowDataFormat {

    private static final String ISO = "ISO 8601";

    @Override
    public FileFormat format() {
        return FileFormat.of("csv");
    }

    /** Whatever divides the values. */
    @Override
    public boolean writes(FileFormat format) {
        return format.dataFormat().equals(getDataFormatName());
    }

    @Override
    public Optional<Charset> charset() {
        return Optional.of(encoding().charset());
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        CsvEncoder encoder = encoder(schema, new ByteSink(encoding().wrap(out)));
        if (get(CsvFormat.INCLUDE_HEADER)) {
            encoder.writeHeader();
        }
        return encoder;
    }

    @Override
    public Optional<RowEncoder> openAhead(RowSchema schema, ByteSink out) {
        return Optional.of(encoder(schema, out));
    }

    private CsvEncoder encoder(RowSchema schema, ByteSink out) {
        int[] selection = selection(schema);
        TimeStyle times = times();
        select(schema, selection).forEach(times::check);
        return new CsvEncoder(this, dialect(), times, encoding().checker(), select(schema, selection), selection, out);
    }

    private TextEncoding encoding() {
        return TextEncoding.of(
                get(CsvFormat.ENCODING), get(CsvFormat.ENCODING_ERRORS).equals("replace"));
    }

    private TimeStyle times() {
        return TimeStyle.of(get(CsvFormat.DATE_FORMAT), get(CsvFormat.TIMESTAMP_FORMAT), get(CsvFormat.TIMEZONE));
    }

    private CsvDialect dialect() {
        byte quote = (byte) get(CsvFormat.QUOTE).charAt(0);
        String escape = get(CsvFormat.ESCAPE);
        return new CsvDialect(
                (byte) get(CsvFormat.DELIMITER).charAt(0),
                quote,
                escape == null ? quote : (byte) escape.charAt(0),
                QuoteMode.valueOf(get(CsvFormat.QUOTE_MODE).trim().toUpperCase(Locale.ROOT)),
                get(CsvFormat.NULL_STRING).getBytes(StandardCharsets.UTF_8),
                (get(CsvFormat.LINE_ENDING).equals("crlf") ? "\r\n" : "\n").getBytes(StandardCharsets.US_ASCII),
                get(CsvFormat.FORMULA_GUARD));
    }

    @Override
    public String targetType(Column column) {
        times().check(column);
        String timestamp = "timestamp, " + Objects.requireNonNullElse(get(CsvFormat.TIMESTAMP_FORMAT), ISO);
        return switch (column.type().kind()) {
            case INT16, INT32, INT64, FLOAT32, FLOAT64, DECIMAL -> "number";
            case BOOLEAN -> "true/false";
            case TEXT, UUID -> "text";
            case JSON, ARRAY -> "JSON text";
            case BINARY -> "base64";
            case DATE -> "date, " + Objects.requireNonNullElse(get(CsvFormat.DATE_FORMAT), ISO);
            case TIME -> "time, " + ISO;
            case TIMESTAMP -> timestamp;
            case INSTANT -> timestamp + " in " + Objects.requireNonNullElse(get(CsvFormat.TIMEZONE), "UTC");
        };
    }

    @Override
    public String extension() {
        return get(CsvFormat.DELIMITER).equals("\t") ? "tsv" : super.extension();
    }
}
