package io.waybill.format;

import io.waybill.flow.FileFormat;
import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.JsonText;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.Optional;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;

/** The {@code waybill-json} data format: one JSON array (RFC 8259), or JSON lines. */
@Dataformat("waybill-json")
@Metadata(firstVersion = "0.1.0", title = "Waybill JSON")
public class JsonDataFormat extends RowDataFormat {

    @Override
    public FileFormat format() {
        return isJsonl() ? FileFormat.of("jsonl") : FileFormat.of("json");
    }

    @Override
    public Optional<Charset> charset() {
        return Optional.of(encoding().charset());
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        return encoder(schema, new ByteSink(encoding().wrap(out)));
    }

    /** Of lines; a row of an array depends on whether it is the first. */
    @Override
    public Optional<RowEncoder> openAhead(RowSchema schema, ByteSink out) throws IOException {
        return isJsonl() ? Optional.of(encoder(schema, out)) : Optional.empty();
    }

    private TextEncoding encoding() {
        return TextEncoding.of(get(JsonFormat.ENCODING), false);
    }

    private JsonEncoder encoder(RowSchema schema, ByteSink out) throws IOException {
        // a charset that lacks characters still has the escapes for them
        JsonText text = new JsonText(get(JsonFormat.ENSURE_ASCII) || !encoding().isUnicode());
        int[] selection = selection(schema);
        return new JsonEncoder(
                this,
                text,
                isJsonl(),
                get(JsonFormat.NEST),
                get(JsonFormat.INDENT).intValue(),
                select(schema, selection),
                selection,
                out);
    }

    @Override
    public String targetType(Column column) {
        return switch (column.type().kind()) {
            case INT16, INT32, INT64, FLOAT32, FLOAT64, DECIMAL -> "number";
            case BOOLEAN -> "boolean";
            case TEXT, UUID -> "string";
            case JSON -> "JSON";
            case ARRAY -> "array";
            case BINARY -> "string, base64";
            case DATE, TIME, TIMESTAMP -> "string, ISO 8601";
            case INSTANT -> "string, ISO 8601 in UTC";
        };
    }

    public boolean isJsonl() {
        return get(JsonFormat.JSONL);
    }
}
