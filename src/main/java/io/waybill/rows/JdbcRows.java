package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.ColumnReader;
import io.waybill.database.SharedSnapshot.Another;
import io.waybill.database.Standard;
import io.waybill.database.Trait;
import io.waybill.flow.ColumnType;
import io.waybill.rows.HeapFailure.LargestValue;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of a JDBC result. It owns the result, its statement and its connection. */
final class JdbcRows implements Rows {

    private final Connection connection;
    private final ResultSet result;
    private final Statement statement;
    private final RowSchema schema;
    private final ColumnReader[] readers;
    private final boolean fetchesRest;
    private final boolean hidesValues;
    private final ValueSizes sizes;
    private final FetchSize fetch;
    private long bytes;
    private long rows;
    private boolean exhausted;
    private boolean closed;

    /**
     * @param connection what the rows are read over, closed with them
     * @param again gives another connection, to ask of what went wrong
     * @param fetchSize rows that the driver has come at a time, at most
     */
    JdbcRows(Standard database, Connection connection, ResultSet result, RowHints hints, Another again, int fetchSize)
            throws SQLException {
        this.connection = connection;
        this.result = result;
        this.statement = result.getStatement();
        this.hidesValues = hints.hidesValues();
        this.fetchesRest = database.has(Trait.FETCHES_REST_ON_CLOSE);
        ResultSetMetaData metaData = database.columns(connection, statement, result.getMetaData());
        this.schema = schemaOf(database, connection, metaData, hints);
        this.sizes = ValueSizes.of(database, again, statement, schema);
        this.fetch = new FetchSize(result, fetchSize, schema.size());
        this.readers = new ColumnReader[schema.size()];
        JdbcColumnReaders choice = new JdbcColumnReaders(database, connection);
        for (int i = 0; i < readers.length; i++) {
            ColumnType type = schema.column(i).type();
            ColumnType found = database.typeOf(connection, metaData, i + 1);
            readers[i] = choice.readerFor(type, found, metaData.getColumnTypeName(i + 1));
        }
    }

    /** The schema of a result, or of a prepared statement that has not run. */
    static RowSchema schemaOf(Standard database, Connection connection, ResultSetMetaData metaData, RowHints hints)
            throws SQLException {
        List<Column> columns = new ArrayList<>();
        for (int i = 1; i <= metaData.getColumnCount(); i++) {
            String name = metaData.getColumnLabel(i);
            Column known = hints.columns().get(name);
            columns.add(known == null ? new Column(name, database.typeOf(connection, metaData, i)) : known);
        }
        return new RowSchema(columns);
    }

    @Override
    public RowSchema schema() {
        return schema;
    }

    @Override
    public boolean read(RowBatch batch) {
        batch.clear();
        while (!batch.isFull() && !exhausted && next(batch)) {
            for (int i = 0; i < readers.length; i++) {
                readColumn(batch, i);
            }
            batch.endRow();
            rows++;
        }
        bytes += batch.byteSize();
        return batch.rows() > 0;
    }

    private boolean next(RowBatch batch) {
        try {
            if (fetch.isDueAt(rows)) {
                fetch.adapt(rows, bytes + batch.byteSize());
            }
            exhausted = !result.next();
            return !exhausted;
        } catch (SQLException e) {
            if (HeapFailure.isCauseOf(e)) {
                throw rowTooLarge(e);
            }
            throw SqlFailure.of(Stage.READ, "reading failed after " + rows + " rows", e, hidesValues);
        } catch (OutOfMemoryError e) {
            throw rowTooLarge(e);
        }
    }

    /** The driver has several rows come at a time. */
    private WaybillException rowTooLarge(Throwable cause) {
        exhausted = true;
        Optional<LargestValue> largest = Optional.empty();
        try {
            int fetched = Math.max(1, result.getFetchSize());
            if (sizes.sql() != null) {
                connection.abort(Runnable::run);
                largest = sizes.largest(rows, fetched);
            }
        } catch (SQLException e) {
            // the message says less
        }
        return HeapFailure.of(Stage.READ, largest, "row " + (rows + 1) + ", or one soon after it", cause);
    }

    private void readColumn(RowBatch batch, int index) {
        try {
            readers[index].read(result, index + 1, batch.column(index));
        } catch (SQLException e) {
            if (schema.column(index).isPrivate() && !HiddenValues.isOfTheConnection(e)) {
                throw schema.column(index).refused(Stage.READ, rows + 1, e);
            }
            throw SqlFailure.of(Stage.READ, place(index), e, hidesValues);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException | IOException e) {
            throw schema.column(index).refused(Stage.READ, rows + 1, e);
        } catch (OutOfMemoryError e) {
            throw valueTooLarge(index, e);
        }
    }

    private WaybillException valueTooLarge(int index, OutOfMemoryError cause) {
        Optional<LargestValue> value = Optional.empty();
        try {
            boolean binary = schema.column(index).type().kind() == ColumnType.Kind.BINARY;
            long size = binary
                    ? result.getBlob(index + 1).length()
                    : result.getClob(index + 1).length();
            value = Optional.of(new LargestValue(rows + 1, schema.column(index).name(), size));
        } catch (SQLException | RuntimeException | OutOfMemoryError e) {
            // the driver does not tell
        }
        return HeapFailure.of(Stage.READ, value, place(index), cause);
    }

    private String place(int index) {
        return schema.column(index).at(rows + 1);
    }

    @Override
    public Optional<Connection> connection() {
        return Optional.of(connection);
    }

    @Override
    public void cancel() {
        try {
            statement.cancel();
        } catch (SQLException e) {
            // a statement that is closed, or whose connection is gone, has nothing left to cancel
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (connection;
                statement) {
            if (fetchesRest && !exhausted) {
                // else closing would first fetch all the rows that nobody wants any more
                statement.cancel();
            }
            result.close();
        } catch (SQLException e) {
            // the connection is broken; its pool will find out
        }
    }
}
