package io.waybill.flow;

import static io.waybill.flow.Key.choice;
import static io.waybill.flow.Key.limit;
import static io.waybill.flow.Key.number;
import static io.waybill.flow.Key.table;
import static io.waybill.flow.Key.text;

import java.util.List;

/** Those keys of {@link ExportKeys} that say where a file ends and how many there may be: {@link Split} and {@link FilesByColumns}. */
public final class SplitKeys {

    public static final Key<Long> MAX_ROWS_PER_FILE =
            limit("max_rows_per_file", 1, "rows of a file").without("one file");

    public static final Key<Long> TARGET_FILE_SIZE_BYTES = limit(
                    "target_file_size_bytes", 1, "bytes, before compression, at which another file begins")
            .without("one file");

    public static final Key<Long> MAX_ROW_GROUPS_PER_FILE = limit(
                    "max_row_groups_per_file", 1, "row groups of a Parquet file; over the size")
            .without("one file");

    public static final Key<String> CHUNK_COLUMN = text(
                    "chunk_by.column", "a column of dates or times: each span of it has files of its own")
            .option("chunkBy")
            .mandatory();

    public static final Key<Split.Period> CHUNK_EVERY = choice(
                    "chunk_by.every", Split.Period.class, Split.Period.DAY, "how long such a span is")
            .option("chunkEvery")
            .mandatory();

    public static final Key<Object> CHUNK_BY = table(
                    "chunk_by",
                    List.of(CHUNK_COLUMN, CHUNK_EVERY),
                    "`{ column = \"ordered_at\", every = \"week\" }`: each `hour`, `day`, `week`, `month` or `year` has files of its own,"
                            + " in the order of that column and the trigger's time zone")
            .inFlowsAlone()
            .without("one file");

    public static final Key<PathColumns> PATH_COLUMNS = choice(
            "path_columns",
            PathColumns.class,
            PathColumns.KEEP,
            "whether columns that stand in the path, `{column:country}`, `keep` their place in the files, or are `leave_out` of them,"
                    + " as Hive expects it: [below](#files-by-the-values-of-columns)");

    public static final Key<Long> MAX_OPEN_FILES = number(
            "max_open_files",
            1,
            FilesByColumns.MOST_OPEN,
            FilesByColumns.USUAL_OPEN,
            "of files by the values of columns, so many are written at a time; the one that got no row for the longest time ends before"
                    + " another begins");

    public static final Key<Long> MAX_FILES = number(
            "max_files",
            1,
            FilesByColumns.MOST_FILES,
            FilesByColumns.USUAL_FILES,
            "of files by the values of columns, a run has so many at most; one of more fails, and delivers nothing");

    public static final Key<Long> MAX_ARCHIVE_SIZE = limit(
                    "max_archive_size",
                    Split.LEAST_ARCHIVE_SIZE,
                    "bytes that no zip archive has more of: another one begins before; 1000000 at least")
            .without("one archive");

    static final List<Key<?>> ALL = List.of(
            MAX_ROWS_PER_FILE,
            TARGET_FILE_SIZE_BYTES,
            MAX_ROW_GROUPS_PER_FILE,
            CHUNK_COLUMN,
            CHUNK_EVERY,
            CHUNK_BY,
            PATH_COLUMNS,
            MAX_OPEN_FILES,
            MAX_FILES,
            MAX_ARCHIVE_SIZE);

    private SplitKeys() {}
}
