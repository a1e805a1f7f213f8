package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.SharedSnapshot.Another;
import io.waybill.database.Standard;
import io.waybill.flow.ColumnType;
import io.waybill.rows.HeapFailure.LargestValue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;

/**
 * The rows of a query, by PostgreSQL's {@code COPY … TO STDOUT (FORMAT binary)}: no portal, no rounds of fetching, no text of
 * numbers and times to parse. It owns its connection.
 */
final class CopyRows implements Rows {

    /** PostgreSQL, COPY, "Binary Format": the signature, the flags, the length of the header's extension. */
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};

    private static final int HEADER_BYTES = SIGNATURE.length + 8;

    /** Rows that are taken apart before their values are read, a column at a time: few enough to stay near the processor. */
    private static final int BLOCK_ROWS = 128;

    private static final int BLOCK_BYTES = 1 << 17;

    private final boolean hidesValues;
    private final Connection connection;
    private final PGConnection postgres;
    private final CopyOut copy;
    private final CopyMessages messages;
    private final RowSchema schema;
    private final CopyColumnReader[] readers;
    private final ValueSizes sizes;
    /** Where the values of the block begin, row after row, each behind its length. */
    private final int[] starts;

    /** The rows of the block, and how many of them were read. */
    private int blockRows;

    private int blockRead;
    /** How many rows are read at once: fewer, where a batch is full after some of them. */
    private int step = BLOCK_ROWS;

    private int at;
    /** The rows that were read. */
    private long rows;
    /** The column whose values are being read; -1 while rows are awaited. */
    private int column = -1;

    private boolean begun;
    private boolean exhausted;
    private boolean closed;

    private CopyRows(
            boolean hidesValues,
            Connection connection,
            PGConnection postgres,
            CopyOut copy,
            CopyMessages messages,
            RowSchema schema,
            CopyColumnReader[] readers,
            ValueSizes sizes) {
        this.hidesValues = hidesValues;
        this.connection = connection;
        this.postgres = postgres;
        this.copy = copy;
        this.messages = messages;
        this.schema = schema;
        this.readers = readers;
        this.sizes = sizes;
        this.starts = new int[BLOCK_ROWS * readers.length];
    }

    /**
     * Begins to read the result of a statement whose parameters are set.
     *
     * @param database a product whose results can be copied
     * @param again gives another connection, to ask of what went wrong
     * @return empty where the result holds a column that has no reader here, so that JDBC is to read it; the connection
     *     stays open then
     */
    static Optional<Rows> open(
            Standard database, Connection connection, PreparedStatement statement, RowHints hints, Another again)
            throws SQLException {
        ResultSetMetaData own = statement.getMetaData();
        if (own == null || !connection.isWrapperFor(PGConnection.class)) {
            return Optional.empty();
        }
        ResultSetMetaData metaData = database.columns(connection, statement, own);
        RowSchema schema = JdbcRows.schemaOf(database, connection, metaData, hints);
        CopyColumnReader[] readers = new CopyColumnReader[schema.size()];
        for (int i = 0; i < readers.length; i++) {
            ColumnType found = database.typeOf(connection, metaData, i + 1);
            boolean converts = schema.column(i).type().isConversionOf(found);
            readers[i] = converts ? null : CopyColumnReader.of(metaData.getColumnTypeName(i + 1));
            if (readers[i] == null) {
                return Optional.empty();
            }
        }
        PGConnection postgres = connection.unwrap(PGConnection.class);
        // the driver's quoting of values relies on it; every server since 9.1 has it on by default
        if (!(postgres instanceof BaseConnection base) || !base.getStandardConformingStrings()) {
            return Optional.empty();
        }
        String sql = database.inlined(statement);
        CopyOut copy = postgres.getCopyAPI().copyOut("COPY (" + sql + ") TO STDOUT (FORMAT binary)");
        return Optional.of(new CopyRows(
                hints.hidesValues(),
                connection,
                postgres,
                copy,
                CopyMessages.of(copy, base, BLOCK_BYTES),
                schema,
                readers,
                ValueSizes.of(database, again, statement, schema)));
    }

    @Override
    public RowSchema schema() {
        return schema;
    }

    @Override
    public boolean read(RowBatch batch) {
        batch.clear();
        try {
            while (!batch.isFull() && (blockRead < blockRows || receiveBlock())) {
                readRows(batch, Math.min(step, Math.min(blockRows - blockRead, RowBatch.CAPACITY - batch.rows())));
            }
        } catch (OutOfMemoryError e) {
            throw tooLarge(batch, e);
        }
        return batch.rows() > 0;
    }

    private void readRows(RowBatch batch, int count) {
        int first = blockRead * readers.length;
        try {
            for (column = 0; column < readers.length; column++) {
                readers[column].read(
                        messages.bytes(), starts, first + column, readers.length, count, batch.column(column));
            }
        } catch (IllegalArgumentException e) {
            throw wrongValue(batch, first, count);
        }
        column = -1;
        int taken = batch.endRows(count);
        step = taken < count ? taken : Math.min(BLOCK_ROWS, 2 * step);
        blockRead += taken;
        rows += taken;
    }

    /** Of several values that cannot be read, the first row's is told. */
    private WaybillException wrongValue(RowBatch batch, int first, int count) {
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < readers.length; i++) {
                try {
                    batch.column(i).keep(batch.rows());
                    readers[i].read(messages.bytes(), starts, first + row * readers.length + i, 0, 1, batch.column(i));
                } catch (IllegalArgumentException e) {
                    return schema.column(i).refused(Stage.READ, rows + row + 1, e);
                }
            }
        }
        throw new IllegalStateException("a value could not be read, and could be when it was read again");
    }

    /** A row comes as a whole, so only the database knows how large one is that the driver has no room for. */
    private WaybillException tooLarge(RowBatch batch, OutOfMemoryError cause) {
        long row = rows + blockRows - blockRead + 1;
        Optional<LargestValue> value = Optional.empty();
        if (column >= 0) {
            int inBlock = batch.column(column).size() - batch.rows();
            row = rows + inBlock + 1;
            int start = starts[(blockRead + inBlock) * readers.length + column];
            int length = CopyColumnReader.lengthOf(messages.bytes(), start);
            value = Optional.of(new LargestValue(row, schema.column(column).name(), length));
        }
        messages.release();
        close();
        return HeapFailure.of(Stage.READ, column >= 0 ? value : sizes.largest(row - 1, 1), "row " + row, cause);
    }

    /** Takes the next rows apart; answers whether there are any. */
    private boolean receiveBlock() {
        messages.forget(at);
        at = 0;
        blockRows = 0;
        blockRead = 0;
        if (!begun) {
            begun = true;
            skipHeader();
        }
        while (blockRows < BLOCK_ROWS && at < BLOCK_BYTES && !exhausted && !isNextInItsOwnBlock()) {
            receiveRow();
        }
        return blockRows > 0;
    }

    /** Whether the next row is so large that it should not be copied. */
    private boolean isNextInItsOwnBlock() {
        try {
            return blockRows > 0 && at == messages.end() && messages.isNextLarge();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void receiveRow() {
        need(2);
        int fields = CopyColumnReader.int16(messages.bytes(), at);
        at += 2;
        if (fields < 0) { // the trailer
            finish();
            return;
        }
        if (fields != readers.length) {
            throw unknownForm();
        }
        int first = blockRows * fields;
        for (int i = first; i < first + fields; i++) {
            need(4);
            int length = CopyColumnReader.int32(messages.bytes(), at);
            at += 4;
            starts[i] = at;
            if (length > 0) {
                need(length);
                at += length;
            }
        }
        blockRows++;
    }

    private void skipHeader() {
        need(HEADER_BYTES);
        if (!Arrays.equals(messages.bytes(), 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw unknownForm();
        }
        int extension = CopyColumnReader.int32(messages.bytes(), SIGNATURE.length + 4);
        need(HEADER_BYTES + extension);
        at = HEADER_BYTES + extension;
    }

    private static WaybillException unknownForm() {
        return new WaybillException(Stage.READ, "the database answered COPY in a form that is not known");
    }

    /** Makes the next bytes available. The server sends a row a message, which the protocol does not promise. */
    private void need(int count) {
        while (messages.end() - at < count) {
            if (!receive()) {
                throw WaybillException.passing(Stage.READ, "the database ended COPY after " + received() + " rows");
            }
        }
    }

    private void finish() {
        exhausted = true;
        while (receive()) {
            // what follows the trailer is the end of the command
        }
    }

    private boolean receive() {
        try {
            return messages.receive();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private WaybillException failed(SQLException cause) {
        return SqlFailure.of(Stage.READ, "reading failed after " + received() + " rows", cause, hidesValues);
    }

    private long received() {
        return rows + blockRows - blockRead;
    }

    @Override
    public Optional<Connection> connection() {
        return Optional.of(connection);
    }

    /** Once closed, its connection may be somebody else's, whose query it would end. */
    @Override
    public synchronized void cancel() {
        if (closed) {
            return;
        }
        try {
            postgres.cancelQuery();
        } catch (SQLException e) {
            // a connection that is gone has nothing left to cancel
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (connection) {
            if (copy.isActive()) {
                // the driver leaves unread what the server has sent, and would take it for the answers to later
                // statements
                postgres.cancelQuery();
                connection.abort(Runnable::run);
            }
        } catch (SQLException e) {
            // the connection is broken; its pool will find out
        }
    }
}
