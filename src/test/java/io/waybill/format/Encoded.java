package io.waybill.format;

import io.waybill.rows.MapRows;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows made by a test, as a format writes them. */
final class Encoded {

    private Encoded() {}

    static byte[] bytes(RowFormat format, List<Map<String, ?>> rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MapRows source = new MapRows(rows.iterator())) {
            RowEncoder encoder = format.open(source.schema(), out);
            RowBatch batch = new RowBatch(source.schema());
            while (source.read(batch)) {
                encoder.write(batch, 0, batch.rows());
            }
            encoder.finish();
        }
        return out.toByteArray();
    }

    static String text(RowFormat format, List<Map<String, ?>> rows) throws IOException {
        return new String(bytes(format, rows), StandardCharsets.UTF_8);
    }

    static Map<String, ?> row(Object... namesAndValues) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }

    /** What no UTF-8 can hold is written as a question mark, so that is what comes back. */
    static String encodable(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
