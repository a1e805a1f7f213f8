package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.flow.FileFormat;
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
import java.util.Map;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;

/** The {@code waybill-parquet} data format: Apache Parquet, its types after the columns' types. */
@Dataformat("waybill-parquet")
@Metadata(firstVersion = "0.1.0", title = "Waybill Parquet")
public class ParquetDataFormat extends RowDataFormat {

    private static final int DEFAULT_ROW_GROUP_BYTES = 16 << 20;

    private String compression = "snappy";
    private boolean index;
    private long rowGroupSize = DEFAULT_ROW_GROUP_BYTES;
    private int pageSize = 1 << 20;
    private boolean dictionary = true;
    private String timestampUnit;

    @Override
    public String getDataFormatName() {
        return "waybill-parquet";
    }

    @Override
    public FileFormat format() {
        return FileFormat.PARQUET;
    }

    @Override
    public Map<String, Object> options() {
        return given(
                "compression", compression,
                "index", index,
                "rowGroupSize", rowGroupSize,
                "pageSize", (long) pageSize,
                "dictionary", dictionary,
                "timestampUnit", timestampUnit);
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
        if (index) {
            columns.add(0, new Column("index", ColumnType.INT64, false));
        }
        return new ParquetEncoder(
                columns,
                selection,
                index,
                types(),
                new PageCompressor(PageCompressor.codec(compression)),
                ParquetEncoder.properties(pageSize, dictionary),
                rowGroupSize,
                out);
    }

    private ParquetTypes types() {
        return new ParquetTypes(
                timestampUnit == null ? null : TimeUnit.valueOf(timestampUnit.toUpperCase(Locale.ROOT)));
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
        return compression;
    }

    /** How pages are compressed: snappy, zstd, gzip, lz4_raw or none. */
    public void setCompression(String compression) {
        this.compression = compression;
    }

    public boolean isIndex() {
        return index;
    }

    /** Whether a first column {@code index} numbers the rows of each file from 0. */
    public void setIndex(boolean index) {
        this.index = index;
    }

    public long getRowGroupSize() {
        return rowGroupSize;
    }

    /** The bytes at which a row group ends, as buffered: compressed pages, and values not yet in a page. */
    public void setRowGroupSize(long rowGroupSize) {
        this.rowGroupSize = rowGroupSize;
    }

    public int getPageSize() {
        return pageSize;
    }

    /** The bytes at which a page ends, before compression. */
    public void setPageSize(int pageSize) {
        this.pageSize = pageSize;
    }

    public boolean isDictionary() {
        return dictionary;
    }

    /** Whether columns of few different values are written with a dictionary. */
    public void setDictionary(boolean dictionary) {
        this.dictionary = dictionary;
    }

    public String getTimestampUnit() {
        return timestampUnit;
    }

    /** The unit of timestamps: millis, micros or nanos; what each column's digits need where it is not set. */
    public void setTimestampUnit(String timestampUnit) {
        this.timestampUnit = timestampUnit;
    }
}
