package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.flow.FileFormat;
import io.waybill.flow.FormatOptions;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.rows.Column;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;

/** The {@code waybill-parquet} data format: Apache Parquet, its types after the columns' types. */
@Dataformat("waybill-parquet")
@Metadata(firstVersion = "0.1.0", title = "Waybill Parquet")
public class ParquetDataFormat extends RowDataFormat {

    @Override
    public String getDataFormatName() {
        return "waybill-parquet";
    }

    @Override
    public FileFormat format() {
        return FileFormat.PARQUET;
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        int[] selection = selection(schema);
        List<Column> columns = new ArrayList<>(select(schema, selection));
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
        if (isIndex()) {
            columns.add(0, new Column("index", ColumnType.INT64, false));
        }
        return new ParquetEncoder(
                columns,
                selection,
                isIndex(),
                types(),
                new PageCompressor(PageCompressor.codec(getCompression())),
                ParquetEncoder.properties(getPageSize(), isDictionary()),
                getRowGroupSize(),
                out);
    }

    private ParquetTypes types() {
        return new ParquetTypes(
                getTimestampUnit() == null
                        ? null
                        : TimeUnit.valueOf(getTimestampUnit().toUpperCase(Locale.ROOT)));
    }

    @Override
    public String targetType(Column column) {
        return types().describe(column);
    }

    @Override
    public String extension() {
        return "parquet";
    }

    public String getCompression() {
        return get(FormatOptions.COMPRESSION);
    }

    public void setCompression(String compression) {
        set(FormatOptions.COMPRESSION, compression);
    }

    public boolean isIndex() {
        return get(FormatOptions.INDEX);
    }

    public void setIndex(boolean index) {
        set(FormatOptions.INDEX, index);
    }

    public long getRowGroupSize() {
        return get(FormatOptions.ROW_GROUP_SIZE);
    }

    public void setRowGroupSize(long rowGroupSize) {
        set(FormatOptions.ROW_GROUP_SIZE, rowGroupSize);
    }

    public int getPageSize() {
        return get(FormatOptions.PAGE_SIZE).intValue();
    }

    public void setPageSize(int pageSize) {
        set(FormatOptions.PAGE_SIZE, (long) pageSize);
    }

    public boolean isDictionary() {
        return get(FormatOptions.DICTIONARY);
    }

    public void setDictionary(boolean dictionary) {
        set(FormatOptions.DICTIONARY, dictionary);
    }

    public String getTimestampUnit() {
        return get(FormatOptions.TIMESTAMP_UNIT);
    }

    public void setTimestampUnit(String timestampUnit) {
        set(FormatOptions.TIMESTAMP_UNIT, timestampUnit);
    }
}
