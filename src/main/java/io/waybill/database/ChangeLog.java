package io.waybill.database;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What PostgreSQL's own log says of a table since the last time it was asked: which rows were touched. What they hold is read from the
 * table; so a row that is read once too often is found to be what it was, and nothing depends on how the log writes values. A replication
 * slot keeps the log on the server until {@link #confirm}. Its plug-in is pgoutput, which each PostgreSQL has; a publication says which table.
 */
public final class ChangeLog {

    /** The table of a batch that holds the keys of rows that were touched, as {@code k0}, {@code k1}, … */
    public static final String TOUCHED = "waybill_touched";

    private static final String PLUGIN = "pgoutput";

    /** So many messages at once; the next batch goes on. */
    private static final int MOST_MESSAGES = 1_000_000;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int ROWS_AT_ONCE = 5_000;

    /** A slot is made when all transactions have ended that were open. */
    private static final int SECONDS_TO_MAKE = 60;

    /** What there is of it on the server. */
    public enum State {
        /** Nothing: it was never begun, or removed. */
        ABSENT,
        /** It goes on where it was confirmed last. */
        WHOLE,
        /** The server has removed a part of it that was not read yet, or it does not say all of the table. */
        LOST
    }

    /**
     * What was found.
     *
     * @param rows how many times a row was touched
     * @param isUnclear whether all rows have to be compared: the table was emptied by TRUNCATE, or the log does not say which row it was
     * @param place what {@link #confirm} is told once the batch is committed; null where nothing is to be confirmed
     * @param isMore whether there was more than is read at once
     */
    public record Found(long rows, boolean isUnclear, String place, boolean isMore) {}

    private final String relation;
    private final String flow;
    private final String name;

    /**
     * @param relation the table, with its schema and in quotes
     * @param flow the id of the flow whose log it is
     * @param place the database and the schema that the flow has its tables in; slots are the server's, not a database's
     */
    ChangeLog(String relation, String flow, String place) {
        this.relation = relation;
        this.flow = flow;
        this.name = name(flow, place);
    }

    /** 63 letters at most, small ones, digits and underscores. */
    private static String name(String flow, String place) {
        String readable = flow.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return "waybill_" + readable.substring(0, Math.min(readable.length(), 44)) + "_"
                + digest(place + "/" + flow, 4);
    }

    private static String digest(String text, int bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** The name of the replication slot, and of the publication. */
    public String name() {
        return name;
    }

    /**
     * Why the log cannot tell all changes of the table; null where it can.
     *
     * @param key the columns of the key
     */
    public String problem(Connection connection, List<String> key) throws SQLException {
        return new LoggedTable(relation).problem(connection, key);
    }

    /**
     * What the log and its table are: which beginning of the log it is, the files of the table and its partitions, its columns. Where it
     * differs from what it was at the last batch (a partition is emptied or put in, a column is added), the log does not tell all.
     *
     * @param compares what else has to be as it was
     * @return 64 hexadecimal digits
     */
    public String fingerprint(Connection connection, String compares) throws SQLException {
        List<String> facts = new ArrayList<>(List.of(compares));
        facts.addAll(Ask.all(
                connection,
                "SELECT obj_description(oid, 'pg_publication') FROM pg_catalog.pg_publication WHERE pubname = ?",
                row -> row.getString(1),
                name));
        facts.addAll(new LoggedTable(relation).facts(connection));
        return digest(String.join("\n", facts), 32);
    }

    /** What there is of it. */
    public State state(Connection connection) throws SQLException {
        String found = Ask.first(
                connection,
                "SELECT coalesce(wal_status, '') FROM pg_catalog.pg_replication_slots WHERE slot_name = ?",
                row -> row.getString(1),
                name);
        if (found == null) {
            return State.ABSENT;
        }
        return found.equals("lost") || !isPublished(connection) ? State.LOST : State.WHOLE;
    }

    /** Whether there is a slot, or a publication. */
    public boolean isThere(Connection connection) throws SQLException {
        return Ask.first(
                connection,
                "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_replication_slots WHERE slot_name = ?)"
                        + " OR EXISTS (SELECT 1 FROM pg_catalog.pg_publication WHERE pubname = ?)",
                row -> row.getBoolean(1),
                name,
                name);
    }

    /** A table that was made anew is not published, and a publication may leave changes out. */
    private boolean isPublished(Connection connection) throws SQLException {
        return Ask.first(
                connection,
                "SELECT count(*) FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_rel t ON t.prpubid = p.oid"
                        + " WHERE p.pubname = ? AND t.prrelid = CAST(? AS regclass)"
                        + " AND p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate",
                row -> row.getInt(1) > 0,
                name,
                relation);
    }

    /** The bytes of the log that the server keeps for it. */
    public long held(Connection connection) throws SQLException {
        Long held = Ask.first(
                connection,
                "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)"
                        + " FROM pg_catalog.pg_replication_slots WHERE slot_name = ?",
                row -> row.getLong(1),
                name);
        return held == null ? 0 : held;
    }

    /**
     * Begins it anew: what is committed from now on is told. Outside a transaction.
     *
     * @throws WaybillException when the server or a right is against it
     */
    public void begin(Connection connection) throws SQLException {
        try {
            drop(connection);
            Ask.execute(
                    connection,
                    "CREATE PUBLICATION " + name + " FOR TABLE " + relation
                            + " WITH (publish_via_partition_root = true)");
            Ask.execute(
                    connection,
                    "COMMENT ON PUBLICATION " + name + " IS 'what changes, for flow " + flow
                            + " of Waybill; a replication slot has its name; begun as " + UUID.randomUUID() + "'");
            try (PreparedStatement make = connection.prepareStatement(
                    "SELECT pg_catalog.pg_create_logical_replication_slot(?, '" + PLUGIN + "')")) {
                make.setString(1, name);
                make.setQueryTimeout(SECONDS_TO_MAKE);
                make.execute();
            }
        } catch (SQLException e) {
            throw new WaybillException(
                    Stage.PLAN,
                    "the log of " + new LoggedTable(relation).shown() + " cannot be read: " + e.getMessage()
                            + "; it takes the right REPLICATION, the table's owner, a server that is no standby, a free one of"
                            + " max_replication_slots, and that the transactions that are open end within "
                            + SECONDS_TO_MAKE + " s",
                    e);
        }
    }

    /** Removes what there is of it from the server. Outside a transaction. */
    public void drop(Connection connection) throws SQLException {
        Ask.first(
                connection,
                "SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots"
                        + " WHERE slot_name = ?",
                row -> "",
                name);
        Ask.execute(connection, "DROP PUBLICATION IF EXISTS " + name);
    }

    /**
     * Puts the keys of the rows that were touched since {@link #confirm} into {@link #TOUCHED}, a table of this transaction. That has a
     * snapshot: all that is committed in it is named, and nothing is confirmed that is not in it.
     *
     * @param key the columns of the key
     * @param types their types
     */
    public Found read(Connection connection, List<String> key, List<String> types) throws SQLException {
        String end = end(connection); // before this transaction writes anything itself
        Ask.execute(connection, "DROP TABLE IF EXISTS pg_temp." + TOUCHED);
        Ask.execute(
                connection,
                "CREATE TEMP TABLE " + TOUCHED + " (" + each(key, i -> "k" + i + " " + types.get(i) + " NOT NULL")
                        + ") ON COMMIT DROP");
        TouchedRows touched = new TouchedRows(key);
        long rows = 0;
        long messages = 0;
        try (PreparedStatement peek = connection.prepareStatement(
                        "SELECT data FROM pg_catalog.pg_logical_slot_peek_binary_changes(?, CAST(? AS pg_lsn), "
                                + MOST_MESSAGES + ", 'proto_version', '1', 'publication_names', ?)");
                PreparedStatement keep = connection.prepareStatement("INSERT INTO " + TOUCHED + " SELECT "
                        + each(key, i -> "CAST(v" + i + " AS " + types.get(i) + ")") + " FROM unnest("
                        + each(key, i -> "CAST(? AS text[])") + ") AS u(" + each(key, i -> "v" + i) + ")")) {
            peek.setString(1, name);
            peek.setString(2, end);
            peek.setString(3, name);
            peek.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet each = peek.executeQuery()) {
                while (each.next()) {
                    touched.read(ByteBuffer.wrap(each.getBytes(1)));
                    messages++;
                    if (touched.size() >= ROWS_AT_ONCE) {
                        rows += keep(connection, keep, touched.take());
                    }
                }
            }
            rows += keep(connection, keep, touched.take());
        }
        Ask.execute(connection, "ANALYZE " + TOUCHED);
        boolean isMore = messages >= MOST_MESSAGES;
        return new Found(rows, touched.isUnclear(), place(connection, touched, isMore ? null : end), isMore);
    }

    /** As far as the log is written, with all that the snapshot sees: some commit before it is, and it follows within three rounds. */
    private static String end(Connection connection) throws SQLException {
        record Place(String written, boolean isFar) {}
        String inserted =
                Ask.first(connection, "SELECT pg_catalog.pg_current_wal_insert_lsn()", row -> row.getString(1));
        long rounds = Ask.first(
                connection,
                "SELECT 3 * CAST(setting AS integer) FROM pg_catalog.pg_settings WHERE name = 'wal_writer_delay'",
                row -> row.getLong(1));
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(rounds);
        while (true) {
            Place place = Ask.first(
                    connection,
                    "SELECT lsn, lsn >= CAST(? AS pg_lsn) FROM pg_catalog.pg_current_wal_flush_lsn() AS lsn",
                    row -> new Place(row.getString(1), row.getBoolean(2)),
                    inserted);
            if (place.isFar() || System.nanoTime() - until > 0) {
                return place.written();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static String each(List<String> key, java.util.function.IntFunction<String> text) {
        return IntStream.range(0, key.size()).mapToObj(text).collect(Collectors.joining(", "));
    }

    private static int keep(Connection connection, PreparedStatement keep, List<List<String>> rows)
            throws SQLException {
        if (rows.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < rows.get(0).size(); i++) {
            int column = i;
            keep.setArray(
                    i + 1,
                    connection.createArrayOf(
                            "text", rows.stream().map(row -> row.get(column)).toArray()));
        }
        keep.executeUpdate();
        return rows.size();
    }

    /**
     * The log has a transaction a moment before others see what it has written, and for longer where its commit waits for a standby. It is
     * confirmed as far as the first of those.
     */
    private static String place(Connection connection, TouchedRows touched, String end) throws SQLException {
        String snapshot =
                Ask.first(connection, "SELECT CAST(pg_catalog.pg_current_snapshot() AS text)", row -> row.getString(1));
        String[] parts = snapshot.split(":", -1);
        int next = (int) Long.parseLong(parts[1]);
        List<Integer> open = parts[2].isEmpty()
                ? List.of()
                : List.of(parts[2].split(",")).stream()
                        .map(xid -> (int) Long.parseLong(xid))
                        .toList();
        long last = 0;
        for (TouchedRows.Committed transaction : touched.transactions()) {
            // numbers of transactions begin anew when all are used up
            if (transaction.xid() - next >= 0 || open.contains(transaction.xid())) {
                return text(last);
            }
            last = transaction.end();
        }
        return end == null ? text(last) : end;
    }

    private static String text(long place) {
        return place == 0 ? null : Long.toHexString(place >>> 32) + "/" + Long.toHexString(place & 0xFFFF_FFFFL);
    }

    /**
     * Lets the server forget what was read; the batch that it led to is committed.
     *
     * @param place what {@link #read} has found; nothing happens where it is null
     */
    public void confirm(Connection connection, String place) throws SQLException {
        if (place != null) {
            Ask.first(
                    connection,
                    "SELECT pg_catalog.pg_replication_slot_advance(?, CAST(? AS pg_lsn))",
                    row -> "",
                    name,
                    place);
        }
    }
}
