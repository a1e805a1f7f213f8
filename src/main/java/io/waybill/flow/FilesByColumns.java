package io.waybill.flow;

import java.util.List;

/**
 * Files by the values of columns that their paths name: {@code country={column:country}/}.
 *
 * @param columns the columns, in the order of the paths; none where files do not go by values
 * @param inFiles whether these are in the files, too
 * @param maxOpen so many files are written at a time
 * @param maxFiles so many files a run may have
 */
public record FilesByColumns(List<String> columns, PathColumns inFiles, int maxOpen, int maxFiles) {

    static final long USUAL_OPEN = 100;
    static final long MOST_OPEN = 1000;
    static final long USUAL_FILES = 10_000;
    static final long MOST_FILES = 1_000_000;

    public FilesByColumns {
        columns = List.copyOf(columns);
    }

    public boolean isNone() {
        return columns.isEmpty();
    }

    /** The columns that are in no file, but in paths alone. */
    public List<String> leftOut() {
        return inFiles == PathColumns.LEAVE_OUT ? columns : List.of();
    }
}
