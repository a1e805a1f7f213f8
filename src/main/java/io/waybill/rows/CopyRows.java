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

    private final Connection connection;
    private final PGConnection postgres;
    private final CopyOut copy;
    private final RowSchema schema;
    private final CopyColumnReader[] readers;
    private final ValueSizes sizes;
    private byte[] message = {};
    private int at;
    private long rows;
    /** The column of the value that is being read, and its length; -1 before a row has come. */
    private int column;

    private int length;
    private boolean exhausted;
    private boolean closed;

    private CopyRows(
            Connection connection,
            PGConnection postgres,
            CopyOut copy,
            RowSchema schema,
            CopyColumnReader[] readers,
            ValueSizes sizes) {
        this.connection = connection;
        this.postgres = postgres;
        this.copy = copy;
        this.schema = schema;
        this.readers = readers;
        this.sizes = sizes;
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
                connection, postgres, copy, schema, readers, ValueSizes.of(database, again, statement, schema)));
    }

    @Override
    public RowSchema schema() {
        return schema;
    }

    @Override
    public boolean read(RowBatch batch) {
        batch.clear();
        try {
            while (!batch.isFull() && !exhausted) {
                column = -1;
                readRow(batch);
            }
        } catch (OutOfMemoryError e) {
            throw tooLarge(e);
        }
        return batch.rows() > 0;
    }

    /** A row comes as a whole, so only the database knows how large one is that the driver has no room for. */
    private WaybillException tooLarge(OutOfMemoryError cause) {
        boolean known = column >= 0;
        message = new byte[0];
        at = 0;
        close();
        return HeapFailure.of(
                Stage.READ,
                known
                        ? Optional.of(
                                new LargestValue(rows + 1, schema.column(column).name(), length))
                        : sizes.largest(rows, 1),
                "row " + (rows + 1),
                cause);
    }

    private void readRow(RowBatch batch) {
        if (rows == 0 && at == 0) {
            skipHeader();
        }
        need(2);
        int fields = CopyColumnReader.int16(message, at);
        at += 2;
        if (fields < 0) { // the trailer
            finish();
            return;
        }
        for (int i = 0; i < fields; i++) {
            need(4);
            length = CopyColumnReader.int32(message, at);
            column = i;
            at += 4;
            if (length < 0) {
                batch.column(i).appendNull();
                continue;
            }
            need(length);
            try {
                readers[i].read(message, at, length, batch.column(i));
            } catch (IllegalArgumentException e) {
                throw new WaybillException(Stage.READ, schema.column(i).at(rows + 1) + ": " + e.getMessage(), e);
            }
            at += length;
        }
        batch.endRow();
        rows++;
    }

    private void skipHeader() {
        need(HEADER_BYTES);
        if (!Arrays.equals(message, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw new WaybillException(Stage.READ, "the database answered COPY in a form that is not known");
        }
        int extension = CopyColumnReader.int32(message, SIGNATURE.length + 4);
        need(HEADER_BYTES + extension);
        at = HEADER_BYTES + extension;
    }

    /** Makes the next bytes available. The server sends a row a message, which the protocol does not promise. */
    private void need(int count) {
        while (message.length - at < count) {
            byte[] next = receive();
            if (next == null) {
                throw WaybillException.passing(Stage.READ, "the database ended COPY after " + rows + " rows");
            }
            if (at == message.length) {
                message = next;
            } else {
                byte[] joined = Arrays.copyOfRange(message, at, message.length + next.length);
                System.arraycopy(next, 0, joined, message.length - at, next.length);
                message = joined;
            }
            at = 0;
        }
    }

    private void finish() {
        exhausted = true;
        while (receive() != null) {
            // what follows the trailer is the end of the command
        }
    }

    private byte[] receive() {
        try {
            return copy.readFromCopy();
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.READ, "reading failed after " + rows + " rows", e);
        }
    }

    @Override
    public void cancel() {
        try {
            postgres.cancelQuery();
        } catch (SQLException e) {
            // a connection that is gone has nothing left to cancel
        }
    }

    @Override
    public void close() {
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
