package io.waybill.feed;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Ask;
import io.waybill.database.ChangeSql;
import io.waybill.facts.BatchFacts;
import io.waybill.feed.FeedBatch.Method;
import io.waybill.flow.FeedKeys;
import io.waybill.rows.DataSources;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one batch of a feed, in one transaction: what was before stays whole, whatever happens. Its connection is of no use to others
 * until it is closed.
 */
public final class BatchWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    private static final int LONGEST_VALUE = 100;

    private final FeedPlan plan;
    private final DataSource dataSource;
    private final Connection connection;
    private final ChangeSql sql;
    private final BatchRows batches;
    private final boolean autoCommit;
    private final int isolation;
    private Map<String, String> types;
    private Optional<FeedBatch> last = Optional.empty();
    private boolean acceptsDeletes;
    private boolean comparesAll;
    private long mostRows;
    private boolean committing;
    private volatile Statement running;
    private volatile boolean cancelled;

    private BatchWriter(FeedPlan plan, DataSource dataSource, Connection connection) throws SQLException {
        this.plan = plan;
        this.dataSource = dataSource;
        this.connection = connection;
        this.sql = plan.source()
                .database()
                .changes()
                .orElseThrow(() -> ChangeSql.unknown(plan.source().database()));
        this.batches = new BatchRows(connection, sql, plan.tables());
        this.autoCommit = connection.getAutoCommit();
        this.isolation = connection.getTransactionIsolation();
    }

    /** One over a connection of its own. */
    public static BatchWriter open(FeedPlan plan, DataSource dataSource) throws SQLException {
        BatchWriter writer = new BatchWriter(plan, dataSource, dataSource.getConnection());
        try {
            writer.sql.begin(writer.connection);
            return writer;
        } catch (SQLException e) {
            writer.close();
            throw e;
        }
    }

    /** Whether it may delete more rows than the flow allows. */
    public BatchWriter acceptDeletes(boolean accepts) {
        acceptsDeletes = accepts;
        return this;
    }

    /** Whether it compares the columns of all rows, whatever the flow's strategy; a log that was lost is begun anew. */
    public BatchWriter compareAll(boolean compares) {
        comparesAll = compares;
        return this;
    }

    /** How many rows it may have by who asks for it; 0 for any number. */
    public BatchWriter mostRows(long rows) {
        mostRows = rows;
        return this;
    }

    /**
     * Makes the feed's tables where they are not there.
     *
     * @param asked the batch's number; null for the next
     * @param before the last number of tables that were removed; 0 where there were none
     * @return the batch's number
     * @throws WaybillException when the batch cannot be written as it is asked for
     */
    public long prepare(Long asked, long before) throws SQLException {
        types = new FeedTableMaker(connection, sql, plan).make();
        long last = batches.latest().map(FeedBatch::id).orElse(before);
        if (asked != null && asked <= last && written(asked).isEmpty()) {
            throw WaybillException.refusal("batch_id: " + asked
                    + (asked < last ? " lies below" : " is that of") + " the last batch, " + last
                    + ", and is none; the numbers of batches only grow");
        }
        sql.dropWork(connection, Comparison.WORK); // which another batch may have left on a connection of a pool
        connection.commit();
        return asked == null ? last + 1 : asked;
    }

    /** The batch of that number, where it is written already. */
    public Optional<FeedBatch> written(long id) throws SQLException {
        return batches.of(id);
    }

    /**
     * Writes a batch.
     *
     * @param fence throws where another process has taken the run over
     * @throws WaybillException when the source is refused; nothing is changed then
     */
    public FeedBatch write(long id, String runId, Runnable fence) throws SQLException {
        LogReader log = new LogReader(plan, connection);
        last = batches.latest();
        log.open(comparesAll, last);
        Comparison comparison = new Comparison(plan, sql, types, log.read(types, method()));
        batches.begin(
                id,
                runId,
                comparison.method(),
                log.seen(),
                !plan.feed().then().isEmpty() || plan.feed().get(FeedKeys.FOLLOWED));
        execute(comparison.createWork());
        execute(comparison.compare());
        refuseWithoutKey(comparison);
        refuseCopies(comparison);
        BatchFacts counts = count(comparison);
        checkDeletes(counts);
        for (String statement : comparison.keep()) {
            execute(statement);
        }
        long rows = publish(comparison, id);
        if (mostRows > 0 && rows > mostRows) {
            throw new WaybillException(
                    Stage.READ,
                    "the run has more rows than who asks for it may have: max-rows=" + mostRows
                            + "; nothing was written");
        }
        FeedBatch batch = new FeedBatch(id, runId, comparison.method(), log.seen(), counts, rows);
        batches.end(batch);
        fence.run();
        requireGoingOn();
        committing = true;
        connection.commit();
        committing = false;
        log.confirm();
        return batch;
    }

    private Method method() throws SQLException {
        if (comparesAll) {
            return Method.CHECK;
        }
        long every = plan.feed().get(FeedKeys.FULL_COMPARE_EVERY);
        long since = every == 0 ? 0 : batches.sinceCheck();
        return every > 0 && (since < 0 || since >= every - 1) ? Method.CHECK : plan.method();
    }

    private void execute(String statement) throws SQLException {
        requireGoingOn();
        try (Statement executed = connection.createStatement()) {
            running = executed;
            executed.execute(statement);
        } finally {
            running = null;
        }
    }

    private void requireGoingOn() {
        if (cancelled) {
            throw new WaybillException(Stage.READ, "the run was cancelled");
        }
    }

    /** Whether nobody can say, after a failure, that the batch is not written. */
    public boolean isInDoubt() {
        return committing;
    }

    /** Stops what is under way, from another thread. */
    public void cancel() {
        cancelled = true;
        Statement current = running;
        if (current != null) {
            try {
                current.cancel();
            } catch (SQLException e) {
                // it has ended
            }
        }
    }

    private void refuseWithoutKey(Comparison comparison) throws SQLException {
        List<String> rows = Ask.all(connection, comparison.withoutKey(), this::shown);
        if (!rows.isEmpty()) {
            throw new WaybillException(
                    Stage.READ,
                    "data set " + plan.source().id() + " has NULL in the key (" + FeedPlan.names(plan.key())
                            + ") of a row: " + rows.get(0));
        }
    }

    private void refuseCopies(Comparison comparison) throws SQLException {
        if (plan.isKeyUnique()) {
            return;
        }
        List<String> rows = Ask.all(connection, comparison.copied(), this::shown);
        if (!rows.isEmpty()) {
            throw new WaybillException(
                    Stage.READ,
                    "data set " + plan.source().id() + " has the same key (" + FeedPlan.names(plan.key())
                            + ") more than once: " + rows.get(0) + " and " + rows.get(1));
        }
    }

    /** A row as people read it; what identifies persons, or leaves in another form, is left out. */
    private String shown(ResultSet row) throws SQLException {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < plan.columns().size(); i++) {
            String value = plan.isPrivate(plan.columns().get(i)) ? "…" : String.valueOf(row.getString(i + 1));
            text.append(i == 0 ? "" : ", ")
                    .append(plan.columns().get(i).name())
                    .append(" = ")
                    .append(value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) + "…" : value);
        }
        return text.append(')').toString();
    }

    private BatchFacts count(Comparison comparison) throws SQLException {
        Map<String, Long> found = new HashMap<>();
        Ask.all(connection, comparison.count(), row -> found.put(row.getString(1), row.getLong(2)));
        long before = rowsBefore(comparison);
        long changed = found.getOrDefault("changed", 0L);
        long deleted = found.getOrDefault("deleted", 0L);
        return new BatchFacts(found.getOrDefault("new", 0L), changed, deleted, before - changed - deleted);
    }

    /** How many rows the state has: a batch that does not read all of them does not count them either. */
    private long rowsBefore(Comparison comparison) throws SQLException {
        if (comparison.method() == Method.CHECK || comparison.method() == Method.TIMESTAMP) {
            return Ask.first(connection, comparison.rowsOfState(), row -> row.getLong(1));
        }
        return last.map(FeedBatch::counts)
                .map(counts -> counts.newRows() + counts.changedRows() + counts.unchangedRows())
                .orElse(0L);
    }

    /** A source that has lost most of its rows is more likely half loaded. */
    private void checkDeletes(BatchFacts counts) {
        long before = counts.changedRows() + counts.deletedRows() + counts.unchangedRows();
        if (!acceptsDeletes && plan.feed().maxDeletes().isExceeded(counts.deletedRows(), before)) {
            throw new WaybillException(
                    Stage.READ,
                    "max_deletes: " + counts.deletedRows() + " of " + before + " rows are gone from data set "
                            + plan.source().id() + ", and " + plan.feed().maxDeletes() + " may be; waybill run "
                            + plan.flow() + " --accept-deletes takes them for deleted");
        }
    }

    private long publish(Comparison comparison, long id) throws SQLException {
        requireGoingOn();
        try (PreparedStatement statement = connection.prepareStatement(comparison.publish())) {
            running = statement;
            statement.setLong(1, id);
            return statement.executeLargeUpdate();
        } finally {
            running = null;
        }
    }

    /** Takes back what is not committed, and gives the connection back as it was, or to nobody. */
    @Override
    public void close() {
        try {
            connection.rollback();
            sql.dropWork(connection, Comparison.WORK);
            connection.commit();
            sql.end(connection);
            connection.setAutoCommit(autoCommit);
            connection.setTransactionIsolation(isolation);
            connection.close();
        } catch (SQLException e) {
            discard(e);
        }
    }

    private void discard(SQLException why) {
        LOG.debug("A connection of flow {} is given up: {}", plan.flow(), why.getMessage());
        try {
            DataSources.discard(dataSource, connection, plan.source().database());
        } catch (SQLException e) {
            LOG.debug("It has been already: {}", e.getMessage());
        }
    }
}
