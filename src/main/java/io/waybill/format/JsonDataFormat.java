package io.waybill.format;

import io.waybill.flow.FileFormat;
import io.waybill.rows.Column;
import io.waybill.rows.JsonText;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
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
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        TextEncoding target = TextEncoding.of(get(JsonFormat.ENCODING), false);
        // a charset that lacks characters still has the escapes for them
        JsonText text = new JsonText(get(JsonFormat.ENSURE_ASCII) || !target.isUnicode());
        int[] selection = selection(schema);
        return new JsonEncoder(
                text,
                isJsonl(),
                get(JsonFormat.NEST),
                get(JsonFormat.INDENT).intValue(),
                select(schema, selection),
                selection,
                target.wrap(out));
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
