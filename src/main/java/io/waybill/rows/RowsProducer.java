package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Ask;
import io.waybill.database.Databases;
import io.waybill.database.SharedSnapshot;
import io.waybill.database.Standard;
import io.waybill.database.Trait;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcPrepareStatementStrategy;
import org.apache.camel.support.DefaultProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the query in the body and hands on its result as {@link Rows}. */
final class RowsProducer extends DefaultProducer {

    private static final Logger LOG = LoggerFactory.getLogger(RowsProducer.class);

    /**
     * Keeps it another statement to the driver's cache than the one that JDBC may run later: of a statement that was
     * described, the driver asks binary values, and prints them otherwise than the server.
     */
    private static final String COPY_MARK = "/* COPY */ ";

    private final DataSource dataSource;
    private final ReadConnections connections;
    private final RowReader reader;
    private volatile Standard database;

    RowsProducer(RowsEndpoint endpoint, DataSource dataSource, ReadConnections connections, RowReader reader) {
        super(endpoint);
        this.dataSource = dataSource;
        this.connections = connections;
        this.reader = reader;
    }

    @Override
    public RowsEndpoint getEndpoint() {
        return (RowsEndpoint) super.getEndpoint();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        AwaitedAnswers answers = AwaitedAnswers.of(exchange);
        try {
            read(exchange, connections.of(answers));
        } catch (SQLException e) {
            if (HeapFailure.isCauseOf(e)) {
                throw firstRowsTooLarge(exchange, e);
            }
            throw answers.told(SqlFailure.of(
                    Stage.READ,
                    "data source " + getEndpoint().getDataSourceName(),
                    e,
                    RowHints.of(exchange).hidesValues()));
        } catch (WaybillException e) {
            throw answers.told(e);
        } catch (OutOfMemoryError e) {
            throw firstRowsTooLarge(exchange, e);
        }
    }

    /** @param own are those of the exchange's run */
    private void read(Exchange exchange, ReadConnections own) throws Exception {
        DividedRows.Asked divided = exchange.getProperty(DividedRows.PROPERTY, DividedRows.Asked.class);
        if (divided != null) {
            exchange.removeProperty(DividedRows.PROPERTY); // a later step reads something else
            BodyRows.handOn(exchange, divide(divided, own, RowHints.of(exchange)));
            return;
        }
        Optional<Rows> parallel = readInParallel(exchange, own);
        if (parallel.isPresent()) {
            BodyRows.handOn(exchange, parallel.get());
            return;
        }
        Optional<Rows> copied = mayCopy() ? copy(exchange, own) : Optional.empty();
        if (copied.isPresent()) {
            BodyRows.handOn(exchange, new AheadRows(copied.get()));
        } else if (reader == RowReader.COPY) {
            throw copyRefused();
        } else {
            new JdbcReading(getEndpoint(), dataSource, own, this::connect).process(exchange);
        }
    }

    /** Some drivers have the first rows come as the query begins. */
    private WaybillException firstRowsTooLarge(Exchange exchange, Throwable cause) {
        Optional<HeapFailure.LargestValue> largest = Optional.empty();
        try {
            if (database().has(Trait.COPIES) && exchange.getMessage().getBody() instanceof String) {
                largest = sizes(exchange).largest(0, Math.max(1, connections.fetchSize()));
            }
        } catch (Exception e) {
            LOG.debug("The sizes of the first rows cannot be asked for", e); // the message says less
        }
        return HeapFailure.of(Stage.READ, largest, "the first rows", cause);
    }

    private ValueSizes sizes(Exchange exchange) throws Exception {
        try (Connection connection = connect();
                PreparedStatement statement = prepare(connection, exchange)) {
            RowSchema schema =
                    JdbcRows.schemaOf(database(), connection, statement.getMetaData(), RowHints.of(exchange));
            return ValueSizes.of(database(), this::connect, statement, schema);
        }
    }

    private Connection connect() throws SQLException {
        return connections.getConnection(dataSource);
    }

    private static WaybillException copyRefused() {
        return new WaybillException(
                Stage.READ,
                "reader: \"copy\" cannot read this result: COPY is PostgreSQL's, and not for every column type;"
                        + " leave reader out to take JDBC where it must be");
    }

    private boolean mayCopy() throws SQLException {
        return reader != RowReader.JDBC && database().has(Trait.COPIES);
    }

    private Standard database() throws SQLException {
        if (database == null) {
            try (Connection connection = dataSource.getConnection()) {
                database = Databases.of(connection);
            }
        }
        return database;
    }

    private DividedRows divide(DividedRows.Asked asked, ReadConnections own, RowHints hints) throws SQLException {
        if (getEndpoint().setsStatement()) {
            throw WaybillException.refusal("rows:" + getEndpoint().getDataSourceName()
                    + ": statement.*: other processes would read without it; leave it out, or processes");
        }
        RangeReader ranges = new RangeReader(this, getEndpoint().getDataSourceName());
        if (!asked.oneSnapshot()) {
            return new DividedRows(ranges, asked, hints, null, null);
        }
        SharedSnapshot shared = database().sharedSnapshot().orElseThrow();
        Connection holder = own.getConnection(dataSource, true);
        try {
            String snapshot = shared.export(holder, asked.table());
            return new DividedRows(ranges, asked, hints, holder, snapshot);
        } catch (Throwable e) {
            holder.close();
            throw e;
        }
    }

