package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.ledger.Occasion.Due;
import io.waybill.ledger.RunEntry.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a run asks of its ledger, statement by statement: as much as the simulation of many of them takes it for, and no more with what was before. */
class IdleRunTest {

    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/{run_id}/{part}.csv"
            since_last_export = true

            [[triggers]]
            id = "hourly"
            type = "interval"
            every = "1h"
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(10), sold DATE)",
            "INSERT INTO t VALUES (1, 'a', DATE '2026-01-01')");

    @Test
    void asksWhatARealRunAsks() throws Exception {
        Map<String, Integer> real = ofARealRun();

        assertThat(real).containsEntry("DELETE FROM waybill_lock WHERE run_id = ? AND owner = ? AND fence = ?", 1);
        assertThat(ofAnIdleRun()).isEqualTo(real);
    }

    @Test
    void asksNoMoreWhereTheFilesOfManyOthersAreKept() throws Exception {
        Map<String, Integer> without = ofAnIdleRun();

        assertThat(ofAnIdleRun(
                        "INSERT INTO waybill_run (run_id, flow, owner, status, stage, mode, root, row_count, started_ms, ended_ms,"
                                + " dead_letter, kept) SELECT 'old-' || x, 'flow' || x, 'host 1 2026-01-01T00:00:00Z', 'FAILED', 'END', 'full',"
                                + " '/srv', 1, x, x, '/srv/dead-letter/' || x, 1 FROM system_range(1, 50)"))
                .isEqualTo(without);
    }

    private Map<String, Integer> ofARealRun() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(NOON.minusMillis(20));
        harness.component().setClock(((InstantSource) now::get).withZone(ZoneOffset.UTC));
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        harness.load("f.toml", FLOW);
        now.set(NOON.plusSeconds(3600).minusMillis(20)); // a run for noon begins, and the next is looked for soon
        awaitRuns(1);
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (2, 'b', DATE '2026-01-02')");
        try (Connection counting = DriverManager.getConnection(harness.ledgerUrl(), "", "")) {
            count(counting);
            now.set(NOON.plusSeconds(3601));
            awaitRuns(2);
            return counted(counting);
        }
    }

    /** By nothing that the ledger is asked for: their waybills are there, and nothing is under way. */
    private void awaitRuns(int runs) {
        await().until(() ->
                waybills() == runs && harness.component().activeRuns().isEmpty());
    }

    private long waybills() throws IOException {
        if (!Files.exists(harness.file("out"))) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(harness.file("out"))) {
            return files.filter(file -> file.toString().endsWith(".waybill.json"))
                    .count();
        }
    }

    private static Map<String, Integer> ofAnIdleRun(String... before) throws Exception {
        DataSource database = TestLedgers.h2();
        try (Ledger ledger = Ledger.open(database, Clock.systemUTC(), null);
                Connection counting = database.getConnection()) {
            IdleRun run = new IdleRun(ledger, "f", 3);
            run.run(new Due("f.trigger.hourly", NOON), "run-1");
            TestDatabases.execute(database, before);
            count(counting);
            run.run(new Due("f.trigger.hourly", NOON.plusSeconds(3600)), "run-2");
            Map<String, Integer> counted = counted(counting);
            assertThat(ledger.runs("f", Status.DONE, 3)).hasSize(2);
            return counted;
        }
    }

    private static void count(Connection ledger) throws SQLException {
        try (Statement statement = ledger.createStatement()) {
            statement.execute("SET QUERY_STATISTICS_MAX_ENTRIES 1000");
            statement.execute("SET QUERY_STATISTICS TRUE");
        }
    }

    /** How often each statement was asked, but for those that a process asks each 15 seconds, which may be among them. */
    private static Map<String, Integer> counted(Connection ledger) throws SQLException {
        Map<String, Integer> counted = new TreeMap<>();
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT SQL_STATEMENT, EXECUTION_COUNT FROM INFORMATION_SCHEMA.QUERY_STATISTICS")) {
            while (row.next()) {
                counted.put(row.getString(1), row.getInt(2));
            }
        }
        counted.keySet()
                .removeIf(sql -> sql.contains("waybill_node")
                        || sql.equals("SELECT * FROM waybill_lock")
                        || sql.startsWith("UPDATE waybill_lock SET lease_until_ms")
                        || sql.contains("CURRENT_TIMESTAMP")
                        || sql.equals("COMMIT")
                        || sql.startsWith("SET "));
        return counted;
    }
}
