package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Ask;
import io.waybill.database.Databases;
import io.waybill.database.SharedSnapshot.Another;
import io.waybill.database.Standard;
import io.waybill.database.Trait;
import io.waybill.flow.Export;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** Reads ranges of a plan, each over a connection of its own. */
public final class RangeReader {

    /**
     * Keeps it another statement to the driver's cache than the one that JDBC may run later: of a statement that was
     * described, the driver asks binary values, and prints them otherwise than the server.
     */
    static final String COPY_MARK = "/* COPY */ ";

    private final Standard database;
    private final RowReader reader;
    private final Another again;

    /** @param again gives a connection once more, to ask of what went wrong */
    RangeReader(Standard database, RowReader reader, Another again) {
        this.database = database;
        this.reader = reader;
        this.again = again;
    }

    /**
     * Begins to read a range in a process that has no part in the run but this: in a transaction of its own, or in the snapshot of one that
     * another process keeps.
     *
     * @param reader as the flow says; null for what the database and the result allow
     * @param snapshot the snapshot's name; null for none
     * @return the rows, read ahead by a thread of their own
     */
    public static Rows open(
            DataSource dataSource, RowRange range, RowHints hints, Export.Reader reader, String snapshot)
            throws SQLException {
        ReadConnections connections = new ReadConnections(RowsEndpoint.DEFAULT_FETCH_SIZE);
        Connection connection = connections.getConnection(dataSource, snapshot != null);
        try {
            Standard database = Databases.of(connection);
            if (snapshot != null) {
                database.sharedSnapshot().orElseThrow().join(connection, snapshot);
            }
            RowReader chosen = reader == null ? RowReader.AUTO : RowReader.valueOf(reader.name());
            return new AheadRows(new RangeReader(database, chosen, () -> connections.getConnection(dataSource))
                    .open(connection, range, hints));
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    /** @param connection is closed with the rows; it stays open where there are none */
    Rows open(Connection connection, RowRange range, RowHints hints) throws SQLException {
        if (reader != RowReader.JDBC && database.has(Trait.COPIES)) {
            try (PreparedStatement statement = connection.prepareStatement(COPY_MARK + range.sql())) {
                Ask.bind(statement, range.parameters());
                Optional<Rows> copied = CopyRows.open(database, connection, statement, hints, again);
                if (copied.isPresent()) {
                    return copied.get();
                }
            }
        }
        if (reader == RowReader.COPY) {
            throw copyRefused();
        }
        PreparedStatement statement = connection.prepareStatement(range.sql());
        Ask.bind(statement, range.parameters());
        return new JdbcRows(database, connection, statement.executeQuery(), hints, again);
    }

    static WaybillException copyRefused() {
        return new WaybillException(
                Stage.READ,
                "reader: \"copy\" cannot read this result: COPY is PostgreSQL's, and not for every column type;"
                        + " leave reader out to take JDBC where it must be");
    }
}
