package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.ColumnType;
import io.waybill.flow.FileFormat;
import io.waybill.rows.Column;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;

/** The {@code waybill-parquet} data format: Apache Parquet, its types after the columns' types. */
@Dataformat("waybill-parquet")
@Metadata(firstVersion = "0.1.0", title = "Waybill Parquet")
public class ParquetDataFormat extends RowDataFormat {

    @Override
    public FileFormat format() {
        return FileFormat.of("parquet");
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        return open(schema, out, types());
    }

    @Override
    public RowFormat numbered(Map<String, Integer> numbers, List<String> key) {
        return new NumberedParquet(this, types(numbers, key));
    }

    RowEncoder open(RowSchema schema, OutputStream out, ParquetTypes types) throws IOException {
        int[] selection = selection(schema);
        List<Column> columns = new ArrayList<>(
                select(schema, selection).stream().map(types::written).toList());
        for (Column column : columns) {
            if (column.type().element() != null
                    && !ParquetListWriter.supports(column.type().element())) {
                throw new WaybillException(
                        Stage.ENCODE,
                        "column \"" + column.name() + "\": a list of "
                                + column.type().element()
                                + " has no form in Parquet; declare the column as type = \"text\" in datasets.toml");
            }
        }
        if (get(ParquetFormat.INDEX)) {
            columns.add(0, new Column("index", ColumnType.INT64, false));
        }
        return new ParquetEncoder(
                columns,
                selection,
                get(ParquetFormat.INDEX),
                types,
                new PageCompressor(PageCompressor.codec(get(ParquetFormat.COMPRESSION))),
                get(ParquetFormat.PAGE_SIZE).intValue(),
                get(ParquetFormat.DICTIONARY),
                get(ParquetFormat.ROW_GROUP_SIZE),
                out);
    }

    private ParquetTypes types() {
        return types(Map.of(), List.of());
    }

    private ParquetTypes types(Map<String, Integer> numbers, List<String> key) {
        return new ParquetTypes(
                get(ParquetFormat.TIMESTAMP_UNIT) == null
                        ? null
                        : TimeUnit.valueOf(get(ParquetFormat.TIMESTAMP_UNIT).toUpperCase(Locale.ROOT)),
                numbers,
                key);
    }

    @Override
    public String targetType(Column column) {
        return types().describe(column);
    }
}
