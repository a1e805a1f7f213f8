package io.waybill.rows;

import io.waybill.WaybillException;
import javax.sql.DataSource;
import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Producer;
import org.apache.camel.component.jdbc.JdbcEndpoint;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;

/**
 * Read the rows of an SQL query as a stream of typed batches.
 *
 * <p>The message's body is the SQL; named parameters ({@code :?name}) take their values from headers, as in camel-jdbc.
 * The answer's body is a {@link Rows}, to be read and closed by the next step.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "rows",
        extendsScheme = "jdbc",
        title = "Rows",
        syntax = "rows:dataSourceName",
        category = {Category.DATABASE},
        producerOnly = true)
public class RowsEndpoint extends JdbcEndpoint {

    static final int DEFAULT_FETCH_SIZE = 2000;

    @UriParam(
            defaultValue = "2000",
            description =
                    "The rows that the driver fetches from the database at a time, at most: of large ones fewer, but not where"
                            + " statement.* sets something of the statement.")
    private int fetchSize = DEFAULT_FETCH_SIZE;

    @UriParam(
            defaultValue = "auto",
            enums = "auto,jdbc,copy",
            description =
                    "How rows are read: auto takes PostgreSQL's COPY where the result allows it, and JDBC's result"
                            + " set elsewhere; jdbc and copy take the one or the other.")
    private String reader = "auto";

    public RowsEndpoint() {}

    public RowsEndpoint(String uri, Component component, DataSource dataSource) {
        super(uri, component, dataSource);
        setUseHeadersAsParameters(true);
        // camel-jdbc would commit before the first row is read, which closes the cursor
        setResetAutoCommit(false);
    }

    @Override
    public Producer createProducer() {
        RowReader chosen = RowReader.parse(reader);
        if (setsStatement() && chosen == RowReader.COPY) {
            throw WaybillException.refusal(
                    "rows:" + getDataSourceName() + ": statement.*: COPY has no statement to set it of");
        }
        // what is set of the statement is set of JDBC's
        return new SourceProducer(this, setsStatement() ? RowReader.JDBC : chosen);
    }

    /** Whether {@code statement.*} sets something of JDBC's statement. */
    boolean setsStatement() {
        return getParameters() != null && !getParameters().isEmpty();
    }

    /** Reads by a data source, which may be another for a later run. */
    RowsProducer reading(DataSource dataSource, RowReader chosen) {
        // what else is set of a statement may not go with a fetch size that changes
        return new RowsProducer(
                this,
                dataSource,
                new ReadConnections(setsStatement() ? fetchSize : FetchSize.first(fetchSize)),
                chosen);
    }

    public String getReader() {
        return reader;
    }

    /** How rows are read: auto, jdbc or copy. */
    public void setReader(String reader) {
        this.reader = reader;
    }

    public int getFetchSize() {
        return fetchSize;
    }

    /** The rows that the driver fetches from the database at a time, at most. */
    public void setFetchSize(int fetchSize) {
        this.fetchSize = fetchSize;
    }
}