    /**
     * @param snapshot the one that it is read in; null for what the query sees by itself
     * @param answers are told what it waits for
     */
    Rows open(RowRange range, RowHints hints, String snapshot, AwaitedAnswers answers) throws SQLException {
        Standard product = database(); // a pool of one connection has no second one for it
        Connection connection = connections.of(answers).getConnection(dataSource, snapshot != null);
        try {
            if (snapshot != null) {
                product.sharedSnapshot().orElseThrow().join(connection, snapshot);
            }
            return new AheadRows(open(connection, range, hints));
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    /** Empty where the query is for one reader and needs no snapshot, or where the database has none for several. */
    private Optional<Rows> readInParallel(Exchange exchange, ReadConnections own) throws SQLException {
        RowRanges ranges = exchange.getProperty(RowRanges.PROPERTY, RowRanges.class);
        if (getEndpoint().setsStatement() || ranges == null) {
            return Optional.empty();
        }
        if (ranges.ranges().size() == 1) {
            return Optional.of(openOne(ranges, own, RowHints.of(exchange)));
        }
        Optional<SharedSnapshot> snapshot = database().sharedSnapshot();
        if (snapshot.isEmpty()) {
            return Optional.empty();
        }
        RowHints hints = RowHints.of(exchange);
        String name = getEndpoint().getDataSourceName();
        try {
            return Optional.of(open(
                    new SnapshotConnections(dataSource, name, own)
                            .open(snapshot.get(), ranges.ranges().size(), ranges.table()),
                    ranges.ranges(),
                    hints));
        } catch (SharedSnapshot.LockRefusedException e) {
            LOG.warn(
                    "Reading {} with one reader: the table cannot be locked for a common snapshot: {}",
                    name,
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** In a transaction that goes on seeing what the query has seen. */
    private Rows openOne(RowRanges all, ReadConnections own, RowHints hints) throws SQLException {
        Standard product = database(); // a pool of one connection has no second one for it
        Connection connection = own.getConnection(dataSource, true);
        try {
            Optional<SharedSnapshot> snapshot = product.sharedSnapshot();
            RowRange range = all.ranges().get(0);
            if (snapshot.isPresent() && all.table() != null) {
                snapshot.get().hold(connection, all.table());
            } else if (snapshot.isPresent()) {
                snapshot.get().waitFor(connection, range.sql(), range.parameters());
            }
            return new AheadRows(open(connection, range, hints));
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    private Rows open(List<Connection> opened, List<RowRange> ranges, RowHints hints) throws SQLException {
        List<Rows> sources = new ArrayList<>();
        try {
            while (sources.size() < opened.size()) {
                sources.add(open(opened.get(sources.size()), ranges.get(sources.size()), hints));
            }
            return new ParallelRows(sources);
        } catch (Throwable e) {
            sources.forEach(Rows::close);
            SnapshotConnections.closeAll(opened.subList(sources.size(), opened.size()));
            throw e;
        }
    }

    private Rows open(Connection connection, RowRange range, RowHints hints) throws SQLException {
        if (mayCopy()) {
            try (PreparedStatement statement = connection.prepareStatement(COPY_MARK + range.sql())) {
                Ask.bind(statement, range.parameters());
                Optional<Rows> copied = CopyRows.open(database(), connection, statement, hints, this::connect);
                if (copied.isPresent()) {
                    return copied.get();
                }
            }
            if (reader == RowReader.COPY) {
                throw copyRefused();
            }
        }
        PreparedStatement statement = connection.prepareStatement(range.sql());
        Ask.bind(statement, range.parameters());
        return new JdbcRows(
                database(),
                connection,
                statement.executeQuery(),
                hints,
                this::connect,
                getEndpoint().getFetchSize());
    }

    /** COPY takes no parameters, so the driver writes them into the SQL, as it does in its simple query mode. */
    private Optional<Rows> copy(Exchange exchange, ReadConnections own) throws Exception {
        Connection connection = own.getConnection(dataSource);
        Optional<Rows> rows = Optional.empty();
        try (PreparedStatement statement = prepare(connection, exchange)) {
            rows = CopyRows.open(database(), connection, statement, RowHints.of(exchange), this::connect);
            return rows;
        } finally {
            if (rows.isEmpty()) {
                connection.close();
            }
        }
    }

    /** The query in the body, its parameters set. */
    private PreparedStatement prepare(Connection connection, Exchange exchange) throws Exception {
        String sql = exchange.getMessage().getBody(String.class);
        JdbcPrepareStatementStrategy strategy = getEndpoint().getPrepareStatementStrategy();
        String prepared = strategy.prepareQuery(sql, getEndpoint().isAllowNamedParameters());
        PreparedStatement statement = connection.prepareStatement(COPY_MARK + prepared);
        int parameters = statement.getParameterMetaData().getParameterCount();
        if (parameters > 0) {
            strategy.populateStatement(
                    statement, strategy.createPopulateIterator(sql, prepared, parameters, exchange, sql), parameters);
        }
        return statement;
    }
}
