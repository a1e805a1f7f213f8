package io.waybill.part;

import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.LeavingColumn;
import io.waybill.rows.RowDivider;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the rows of a run are divided among files by the values of columns.
 *
 * @param by what tells rows of different files apart, in the order of the paths
 * @param paths the columns that stand in paths
 * @param maxOpen so many files are written at a time
 * @param maxFiles so many files the run may have
 * @param namesCheck refuses a part that cannot be called by its values; gets to know of each, before it begins
 */
public record DivisionByValue(List<By> by, Set<String> paths, int maxOpen, int maxFiles, NamesCheck namesCheck) {

    /**
     * One column.
     *
     * @param values its values as they leave
     */
    public record By(RowDivider divider, LeavingColumn values, Column column) {}

    public DivisionByValue {
        by = List.copyOf(by);
        paths = Set.copyOf(paths);
    }

    /** Files by the values themselves; see {@link #unfit}. */
    public static RowDivider byValue(Column column, boolean isPadded) {
        return new ByValue(column, isPadded);
    }

    /** Why files cannot go by the values of a type; empty where they can. */
    public static Optional<String> unfit(ColumnType type) {
        return ByValue.unfit(type);
    }
}
