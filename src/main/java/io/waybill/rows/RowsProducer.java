package io.waybill.rows;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcPrepareStatementStrategy;
import org.apache.camel.component.jdbc.JdbcProducer;
import org.apache.camel.support.SynchronizationAdapter;

/** Runs the query in the body and hands on its result as {@link Rows}. */
class RowsProducer extends JdbcProducer {

    private final DataSource dataSource;
    private final ReadConnections connections;
    private final RowReader reader;
    private volatile Database database;

    RowsProducer(RowsEndpoint endpoint, DataSource dataSource, ReadConnections connections, RowReader reader) {
        super(endpoint, dataSource, connections, 0, endpoint.getParameters());
        this.dataSource = dataSource;
        this.connections = connections;
        this.reader = reader;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        try {
            Optional<Rows> copied = mayCopy() ? copy(exchange) : Optional.empty();
            if (copied.isPresent()) {
                handOn(exchange, copied.get());
            } else if (reader == RowReader.COPY) {
                throw new WaybillException(
                        Stage.READ,
                        "reader: \"copy\" cannot read this result: COPY is PostgreSQL's, and not for every column type;"
                                + " leave reader out to take JDBC where it must be");
            } else {
                super.process(exchange);
            }
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.READ, "data source " + getEndpoint().getDataSourceName(), e);
        }
    }

    private boolean mayCopy() throws SQLException {
        if (reader == RowReader.JDBC) {
            return false;
        }
        if (database == null) {
            try (Connection connection = dataSource.getConnection()) {
                database = Database.of(connection);
            }
        }
        return database == Database.POSTGRESQL;
    }

    /** COPY takes no parameters, so the driver writes them into the SQL, as it does in its simple query mode. */
    private Optional<Rows> copy(Exchange exchange) throws Exception {
        Connection connection = connections.getConnection(dataSource);
        Optional<Rows> rows = Optional.empty();
        try {
            String sql = exchange.getMessage().getBody(String.class);
            JdbcPrepareStatementStrategy strategy = getEndpoint().getPrepareStatementStrategy();
            String prepared = strategy.prepareQuery(sql, getEndpoint().isAllowNamedParameters());
            // the comment keeps it another statement to the driver's cache than the one that JDBC may run later: of a
            // statement that was described, the driver asks binary values, and prints them otherwise than the server
            try (PreparedStatement statement = connection.prepareStatement("/* COPY */ " + prepared)) {
                int parameters = statement.getParameterMetaData().getParameterCount();
                if (parameters > 0) {
                    strategy.populateStatement(
                            statement,
                            strategy.createPopulateIterator(sql, prepared, parameters, exchange, sql),
                            parameters);
                }
                RowHints hints = exchange.getProperty(RowHints.PROPERTY, RowHints.NONE, RowHints.class);
                rows = CopyRows.open(connection, statement, hints);
            }
            return rows;
        } finally {
            if (rows.isEmpty()) {
                connection.close();
            }
        }
    }

    /** Whoever takes the rows closes them; where nobody does, the end of the exchange does. */
    private static void handOn(Exchange exchange, Rows source) {
        Rows rows = new AheadRows(source);
        exchange.getMessage().setBody(rows);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                rows.close();
            }
        });
    }

    /** Does not call super, which would consume the first row. */
    @Override
    protected boolean setResultSet(Exchange exchange, Connection connection, ResultSet result) throws SQLException {
        RowHints hints = exchange.getProperty(RowHints.PROPERTY, RowHints.NONE, RowHints.class);
        handOn(exchange, new JdbcRows(Database.of(connection), connection, result, hints));
        return false; // the rows close what they read from
    }
}
