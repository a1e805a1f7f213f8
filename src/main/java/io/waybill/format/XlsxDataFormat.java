package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.flow.FileFormat;
import io.waybill.rows.Column;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;

/** The {@code waybill-xlsx} data format: a workbook of Excel, with numbers, dates and times as such. */
@Dataformat("waybill-xlsx")
@Metadata(firstVersion = "0.1.0", title = "Waybill XLSX")
public class XlsxDataFormat extends RowDataFormat {

    @Override
    public FileFormat format() {
        return FileFormat.of("xlsx");
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        int[] selection = selection(schema);
        XlsxCells cells = new XlsxCells(zone(), get(XlsxFormat.LONG_TEXT).equals("cut"));
        return new XlsxEncoder(
                select(schema, selection),
                selection,
                cells,
                new XlsxWorkbook(get(XlsxFormat.SHEET_NAME), get(CsvFormat.INCLUDE_HEADER), out),
                get(XlsxFormat.MAX_ROWS_PER_SHEET),
                XlsxEncoder.MOST_SHEET_BYTES);
    }

    private ZoneId zone() {
        String zone = get(CsvFormat.TIMEZONE);
        return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
    }

    @Override
    public String targetType(Column column) {
        ColumnType type = column.type();
        return switch (type.kind()) {
            case BOOLEAN -> "boolean";
            case INT16, INT32, FLOAT32, FLOAT64 -> "number";
            case INT64, DECIMAL -> "number, or text beyond 15 digits";
            case TEXT, UUID -> "text";
            case JSON, ARRAY -> "JSON text";
            case BINARY -> "text, base64";
            case DATE -> "date, or text before 1900-03-01";
            case TIME -> "time";
            case TIMESTAMP -> "date and time";
            case INSTANT -> "date and time in " + Objects.requireNonNullElse(get(CsvFormat.TIMEZONE), "UTC");
        };
    }
}
