package io.waybill.rows;

import io.waybill.flow.WaybillException.Stage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.ConnectionStrategy;
import org.apache.camel.component.jdbc.JdbcProducer;

/** Runs the query in the body and hands on its result as {@link Rows}. */
class RowsProducer extends JdbcProducer {

    RowsProducer(RowsEndpoint endpoint, DataSource dataSource, ConnectionStrategy connections) {
        super(endpoint, dataSource, connections, 0, endpoint.getParameters());
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        try {
            super.process(exchange);
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.READ, "data source " + getEndpoint().getDataSourceName(), e);
        }
    }

    /** Does not call super, which would consume the first row. */
    @Override
    protected boolean setResultSet(Exchange exchange, Connection connection, ResultSet result) throws SQLException {
        RowHints hints = exchange.getProperty(RowHints.PROPERTY, RowHints.NONE, RowHints.class);
        exchange.getMessage().setBody(new JdbcRows(Database.of(connection), connection, result, hints));
        return false; // the rows close what they read from
    }
}
