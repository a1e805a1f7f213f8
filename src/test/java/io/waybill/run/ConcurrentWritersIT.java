package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.route.step.WaybillComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight writers insert, update, roll back, and hold transactions open for random times, while one export after the other takes what
 * is new: in the end each row is out in its last version, and no version is out twice.
 */
class ConcurrentWritersIT {

    private static final int WRITERS = 8;
    private static final int RUNS = 8;

    /** A transaction that has taken longer, on a busy machine, is rolled back: a lag is for those that are shorter. */
    private static final Duration MOST = Duration.ofSeconds(4);

    @TempDir
    private Path folder;

    /** How one database is written to. */
    private record Dialect(String sleep, String insert, String update) {}

    private static final String KEYS = "since_last_export = true\nskip_empty = true\nformat = \"csv\"\n"
            + "exporter_config = { include_header = false }\ncolumns = [\"id\", \"version\"]\n";

    @Test
    void exactByTimeOnPostgres() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id serial PRIMARY KEY, version integer NOT NULL DEFAULT 1,"
                            + " w timestamptz NOT NULL DEFAULT now())");
            assertExactlyOnce(
                    database,
                    new FlowHarness(folder, database, ledger),
                    "",
                    new Dialect(
                            "SELECT pg_sleep(%s)",
                            "INSERT INTO t DEFAULT VALUES",
                            "UPDATE t SET version = version + 1, w = clock_timestamp() WHERE id = %d"));
        }
    }

    @Test
    void exactByNumberOnPostgres() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id serial PRIMARY KEY, version integer NOT NULL DEFAULT 1, w bigserial)");
            assertExactlyOnce(
                    database,
                    new FlowHarness(folder, database),
                    "watermark_wait = \"1s\"",
                    new Dialect(
                            "SELECT pg_sleep(%s)",
                            "INSERT INTO t DEFAULT VALUES",
                            "UPDATE t SET version = version + 1, w = nextval('t_w_seq') WHERE id = %d"));
        }
    }

    @Test
    void laggedOnMariaDb() throws Exception {
        try (HikariDataSource database = TestDatabases.mariadb()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id integer AUTO_INCREMENT PRIMARY KEY, version integer NOT NULL DEFAULT 1,"
                            + " w datetime(6) NOT NULL DEFAULT now(6), KEY (w))");
            assertExactlyOnce(
                    database,
                    new FlowHarness(folder, database),
                    "watermark_lag = \"6 seconds\"", // longer than any transaction that is committed here
                    new Dialect(
                            "SELECT sleep(%s)",
                            "INSERT INTO t () VALUES ()",
                            "UPDATE t SET version = version + 1, w = now(6) WHERE id = %d"));
        }
    }

    private void assertExactlyOnce(HikariDataSource database, FlowHarness harness, String keys, Dialect dialect)
            throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        List<String> exported = new ArrayList<>();
        try (harness;
                HikariDataSource writing = writers(database)) {
            Files.writeString(
                    folder.resolve("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"w\"\n");
            harness.load(
                    "f.toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/{run_id}.csv\"\n" + KEYS
                            + keys + "\n");
            List<Future<Integer>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(i);
                writers.add(threads.submit(() -> write(writing, dialect, random, over)));
            }
            for (int run = 0; run < RUNS; run++) {
                exported.addAll(export(harness));
                TestDatabases.execute(database, dialect.sleep().formatted("0.3"));
            }
            over.set(true);
            int committed = 0;
            for (Future<Integer> writer : writers) {
                committed += writer.get();
            }
            assertThat(committed).isGreaterThan(WRITERS * 5);
            await().pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                exported.addAll(export(harness));
                assertThat(exported).containsAll(versions(database));
            });
            assertThat(exported).doesNotHaveDuplicates();
            assertThat(export(harness)).isEmpty();
            assertThat(harness.context()
                            .getComponent("waybill", WaybillComponent.class)
                            .ledger()
                            .runs("f", null, 100))
                    .hasSizeGreaterThanOrEqualTo(RUNS + 2);
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    private static HikariDataSource writers(HikariDataSource database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.getJdbcUrl());
        config.setUsername(database.getUsername());
        config.setPassword("");
        config.setMaximumPoolSize(WRITERS);
        config.setConnectionInitSql("SELECT 1");
        return new HikariDataSource(config);
    }

    /** Writes until it is over; answers how many transactions it has committed. */
    private static int write(HikariDataSource database, Dialect dialect, Random random, AtomicBoolean over)
            throws Exception {
        int committed = 0;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!over.get()) {
                long began = System.nanoTime();
                int changes = 1 + random.nextInt(3);
                for (int i = 0; i < changes; i++) {
                    statement.execute(dialect.insert());
                    hold(statement, dialect, random);
                }
                long own = ownRow(statement);
                if (own > 0) {
                    statement.execute(dialect.update().formatted(own));
                    hold(statement, dialect, random);
                }
                boolean isTooLong = System.nanoTime() - began > MOST.toNanos();
                if (random.nextInt(8) == 0 || isTooLong) {
                    connection.rollback();
                } else {
                    connection.commit();
                    committed++;
                }
            }
            connection.rollback();
        }
        return committed;
    }

    private static void hold(Statement statement, Dialect dialect, Random random) throws Exception {
        double seconds = random.nextInt(10) == 0 ? random.nextDouble() : random.nextDouble() / 20;
        statement.execute(dialect.sleep().formatted(String.format(Locale.ROOT, "%.3f", seconds)));
    }

    /** A row that nobody else is changing; 0 where there is none. */
    private static long ownRow(Statement statement) throws Exception {
        try (ResultSet row =
                statement.executeQuery("SELECT id FROM t ORDER BY version, id DESC LIMIT 1 FOR UPDATE SKIP LOCKED")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static List<String> export(FlowHarness harness) throws Exception {
        List<String> versions = new ArrayList<>();
        for (FileFacts file : harness.run("f").files()) {
            versions.addAll(Files.readAllLines(Path.of(file.name())));
        }
        return versions;
    }

    private static Set<String> versions(HikariDataSource database) throws Exception {
        Set<String> versions = new HashSet<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, version FROM t")) {
            while (row.next()) {
                versions.add(row.getInt(1) + "," + row.getInt(2));
            }
        }
        return versions;
    }
}
