package io.waybill.part;

import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.TableRows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tells where changes of rows pass from rows that are there to rows that are gone, which have files of their own. */
public final class GoneSpans implements Spans {

    private static final byte[] DELETED = TableRows.DELETED.getBytes(StandardCharsets.UTF_8);

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
        return !types.isNull(row)
                && Arrays.equals(types.bytes(), types.start(row), types.end(row), DELETED, 0, DELETED.length);
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
