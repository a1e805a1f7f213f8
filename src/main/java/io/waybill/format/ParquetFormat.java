package io.waybill.format;

import static io.waybill.flow.Key.oneOf;

import io.waybill.flow.FileFormat;
import io.waybill.flow.Form;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import java.util.List;
import java.util.Optional;

/** Parquet; its library is loaded with the first file that is written. */
public final class ParquetFormat implements FormatKind {

    public static final Key<String> COMPRESSION = oneOf(
            "compression",
            List.of("snappy", "zstd", "gzip", "lz4_raw", "none"),
            "snappy",
            "how pages are compressed: `snappy`, `zstd`, `gzip`, `lz4_raw`, `none`");

    public static final Key<Boolean> INDEX =
            Key.flag("index", "a first column `index` that numbers the rows of each file from 0");

    public static final Key<Long> ROW_GROUP_SIZE = Key.of(
                    "row_group_size", new Form.Whole(1024, 1L << 31, false), 16L << 20, "bytes, as buffered")
            .without("16 MiB");

    public static final Key<Long> PAGE_SIZE = Key.of(
                    "page_size", new Form.Whole(1024, 1L << 30, false), 1L << 20, "bytes, before compression")
            .without("1 MiB");

    public static final Key<Boolean> DICTIONARY = Key.flag(
                    "dictionary", "whether columns of few different values are written with a dictionary")
            .otherwise(true);

    public static final Key<String> TIMESTAMP_UNIT = oneOf(
                    "timestamp_unit", List.of("millis", "micros", "nanos"), null, "`millis`, `micros`, `nanos`")
            .without("what the column's digits need");

    private static final List<Key<?>> OPTIONS =
            List.of(COMPRESSION, FormatOptions.COLUMNS, INDEX, ROW_GROUP_SIZE, PAGE_SIZE, DICTIONARY, TIMESTAMP_UNIT);

    @Override
    public Optional<List<Key<?>>> writtenByDatabases(FileFormat format) {
        return Optional.of(List.of(COMPRESSION));
    }

    @Override
    public String dataFormat() {
        return "waybill-parquet";
    }

    @Override
    public List<FileFormat> formats() {
        return List.of(new FileFormat(this, "parquet", "application/vnd.apache.parquet"));
    }

    @Override
    public List<Key<?>> options() {
        return OPTIONS;
    }

    @Override
    public boolean hasRowGroups() {
        return true;
    }
}
