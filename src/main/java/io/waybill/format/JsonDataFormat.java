package io.waybill.format;

import io.waybill.flow.FileFormat;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.rows.Column;
import io.waybill.rows.JsonText;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;

/** The {@code waybill-json} data format: one JSON array (RFC 8259), or JSON lines. */
@Dataformat("waybill-json")
@Metadata(firstVersion = "0.1.0", title = "Waybill JSON")
public class JsonDataFormat extends RowDataFormat {

    private boolean jsonl;
    private int indent;
    private boolean ensureAscii;
    private String encoding = "utf-8";
    private boolean nest;

    @Override
    public String getDataFormatName() {
        return "waybill-json";
    }

    @Override
    public FileFormat format() {
        return jsonl ? FileFormat.JSONL : FileFormat.JSON;
    }

    @Override
    public Map<String, Object> options() {
        return given(
                "jsonl", jsonl,
                "indent", (long) indent,
                "ensureAscii", ensureAscii,
                "encoding", encoding,
                "nest", nest);
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        if (jsonl && indent > 0) {
            throw new WaybillException(Stage.ENCODE, "waybill-json: indent is not for JSON lines, one object a line");
        }
        TextEncoding target = TextEncoding.of(encoding, "strict");
        // a charset that lacks characters still has the escapes for them
        JsonText text = new JsonText(ensureAscii || !target.isUnicode());
        int[] selection = selection(schema);
        return new JsonEncoder(text, jsonl, nest, indent, select(schema, selection), selection, target.wrap(out));
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

    @Override
    public String extension() {
        return jsonl ? "jsonl" : "json";
    }

    public boolean isJsonl() {
        return jsonl;
    }

    /** Whether each row is an object on a line of its own, rather than an element of one array. */
    public void setJsonl(boolean jsonl) {
        this.jsonl = jsonl;
    }

    public int getIndent() {
        return indent;
    }

    /** Spaces of indentation a level; 0 for one object a line. */
    public void setIndent(int indent) {
        this.indent = indent;
    }

    public boolean isEnsureAscii() {
        return ensureAscii;
    }

    /** Whether characters beyond ASCII are written as escapes. */
    public void setEnsureAscii(boolean ensureAscii) {
        this.ensureAscii = ensureAscii;
    }

    public String getEncoding() {
        return encoding;
    }

    /** The character encoding; RFC 8259 wants utf-8. */
    public void setEncoding(String encoding) {
        this.encoding = encoding;
    }

    public boolean isNest() {
        return nest;
    }

    /** Whether a column {@code email.domain} becomes the key {@code domain} of an object {@code email}. */
    public void setNest(boolean nest) {
        this.nest = nest;
    }
}
