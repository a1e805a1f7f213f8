package io.waybill.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.WaybillException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeLogIT {

    private static final List<String> KEY = List.of("region", "id");
    private static final List<String> TYPES = List.of("text", "bigint");

    private final HikariDataSource database = TestDatabases.postgres();
    private final ChangeLog log = log("t");

    ChangeLogIT() {
        // the server of the tests is told to commit before its log is written, which a log has to wait for
        execute("ALTER DATABASE " + name() + " SET synchronous_commit = on");
        database.getHikariPoolMXBean().softEvictConnections();
        TestDatabases.execute(
                database, "CREATE TABLE t (id bigint, region text, amount int, note text, PRIMARY KEY (id, region))");
    }

    @AfterEach
    void removeSlot() throws SQLException {
        try (Connection connection = database.getConnection()) {
            log.drop(connection);
            assertThat(log.state(connection)).isEqualTo(ChangeLog.State.ABSENT);
        }
        database.close();
    }

    private ChangeLog log(String table) {
        return new ChangeLog("\"public\".\"" + table + "\"", "Orders-Feed", database.getJdbcUrl());
    }

    @Test
    void rowsThatWereTouchedAreNamedUntilTheyAreConfirmed() throws SQLException {
        execute("INSERT INTO t VALUES (1, 'before', 1, '')");
        begin();
        execute("INSERT INTO t VALUES (1, 'südlich', 1, 'x'), (2, 'a''b', 1, 'x')");
        execute("UPDATE t SET amount = 2 WHERE id = 2");
        ChangeLog.Found found = read("(südlich,1)", "(a'b,2)", "(a'b,2)");
        assertThat(found.rows()).isEqualTo(3);
        // the batch that it led to was not committed
        read("(südlich,1)", "(a'b,2)", "(a'b,2)");
        confirm(found);
        read();
        execute("UPDATE t SET id = 7 WHERE id = 2", "DELETE FROM t WHERE id = 1");
        read("(a'b,7)", "(a'b,2)", "(südlich,1)", "(before,1)");
    }

    @Test
    void whatWasTakenBackIsNotThere() throws SQLException {
        begin();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            Ask.execute(connection, "INSERT INTO t VALUES (1, 'a', 1, '')");
            read();
            connection.rollback();
            connection.setAutoCommit(true);
        }
        read();
    }

    @Test
    void aTransactionThatOthersDoNotSeeYetIsNotConfirmed() throws Exception {
        begin();
        execute("INSERT INTO t VALUES (1, 'seen', 1, '')");
        CompletableFuture<Void> writer;
        CompletableFuture<Void> probes;
        execute(
                "CREATE TABLE probe (n integer)",
                "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
                "SELECT pg_reload_conf()");
        try (Connection connection = database.getConnection()) {
            // a process of the server takes note of that, some time later
            AtomicBoolean isNoted = new AtomicBoolean();
            probes = CompletableFuture.runAsync(() -> {
                while (!isNoted.get()) {
                    execute("INSERT INTO probe VALUES (1)");
                }
            });
            await().until(() -> waiting(connection) == 1);
            isNoted.set(true);
            writer = CompletableFuture.runAsync(() -> execute("INSERT INTO t VALUES (2, 'unseen', 1, '')"));
            await().until(() -> waiting(connection) == 2);
            ChangeLog.Found found = read("(seen,1)", "(unseen,2)");
            assertThat(Ask.all(connection, "SELECT region FROM t", row -> row.getString(1)))
                    .containsExactly("seen");
            confirm(found);
            read("(unseen,2)");
        } finally {
            execute(
                    "SET synchronous_commit = local",
                    "ALTER SYSTEM RESET synchronous_standby_names",
                    "SELECT pg_reload_conf()",
                    "RESET synchronous_commit");
        }
        CompletableFuture.allOf(probes, writer).join();
        confirm(read("(unseen,2)"));
        read();
    }

    /** How many have committed what others do not see yet. */
    private static int waiting(Connection connection) throws SQLException {
        return Ask.first(
                connection, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'", row -> row.getInt(1));
    }

    @Test
    void aTruncatedTableIsToBeComparedWhole() throws SQLException {
        execute("INSERT INTO t VALUES (1, 'a', 1, '')");
        begin();
        execute("TRUNCATE t", "INSERT INTO t VALUES (2, 'a', 1, '')");
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            assertThat(log.read(connection, KEY, TYPES).isUnclear()).isTrue();
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Test
    void aLongKeyThatHasNotChangedIsKnown() throws SQLException {
        String region = "md5(1::text)";
        String key = "SELECT string_agg(md5(i::text), '') FROM generate_series(1, 80) i";
        execute("ALTER TABLE t ALTER region SET STORAGE EXTERNAL");
        execute("INSERT INTO t SELECT 1, (" + key + "), 1, " + region);
        begin();
        execute("UPDATE t SET amount = 2");
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            assertThat(log.read(connection, KEY, TYPES).isUnclear()).isFalse();
            assertThat(Ask.all(
                            connection,
                            "SELECT count(*) FROM t WHERE (region, id) IN (SELECT k0, k1 FROM waybill_touched)",
                            row -> row.getInt(1)))
                    .containsExactly(1);
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Test
    void partitionsAreTheirTable() throws SQLException {
        ChangeLog parts = log("parts");
        execute(
                "CREATE TABLE parts (id bigint, region text, PRIMARY KEY (id, region)) PARTITION BY LIST (region)",
                "CREATE TABLE parts_a PARTITION OF parts FOR VALUES IN ('a')",
                "CREATE TABLE parts_b PARTITION OF parts FOR VALUES IN ('b')");
        try (Connection connection = database.getConnection()) {
            assertThat(parts.problem(connection, KEY)).isNull();
            parts.begin(connection);
        }
        execute("INSERT INTO parts VALUES (1, 'a')", "UPDATE parts SET region = 'b'");
        read(parts, "(a,1)", "(a,1)", "(b,1)");
    }

    @Test
    void aTableWhoseLogDoesNotSayAllIsRefused() throws SQLException {
        execute(
                "CREATE TABLE other_key (region text, id bigint, code int PRIMARY KEY)",
                "CREATE UNLOGGED TABLE unlogged (region text, id bigint, PRIMARY KEY (region, id))",
                "CREATE VIEW v AS SELECT * FROM t");
        assertThat(problem("t")).isNull();
        assertThat(problem("v")).isEqualTo("public.v is no table, and the log speaks of tables alone");
        assertThat(problem("unlogged")).isEqualTo("public.unlogged is not logged");
        assertThat(problem("other_key"))
                .isEqualTo(
                        "the log does not name the key (region, id) of rows that are deleted; make it the primary key of"
                                + " public.other_key, or set its REPLICA IDENTITY to an index of it or to FULL");
        execute("ALTER TABLE other_key REPLICA IDENTITY FULL");
        assertThat(problem("other_key")).isNull();
    }

    @Test
    void aTableWhoseOwnersCouldNotUpdateItAnyMoreIsRefused() throws SQLException {
        execute(
                "CREATE TABLE later (region text, id bigint, PRIMARY KEY (region, id) DEFERRABLE)",
                "CREATE TABLE whole (region text, id bigint) PARTITION BY LIST (region)",
                "CREATE TABLE whole_a PARTITION OF whole FOR VALUES IN ('a')",
                "ALTER TABLE whole REPLICA IDENTITY FULL");
        assertThat(problem("later")).startsWith("the log does not name the key (region, id)");
        assertThat(problem("whole"))
                .isEqualTo(
                        "the log does not name the key (region, id) of rows that are deleted; make it the primary key of public.whole");
        execute("ALTER TABLE whole ADD PRIMARY KEY (region, id)", "ALTER TABLE whole_a REPLICA IDENTITY NOTHING");
        assertThat(problem("whole")).contains("make it the primary key of whole_a");
    }

    @Test
    void aTableWithHeirsOrAKeyThatTakesMoreForEqualIsRefused() throws SQLException {
        execute(
                "CREATE TABLE parent (region text, id bigint, PRIMARY KEY (region, id))",
                "CREATE TABLE child () INHERITS (parent)",
                "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE TABLE alike (region text COLLATE loose, id bigint, PRIMARY KEY (region, id))");
        assertThat(problem("parent"))
                .isEqualTo("other tables inherit from public.parent, and the log tells of partitions alone");
        assertThat(problem("alike"))
                .isEqualTo(
                        "texts or values that differ are equal in column region of the key; strategy \"check\" tells them apart");
    }

    @Test
    void aTableThatWasMadeAnewIsLost() throws SQLException {
        begin();
        assertThat(state()).isEqualTo(ChangeLog.State.WHOLE);
        execute("DROP TABLE t", "CREATE TABLE t (id bigint, region text, PRIMARY KEY (id, region))");
        assertThat(state()).isEqualTo(ChangeLog.State.LOST);
        begin();
        assertThat(state()).isEqualTo(ChangeLog.State.WHOLE);
        execute("ALTER PUBLICATION " + log.name() + " SET (publish = 'insert')");
        assertThat(state()).isEqualTo(ChangeLog.State.LOST);
    }

    @Test
    void aRightThatIsMissingIsNamed() throws SQLException {
        execute("DROP ROLE IF EXISTS plain_user", "CREATE ROLE plain_user LOGIN");
        execute("ALTER TABLE t OWNER TO plain_user", "GRANT CREATE ON DATABASE " + name() + " TO plain_user");
        try (Connection connection = database.getConnection()) {
            Ask.execute(connection, "SET ROLE plain_user");
            assertThatThrownBy(() -> log.begin(connection))
                    .isInstanceOf(WaybillException.class)
                    .hasMessageStartingWith("the log of public.t cannot be read: ERROR: permission denied")
                    .hasMessageContaining("it takes the right REPLICATION");
            Ask.execute(connection, "RESET ROLE");
        }
    }

    @Test
    void whatTheServerKeepsForItIsCounted() throws SQLException {
        begin();
        execute("INSERT INTO t SELECT i, 'a', 1, repeat('x', 1000) FROM generate_series(1, 1000) i");
        try (Connection connection = database.getConnection()) {
            assertThat(log.held(connection)).isGreaterThan(1_000_000);
        }
    }

    private String name() {
        return database.getJdbcUrl().replaceAll(".*/|\\?.*", "");
    }

    private void execute(String... statements) {
        TestDatabases.execute(database, statements);
    }

    private void begin() throws SQLException {
        try (Connection connection = database.getConnection()) {
            log.begin(connection);
        }
    }

    private ChangeLog.State state() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return log.state(connection);
        }
    }

    private String problem(String table) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return log(table).problem(connection, KEY);
        }
    }

    private void confirm(ChangeLog.Found found) throws SQLException {
        try (Connection connection = database.getConnection()) {
            log.confirm(connection, found.place());
        }
    }

    private ChangeLog.Found read(String... rows) throws SQLException {
        return read(log, rows);
    }

    private ChangeLog.Found read(ChangeLog read, String... rows) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            ChangeLog.Found found = read.read(connection, KEY, TYPES);
            assertThat(found.isUnclear()).isFalse();
            assertThat(Ask.all(
                            connection,
                            "SELECT * FROM waybill_touched",
                            row -> "(" + row.getString(1) + "," + row.getLong(2) + ")"))
                    .containsExactlyInAnyOrder(rows);
            connection.rollback();
            connection.setAutoCommit(true);
            return found;
        }
    }
}
