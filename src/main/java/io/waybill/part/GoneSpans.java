package io.waybill.part;

import io.waybill.WaybillException;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.TableRows;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Tells where changes of rows pass from rows that are there to rows that are gone, which have files of their own. */
public final class GoneSpans implements Spans {

    /** The record types of rows that are there. */
    private static final Set<String> THERE = Set.of("new", "changed", "unchanged");

    private final int column;
    private final Spans within;
    private boolean entered;
    private boolean gone;

    /**
     * @param column the index of the column of record types
     * @param within the spans that files end with besides; null for none
     */
    public GoneSpans(int column, Spans within) {
        this.column = column;
        this.within = within;
    }

    private boolean isGone(RowBatch batch, int row) {
        ColumnVector types = batch.column(column);
        if (types.isNull(row)) {
            throw unknown("NULL");
        }
        int start = types.start(row);
        int end = types.end(row);
        if (TableRows.isDeleted(types.bytes(), start, end)) {
            return true;
        }
        String type = new String(types.bytes(), start, end - start, StandardCharsets.UTF_8);
        if (!THERE.contains(type.stripTrailing())) {
            throw unknown("\"" + type + "\"");
        }
        return false;
    }

    private static WaybillException unknown(String type) {
        return WaybillException.refusal(
                "a row has " + type + " for its record type, and rows take the place of those with"
                        + " their key: nobody can tell whether it is there or gone; new, changed, unchanged and deleted are"
                        + " record types, in small letters");
    }

    @Override
    public boolean contains(RowBatch batch, int row) {
        return entered && isGone(batch, row) == gone && (within == null || within.contains(batch, row));
    }

    @Override
    public void enter(RowBatch batch, int row) {
        entered = true;
        gone = isGone(batch, row);
        if (within != null) {
            within.enter(batch, row);
        }
    }
}
