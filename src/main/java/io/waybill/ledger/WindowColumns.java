package io.waybill.ledger;

import io.waybill.flow.Window;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * A window as the ledger keeps it.
 *
 * @param kind which kind
 * @param column its column; null where it has none
 * @param low its lower bound, or its batch; null where it has none
 * @param high its upper bound; null where it has none
 */
record WindowColumns(
        @ColumnName("window_kind") String kind,
        @ColumnName("window_column") String column,
        @ColumnName("low_value") String low,
        @ColumnName("high_value") String high) {

    private static final String BATCH = "batch";
    private static final String RANGE = "range";
    private static final String RANGE_WITH_NULLS = "range_and_nulls";
    private static final String SLICE = "slice";
    private static final String ALL = "all";

    static WindowColumns of(Window window) {
        if (window instanceof Window.Batch batch) {
            return new WindowColumns(
                    BATCH, null, batch.id() == null ? null : batch.id().toString(), null);
        }
        if (window instanceof Window.Range range) {
            return new WindowColumns(
                    range.withNulls() ? RANGE_WITH_NULLS : RANGE, range.column(), range.after(), range.upTo());
        }
        if (window instanceof Window.Slice slice) {
            return new WindowColumns(SLICE, slice.column(), slice.from(), slice.to());
        }
        return new WindowColumns(ALL, null, null, null);
    }

    Window toWindow() {
        return switch (kind == null ? ALL : kind) {
            case BATCH -> new Window.Batch(low);
            case RANGE, RANGE_WITH_NULLS -> new Window.Range(column, low, high, kind.equals(RANGE_WITH_NULLS));
            case SLICE -> new Window.Slice(column, low, high);
            default -> new Window.Everything();
        };
    }
}
