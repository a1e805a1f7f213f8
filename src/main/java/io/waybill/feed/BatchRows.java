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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The batches of a feed, in the table that says which are written: a batch is there or not, whatever the ledger knows of its run.
 *
 * @param tables the feed's
 */
public record BatchRows(Connection connection, ChangeSql sql, FeedTables tables) {

    private static final String ID = "xt_batch_id";
    private static final String RUN = "run_id";
    private static final String METHOD = "method";
    private static final String SEEN = "log_seen";
    private static final String FOLLOWED = "followed_at";
    private static final List<String> COUNTS =
            List.of("new_rows", "changed_rows", "deleted_rows", "unchanged_rows", "written_rows");

    private static final String NOW = "CURRENT_TIMESTAMP(6)";

    /** The columns of the table, as it is made. */
    static Map<String, FeedColumn> columns(ChangeSql sql) {
        Map<String, FeedColumn> columns = new LinkedHashMap<>();
        columns.put(ID, new FeedColumn("bigint", true));
        columns.put(RUN, new FeedColumn("varchar(100)", true));
        columns.put(METHOD, new FeedColumn("varchar(20)", true));
        columns.put(SEEN, new FeedColumn("varchar(64)", false));
        COUNTS.forEach(count -> columns.put(count, new FeedColumn("bigint", true)));
        columns.put("xt_valid_from", new FeedColumn(sql.timeType(), true));
        columns.put(FOLLOWED, new FeedColumn(sql.timeType(), false));
        return columns;
    }

    static String key(ChangeSql sql) {
        return "PRIMARY KEY (" + sql.quote(ID) + ")";
    }

    private String quoted(List<String> names) {
        return names.stream().map(sql::quote).collect(Collectors.joining(", "));
    }

    private String table() {
        return sql.qualified(tables.schema(), tables.batches());
    }

    /** Whether the flow has run here. */
    public boolean areThere() throws SQLException {
        return tables.existing(connection, sql).contains(tables.batches());
    }

    /** The last batch. */
    public Optional<FeedBatch> latest() throws SQLException {
        return first("WHERE " + sql.quote(ID) + " = (SELECT MAX(" + sql.quote(ID) + ") FROM " + table() + ")");
    }

    /** The batch of that number. */
    public Optional<FeedBatch> of(long id) throws SQLException {
        return first("WHERE " + sql.quote(ID) + " = ?", id);
    }

    /** How many of the batches above one and up to another have rows. */
    public long withRows(long after, long upTo) throws SQLException {
        String id = sql.quote(ID);
        return Ask.first(
                connection,
                "SELECT COUNT(*) FROM " + table() + " WHERE " + id + " > ? AND " + id + " <= ? AND "
                        + sql.quote("written_rows") + " > 0",
                row -> row.getLong(1),
                after,
                upTo);
    }

    /** The batch that a run has written. */
    public Optional<FeedBatch> ofRun(String runId) throws SQLException {
        return first("WHERE " + sql.quote(RUN) + " = ?", runId);
    }

    private Optional<FeedBatch> first(String condition, Object... parameters) throws SQLException {
        String read =
                "SELECT " + quoted(List.of(ID, RUN, METHOD, SEEN)) + ", " + quoted(COUNTS) + " FROM " + table() + " ";
        return Optional.ofNullable(Ask.first(connection, read + condition, BatchRows::read, parameters));
    }

    private static FeedBatch read(ResultSet row) throws SQLException {
        return new FeedBatch(
                row.getLong(1),
                row.getString(2),
                Method.valueOf(row.getString(3)),
                row.getString(4),
                new BatchFacts(row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8)),
                row.getLong(9));
    }

    /** How many batches there are since the last one that compared columns of all rows; -1 where there is none. */
    long sinceCheck() throws SQLException {
        String id = sql.quote(ID);
        Long last = Ask.first(
                connection,
                "SELECT MAX(" + id + ") FROM " + table() + " WHERE " + sql.quote(METHOD) + " = ?",
                row -> row.getObject(1) == null ? null : Long.valueOf(row.getLong(1)),
                Method.CHECK.name());
        return last == null
                ? -1
                : Ask.first(
                        connection,
                        "SELECT COUNT(*) FROM " + table() + " WHERE " + id + " > ?",
                        row -> row.getLong(1),
                        last);
    }

    /** Begins a batch: whoever else writes one of that number waits, and fails then. */
    void begin(long id, String runId, Method method, String seen, boolean isFollowed) throws SQLException {
        update(
                "INSERT INTO " + table() + " (" + quoted(List.of(ID, RUN, METHOD, SEEN)) + ", " + quoted(COUNTS) + ", "
                        + quoted(List.of("xt_valid_from", FOLLOWED)) + ") VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0, " + NOW
                        + ", "
                        + (isFollowed ? "NULL" : NOW) + ")",
                id,
                runId,
                method.name(),
                seen);
    }

    /** Says what it came to. */
    void end(FeedBatch batch) throws SQLException {
        update(
                "UPDATE " + table() + " SET "
                        + COUNTS.stream()
                                .map(count -> sql.quote(count) + " = ?")
                                .collect(Collectors.joining(", "))
                        + " WHERE " + sql.quote(ID) + " = ?",
                batch.counts().newRows(),
                batch.counts().changedRows(),
                batch.counts().deletedRows(),
                batch.counts().unchangedRows(),
                batch.rows(),
                batch.id());
    }

    /** How many changes there are that the flows behind this one have not run after. */
    public long notFollowed() throws SQLException {
        String changes = COUNTS.subList(0, 3).stream().map(sql::quote).collect(Collectors.joining(" + "));
        return Ask.first(
                connection,
                "SELECT COALESCE(SUM(" + changes + "), 0) FROM " + table() + " WHERE " + sql.quote(FOLLOWED)
                        + " IS NULL",
                row -> row.getLong(1));
    }

    /** Notes that they have, after all batches up to that one. */
    public void followed(long id) throws SQLException {
        update(
                "UPDATE " + table() + " SET " + sql.quote(FOLLOWED) + " = " + NOW + " WHERE " + sql.quote(FOLLOWED)
                        + " IS NULL AND " + sql.quote(ID) + " <= ?",
                id);
    }

    private void update(String statement, Object... parameters) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            Ask.bind(prepared, Arrays.asList(parameters));
            prepared.executeUpdate();
        }
    }
}
