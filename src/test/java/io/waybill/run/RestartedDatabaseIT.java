package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.Watermark;
import io.waybill.route.step.WaybillComponent;
import io.waybill.servers.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What happens in the middle of a run: the database server is restarted that holds the rows, or the one that holds the ledger, or another process
 * takes the run over.
 */
class RestartedDatabaseIT {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{run_id}.csv"
            since_last_export = true
            """;

    /** PostgreSQL's number of the lock that rows wait for. */
    private static final int GATE = 501;

    @TempDir
    private Path folder;

    private final int port = Ports.free();

    private EmbeddedPostgres server() throws IOException {
        return TestDatabases.server()
                .setPort(port)
                .setDataDirectory(folder.resolve("server"))
                .setCleanDataDirectory(false)
                .start();
    }

    private static HikariDataSource pool(EmbeddedPostgres server) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
        pool.setUsername("postgres");
        pool.setConnectionTimeout(2000);
        return pool;
    }

    private static Ledger ledger(FlowHarness harness) {
        return harness.context().getComponent("waybill", WaybillComponent.class).ledger();
    }

    /**
     * A run that reads, and does not come to its end before the gate is opened.
     *
     * @param gate opens when it is closed; one that nobody knows any more is closed by the driver
     */
    private record Reading(CompletableFuture<RunResult> run, Connection gate) {}

    private Reading startReading(FlowHarness harness, HikariDataSource database) throws Exception {
        makeGatedRows(database);
        harness.load("t.toml", FLOW);
        Connection gate = closeGate(database);
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(() -> {
            try {
                return harness.fail("t");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> run.isDone() || Files.isDirectory(folder.resolve("out/.waybill")));
        return new Reading(run, gate);
    }

    /** Rows of which the 501st waits for a gate. A lock, and not a row: what a query sees was settled when it began. */
    private void makeGatedRows(HikariDataSource database) throws Exception {
        TestDatabases.execute(
                database,
                "CREATE TABLE numbers AS SELECT n FROM generate_series(1, 3000) n",
                // called immutable, or asking for the highest n would wait for all rows
                "CREATE FUNCTION gated(n integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN IF n = 501 THEN"
                        + " PERFORM pg_advisory_xact_lock_shared(" + GATE + "); END IF; RETURN true; END'",
                "CREATE VIEW t AS SELECT n, gated(n) AS x FROM numbers");
        Files.writeString(
                folder.resolve("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"n\"\n");
    }

    private static Connection closeGate(HikariDataSource database) throws SQLException {
        // not the pool's, which would keep the connection, and the lock with it
        Connection gate =
                DriverManager.getConnection(database.getJdbcUrl(), database.getUsername(), database.getPassword());
        try (Statement statement = gate.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + GATE + ")");
        }
        return gate;
    }

    @Test
    void theNextRunMakesItWhole() throws Exception {
        EmbeddedPostgres server = server();
        HikariDataSource database = pool(server);
        try (FlowHarness harness = new FlowHarness(folder, database)) {
            Reading reading = startReading(harness, database);

            server.close();
            reading.gate().close();

            assertThat(reading.run().get().error())
                    .startsWith("reading failed after ")
                    .hasLineCount(1);
            assertThat(folder.resolve("out")).isEmptyDirectory();
            assertThat(ledger(harness).watermarks().find("t")).isEmpty();

            server = server();
            database.getHikariPoolMXBean().softEvictConnections();
            TestDatabases.execute(database, "INSERT INTO numbers VALUES (3001)");
            RunResult next = harness.run("t");

            assertThat(next.rows()).isEqualTo(3_001);
            assertThat(ledger(harness).watermarks().find("t").map(Watermark::value))
                    .contains("3001");
            assertThat(ledger(harness).runs("t", null, 10))
                    .extracting(RunEntry::status)
                    .containsExactlyInAnyOrder(Status.DONE, Status.FAILED);
        } finally {
            database.close();
            server.close();
        }
    }

    /** As where the process slept before it made its folder, and wakes up when another has gone on with its flow. */
    @Test
    void aRunThatWasTakenOverMeanwhileLeavesNothing() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                HikariDataSource ledgerDatabase = TestDatabases.postgres();
                FlowHarness harness = new FlowHarness(folder, database, ledgerDatabase)) {
            Reading reading = startReading(harness, database);

            TestDatabases.execute(ledgerDatabase, "DELETE FROM waybill_lock");
            reading.gate().close();

            assertThat(reading.run().get().error()).contains("another process has cleaned up after it");
            assertThat(folder.resolve("out")).isEmptyDirectory();
        }
    }

    @Test
    void aLedgerThatIsRestartedIsWhereItWas() throws Exception {
        EmbeddedPostgres server = server();
        try (HikariDataSource database = TestDatabases.postgres();
                HikariDataSource ledgerDatabase = pool(server);
                FlowHarness harness = new FlowHarness(folder, database, ledgerDatabase)) {
            Reading reading = startReading(harness, database);
            String runId = ledger(harness).runs("t", Status.RUNNING, 1).get(0).runId();

            server.close();
            reading.gate().close(); // the rows are read to their end, and cannot be recorded as staged

            assertThat(reading.run().get().error())
                    .startsWith("the ledger failed: ")
                    .hasLineCount(1);
            server = server();
            TestDatabases.execute(database, "INSERT INTO numbers VALUES (3001)");
            // the process lives, and knows that the run is its own; the next one of another does so once the lease is
            // over, which it is again after a renewal that waited for the server
            RunResult next = await().ignoreExceptionsInstanceOf(FlowHeldException.class)
                    .until(
                            () -> {
                                TestDatabases.execute(
                                        ledgerDatabase,
                                        "UPDATE waybill_lock SET lease_until_ms = 0, lease_boot_ms = 0");
                                return harness.run("t");
                            },
                            Objects::nonNull);
            assertThat(next.rows()).isEqualTo(3_001);

            assertThat(ledger(harness).find(runId).get(0).status()).isEqualTo(Status.INTERRUPTED);
            assertThat(folder.resolve("out/.waybill")).doesNotExist();
        } finally {
            server.close();
        }
    }
}
