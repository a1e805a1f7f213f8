package io.waybill.rows;

/**
 * A column-wise block of rows. A batch is made once for a schema and filled again and again: a reader clears it,
 * appends to each column's {@link ColumnVector} and calls {@link #endRow} after each row until {@link #isFull}.
 *
 * <p>Where a batch ends depends on its rows alone, so that the same rows are cut into the same batches every time.
 */
public final class RowBatch {

    /** Rows that a batch takes at most. */
    public static final int CAPACITY = 1024;

    private static final int FULL_BYTES = 4 << 20;

    private final RowSchema schema;
    private ColumnVector[] columns;
    private ColumnVector[] byteColumns;
    private ByteSink text = ByteSink.inMemory();
    /** Whose the text of all rows is; null where nobody has made it. */
    private RowFormat textFormat;

    private int rows;
    private boolean full;

    public RowBatch(RowSchema schema) {
        this.schema = schema;
        this.columns = schema.columns().stream()
                .map(column -> new ColumnVector(column.type(), CAPACITY))
                .toArray(ColumnVector[]::new);
        this.byteColumns = java.util.Arrays.stream(columns)
                .filter(column -> column.type().isBytes())
                .toArray(ColumnVector[]::new);
    }

    private RowBatch(RowSchema schema, ColumnVector[] columns) {
        this.schema = schema;
        this.columns = columns;
        this.byteColumns = new ColumnVector[0];
    }

    /** One that only shows columns of others. */
    static RowBatch ofOthers(RowSchema schema) {
        return new RowBatch(schema, new ColumnVector[schema.size()]);
    }

    public RowSchema schema() {
        return schema;
    }

    /** The rows it holds now. */
    public int rows() {
        return rows;
    }

    public ColumnVector column(int index) {
        return columns[index];
    }

    public void clear() {
        rows = 0;
        full = false;
        textFormat = null;
        for (ColumnVector column : columns) {
            column.clear();
        }
    }

    /** Ends a row, once each column has got its value. */
    public void endRow() {
        rows++;
        full = rows == CAPACITY || bytes(rows) >= FULL_BYTES;
    }

    /**
     * Ends some rows at once, once each column has got their values.
     *
     * @param count no more than there is room for
     * @return how many of them are in the batch, which is full when it is fewer; the values of the others are taken off
     */
    int endRows(int count) {
        int taken = 0;
        if (bytes(rows + count) < FULL_BYTES) {
            taken = count;
            rows += count;
            full = rows == CAPACITY;
        }
        while (taken < count && !full) {
            taken++;
            rows++;
            full = rows == CAPACITY || bytes(rows) >= FULL_BYTES;
        }
        for (ColumnVector column : columns) {
            column.keep(rows);
        }
        return taken;
    }

    private long bytes(int values) {
        long bytes = 0;
        for (ColumnVector column : byteColumns) {
            bytes += column.byteSize(values);
        }
        return bytes;
    }

    /** Whether it takes no more rows: it has {@link #CAPACITY} of them, or about four megabytes. */
    public boolean isFull() {
        return full;
    }

    /** How many bytes its texts, and all values that are kept like texts, take. */
    long byteSize() {
        return bytes(rows);
    }

    /** Whether the {@link #text} is there that a format makes of all rows. */
    public boolean isEncodedBy(RowFormat format) {
        return textFormat == format;
    }

    /** The text of all rows, where somebody has made it. Not to be changed. */
    public ByteSink text() {
        return text;
    }

    /** Takes over what was put into a sink in memory, which gets the room of the text before. */
    void takeText(RowFormat format, ByteSink made) {
        text.exchange(made);
        textFormat = format;
    }

    /**
     * Shows the rows of another batch, of as many columns, for as long as that keeps them: some columns are its own, to be filled from a row on, all
     * others are those of the other.
     *
     * @param own which are its own
     */
    public void show(RowBatch other, boolean[] own, int from) {
        rows = other.rows;
        textFormat = null;
        for (int i = 0; i < columns.length; i++) {
            if (own[i]) {
                columns[i].clear(from);
            } else {
                columns[i] = other.columns[i];
            }
        }
    }

    /**
     * Shows some columns of another batch for as long as that keeps them.
     *
     * @param selection where in the other each column is
     */
    void showColumns(RowBatch other, int[] selection) {
        rows = other.rows;
        textFormat = null;
        for (int i = 0; i < columns.length; i++) {
            columns[i] = other.columns[selection[i]];
        }
    }

    /**
     * Becomes some rows of another batch of the same schema, in an order of their own.
     *
     * @param order their numbers there, as many as there are to be
     */
    public void take(RowBatch other, int[] order, int count) {
        clear();
        for (int i = 0; i < columns.length; i++) {
            columns[i].take(other.columns[i], order, count);
        }
        rows = count;
    }

    /** Shows the text of all rows that another batch has, as that of a format. */
    public void showText(RowBatch other, RowFormat format) {
        text = other.text;
        textFormat = format;
    }

    /** Exchanges the rows, and the room for them, with another batch of the same schema. */
    void exchange(RowBatch other) {
        ColumnVector[] otherColumns = other.columns;
        ColumnVector[] otherByteColumns = other.byteColumns;
        int otherRows = other.rows;
        boolean otherFull = other.full;
        RowFormat otherFormat = other.textFormat;
        text.exchange(other.text);
        other.textFormat = textFormat;
        other.columns = columns;
        other.byteColumns = byteColumns;
        other.rows = rows;
        other.full = full;
        columns = otherColumns;
        byteColumns = otherByteColumns;
        rows = otherRows;
        full = otherFull;
        textFormat = otherFormat;
    }
}
