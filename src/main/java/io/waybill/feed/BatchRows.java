package io.waybill.feed;

import io.waybill.database.Ask;
import io.waybill.database.ChangeSql;
import io.waybill.facts.BatchFacts;
import io.waybill.feed.FeedBatch.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The batches of a feed, in the table that says which are written: a batch is there or not, whatever the ledger knows of its run.
 *
 * @param tables the feed's
 */
public record BatchRows(Connection connection, ChangeSql sql, FeedTables tables) {

    static final String COLUMNS = "xt_batch_id bigint NOT NULL PRIMARY KEY, run_id varchar(100) NOT NULL,"
            + " method varchar(20) NOT NULL, new_rows bigint NOT NULL, changed_rows bigint NOT NULL,"
            + " deleted_rows bigint NOT NULL, unchanged_rows bigint NOT NULL, written_rows bigint NOT NULL, ";

    private static final String READ =
            "SELECT xt_batch_id, run_id, method, new_rows, changed_rows, deleted_rows, unchanged_rows, written_rows FROM ";

    private String table() {
        return sql.qualified(tables.schema(), tables.batches());
    }

    /** Whether the flow has run here. */
    public boolean areThere() throws SQLException {
        return Ask.first(connection, sql.comment(), row -> true, tables.schema(), tables.batches()) != null;
    }

    /** The last batch. */
    public Optional<FeedBatch> latest() throws SQLException {
        return first("WHERE xt_batch_id = (SELECT MAX(xt_batch_id) FROM " + table() + ")");
    }

    /** The batch of that number. */
    public Optional<FeedBatch> of(long id) throws SQLException {
        return first("WHERE xt_batch_id = ?", id);
    }

    /** The batch that a run has written. */
    public Optional<FeedBatch> ofRun(String runId) throws SQLException {
        return first("WHERE run_id = ?", runId);
    }

    private Optional<FeedBatch> first(String condition, Object... parameters) throws SQLException {
        return Optional.ofNullable(
                Ask.first(connection, READ + table() + " " + condition, BatchRows::read, parameters));
    }

    private static FeedBatch read(ResultSet row) throws SQLException {
        return new FeedBatch(
                row.getLong(1),
                row.getString(2),
                Method.valueOf(row.getString(3)),
                new BatchFacts(row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7)),
                row.getLong(8));
    }

    /** How many batches there are since the last one that compared all columns of all rows; -1 where there is none. */
    long sinceCheck() throws SQLException {
        return Ask.first(
                connection,
                "SELECT CASE WHEN MAX(CASE WHEN method = 'CHECK' THEN xt_batch_id END) IS NULL THEN -1 ELSE"
                        + " SUM(CASE WHEN xt_batch_id > (SELECT MAX(xt_batch_id) FROM " + table()
                        + " WHERE method = 'CHECK') THEN 1 ELSE 0 END) END FROM " + table(),
                row -> row.getLong(1));
    }

    /** Begins a batch: whoever else writes one of that number waits, and fails then. */
    void begin(long id, String runId, Method method, boolean isFollowed) throws SQLException {
        update(
                "INSERT INTO " + table() + " (xt_batch_id, run_id, method, new_rows, changed_rows, deleted_rows,"
                        + " unchanged_rows, written_rows, xt_valid_from, followed_at)"
                        + " VALUES (?, ?, ?, 0, 0, 0, 0, 0, CURRENT_TIMESTAMP(6), "
                        + (isFollowed ? "NULL" : "CURRENT_TIMESTAMP(6)") + ")",
                id,
                runId,
                method.name());
    }

    /** Says what it came to. */
    void end(FeedBatch batch) throws SQLException {
        update(
                "UPDATE " + table() + " SET new_rows = ?, changed_rows = ?, deleted_rows = ?, unchanged_rows = ?,"
                        + " written_rows = ? WHERE xt_batch_id = ?",
                batch.counts().newRows(),
                batch.counts().changedRows(),
                batch.counts().deletedRows(),
                batch.counts().unchangedRows(),
                batch.rows(),
                batch.id());
    }

    /** How many changes there are that the flows behind this one have not run after. */
    public long notFollowed() throws SQLException {
        return Ask.first(
                connection,
                "SELECT COALESCE(SUM(new_rows + changed_rows + deleted_rows), 0) FROM " + table()
                        + " WHERE followed_at IS NULL",
                row -> row.getLong(1));
    }

    /** Notes that they have, after all batches up to that one. */
    public void followed(long id) throws SQLException {
        update(
                "UPDATE " + table() + " SET followed_at = CURRENT_TIMESTAMP(6) WHERE followed_at IS NULL"
                        + " AND xt_batch_id <= ?",
                id);
    }

    private void update(String statement, Object... parameters) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            Ask.bind(prepared, Arrays.asList(parameters));
            prepared.executeUpdate();
        }
    }
}
