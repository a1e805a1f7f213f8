package io.waybill.rows;

import io.waybill.database.Databases;
import io.waybill.database.SharedSnapshot.Another;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcProducer;

/** Camel's own way to run a query, for one exchange, whose connections are its run's; its result is handed on as {@link Rows}. */
final class JdbcReading extends JdbcProducer {

    private final Another again;
    private final int fetchSize;

    /** @param again gives another connection, to ask of what went wrong */
    JdbcReading(RowsEndpoint endpoint, DataSource dataSource, ReadConnections connections, Another again) {
        super(endpoint, dataSource, connections, 0, endpoint.getParameters());
        this.again = again;
        this.fetchSize = endpoint.getFetchSize();
    }

    /** Does not call super, which would consume the first row. */
    @Override
    protected boolean setResultSet(Exchange exchange, Connection connection, ResultSet result) throws SQLException {
        BodyRows.handOn(
                exchange,
                new AheadRows(new JdbcRows(
                        Databases.of(connection), connection, result, RowHints.of(exchange), again, fetchSize)));
        return false; // the rows close what they read from
    }
}
