package io.waybill.feed;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.ChangeLog;
import io.waybill.database.SourceColumn;
import io.waybill.feed.FeedBatch.Method;
import io.waybill.flow.FeedKeys;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a batch has of the database's log, where its flow goes by that: it begins before all rows are compared once, and is confirmed when a
 * batch is committed. A process that is killed in between has the next batch look at the same rows again, and find them as they are.
 */
final class LogReader {

    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

    private final FeedPlan plan;
    private final Connection connection;
    private final ChangeLog log;
    private ChangeLog.Found found;
    private String seen;
    /** Whether the last batch has seen the rows as this log goes on from. */
    private boolean goesOn;

    LogReader(FeedPlan plan, Connection connection) {
        this.plan = plan;
        this.connection = connection;
        this.log = plan.log() == null ? null : plan.log().log();
    }

    /**
     * Begins the log where there is none yet, and ends one that the flow does not go by any more; outside a transaction.
     *
     * @param comparesAll whether the batch compares all rows
     * @param last the last batch
     * @throws WaybillException when changes are lost that no batch has seen
     */
    void open(boolean comparesAll, Optional<FeedBatch> last) throws SQLException {
        if (log == null) {
            end();
            return;
        }
        // what the log names is to be all that the batch sees, and that is of one moment
        connection.commit();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        ChangeLog.State state = log.state(connection);
        if (state != ChangeLog.State.WHOLE) {
            if (FeedBatch.log(state, last) == ChangeLog.State.LOST && !comparesAll) {
                throw new WaybillException(Stage.READ, lost(state, last.get()));
            }
            connection.commit();
            connection.setAutoCommit(true);
            try {
                log.begin(connection);
            } finally {
                connection.setAutoCommit(false);
            }
            found = new ChangeLog.Found(0, true, null, false);
        }
        seen = log.fingerprint(connection, plan.compares());
        goesOn = last.map(FeedBatch::seen).filter(seen::equals).isPresent();
        long kept = log.held(connection);
        if (kept > plan.feed().get(FeedKeys.KEPT_LOG_BYTES)) {
            LOG.warn(
                    "Flow {}: the server keeps {} MB of its log for replication slot {}; its disk may fill up, or the log be lost, unless"
                            + " batches succeed more often",
                    plan.flow(),
                    kept / 1_000_000,
                    log.name());
        }
    }

    /** What the log and its table are, for the next batch; null where the flow does not go by it. */
    String seen() {
        return seen;
    }

    /** Nobody would confirm it, and the server would keep all of its log. */
    private void end() throws SQLException {
        Optional<ChangeLog> unused = plan.source()
                .database()
                .changes()
                .orElseThrow()
                .log(connection, plan.source().relation(), plan.tables().schema(), plan.flow());
        if (unused.isPresent() && unused.get().isThere(connection)) {
            unused.get().drop(connection);
            connection.commit();
        }
    }

    private String lost(ChangeLog.State state, FeedBatch last) {
        return "the log of " + plan.source().location() + " is lost: "
                + (state == ChangeLog.State.ABSENT
                        ? "replication slot " + log.name() + " is gone"
                        : "the server has removed what replication slot " + log.name()
                                + " had not read, or publication " + log.name() + " does not tell all of the table")
                + "; what has changed since batch " + last.id() + " is not known; waybill run " + plan.flow()
                + " --compare-all compares all rows, and begins it anew";
    }

    /**
     * Reads which rows were touched.
     *
     * @param types the types of the columns, by their names
     * @param method how the batch is to tell changes
     * @return how it can
     */
    Method read(Map<String, String> types, Method method) throws SQLException {
        if (log == null) {
            return method;
        }
        if (found == null) {
            found = log.read(
                    connection,
                    plan.key().stream().map(SourceColumn::name).toList(),
                    plan.key().stream().map(column -> types.get(column.name())).toList());
        }
        if (found.isMore()) {
            LOG.info("Flow {}: the log has more than is read at once; the next batch goes on", plan.flow());
        }
        return goesOn && !found.isUnclear() ? method : Method.CHECK;
    }

    /** Lets the server forget what was read. The batch is written, whatever comes of it. */
    void confirm() {
        if (log == null || found.place() == null) {
            return;
        }
        try {
            log.confirm(connection, found.place());
            connection.commit();
        } catch (SQLException e) {
            LOG.warn(
                    "Flow {}: the log is not confirmed, and the next batch looks at the same rows again: {}",
                    plan.flow(),
                    e.getMessage());
        }
    }
}
