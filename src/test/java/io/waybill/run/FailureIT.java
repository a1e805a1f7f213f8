package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that fails leaves nothing: no file, no staging, no lock, no connection. */
class FailureIT {

    private static final String SLOW_ROWS = """
            [properties.export]
            source_dataset_id = "slow"
            file_path = "{{root}}/out/slow.csv"
            max_rows_per_file = 3000
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::postgres,
            "CREATE TABLE numbers AS SELECT n FROM generate_series(1, 100000) n",
            // a millisecond a row once 10,000 are through, so that there is a middle to fail in
            "CREATE VIEW slow AS SELECT n, CASE WHEN n > 10000 THEN pg_sleep(0.001) END IS NULL AS x FROM numbers",
            "CREATE VIEW waiting AS SELECT n, pg_advisory_xact_lock_shared(7) IS NULL AS x FROM numbers",
            "CREATE VIEW failing AS SELECT n, 1 / (n - 50000) AS x FROM numbers");

    @AfterEach
    void everythingIsLeftClean() throws Exception {
        assertThat(left()).isEmpty();
        assertThat(harness.database().getHikariPoolMXBean().getActiveConnections())
                .isZero();
        assertThat(harness.component().activeRuns()).isEmpty();
    }

    private List<String> left() throws IOException {
        Path out = harness.file("out");
        if (!Files.exists(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        }
    }

    @Test
    void anErrorOfTheQueryInItsMiddle() throws Exception {
        harness.load(
                "failing.toml",
                "[properties.export]\nsource_dataset_id = \"failing\"\nfile_path = \"{{root}}/out/f.csv\"\nmax_rows_per_file = 1000\n");

        RunResult result = harness.fail("failing");

        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.error()).matches("reading failed after \\d+ rows: ERROR: division by zero");
        assertThat(result.files()).isEmpty();
    }

    @Test
    void aTableThatIsGone() throws Exception {
        harness.load(
                "gone.toml",
                "[properties.export]\nsource_dataset_id = \"numbers\"\nfile_path = \"{{root}}/out/n.csv\"\n");
        TestDatabases.execute(harness.database(), "DROP TABLE numbers CASCADE");

        assertThat(harness.fail("gone").error())
                .startsWith("source_dataset_id: \"numbers\" is no table or view of data source db");
    }

    @Test
    void aConnectionThatIsCutInTheMiddle() throws Exception {
        harness.load("slow.toml", SLOW_ROWS);
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(() -> failed("slow"));

        await().until(() -> activeRows() > 5000);
        terminateOtherBackends();

        assertThat(run.get().error())
                .matches(
                        "reading failed after \\d+ rows: .*(terminating connection|I/O error|EOF|closed|connection failed).*");
    }

    @Test
    void aRunThatIsInterrupted() throws Exception {
        harness.load("slow.toml", SLOW_ROWS);
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(() -> failed("slow"));

        await().until(() -> activeRows() > 5000);
        activeRun().cancel();

        assertThat(run.get().error())
                .matches(
                        "(the run was interrupted after \\d+ rows|reading failed after \\d+ rows: .*canceling statement.*)");
    }

    /** Planning describes the table that is locked; the view's first row is waited for. */
    @ParameterizedTest
    @CsvSource({"numbers, LOCK TABLE numbers IN ACCESS EXCLUSIVE MODE", "waiting, SELECT pg_advisory_xact_lock(7)"})
    void aRunThatIsInterruptedWhileItWaitsForTheDatabase(String source, String lock) throws Exception {
        harness.load("slow.toml", SLOW_ROWS.replace("\"slow\"", "\"" + source + "\""));
        assertIsInterruptedBehind(lock);
    }

    @Test
    void aFeedThatIsInterruptedWhileItWaits() throws Exception {
        harness.load("slow.toml", """
                [input]
                primary_key = ["n"]
                [properties.change_feed]
                source_dataset_id = "numbers"
                """);
        assertIsInterruptedBehind("LOCK TABLE numbers IN ACCESS EXCLUSIVE MODE");
    }

    private void assertIsInterruptedBehind(String lock) throws Exception {
        try (Connection other = harness.database().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(lock);
            CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(() -> failed("slow"));
            await().until(() -> {
                try (ResultSet waiting = statement.executeQuery("SELECT 1 FROM pg_locks WHERE NOT granted")) {
                    return waiting.next();
                }
            });

            activeRun().cancel();

            assertThat(run.get(5, TimeUnit.MINUTES).error()).isEqualTo("the run was interrupted after 0 rows");
            other.rollback();
        }
    }

    @Test
    void aFlowNeverRunsTwiceAtOnce() throws Exception {
        harness.load("slow.toml", SLOW_ROWS);
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(() -> failed("slow"));
        await().until(() -> activeRows() > 1000);

        assertThatThrownBy(() -> harness.run("slow"))
                .hasMessageMatching(
                        "flow \"slow\" is running since \\S+ \\(run \\S+\\); a flow never runs twice at once");

        // the refused one has not disturbed the one under way
        assertThat(activeRun().result()).isNull();
        activeRun().cancel();
        run.get();
    }

    @Test
    void aFolderThatCannotBeMade() throws Exception {
        Files.writeString(harness.file("file"), "in the way");
        harness.load(
                "blocked.toml",
                "[properties.export]\nsource_dataset_id = \"numbers\"\nfile_path = \"{{root}}/file/n.csv\"\n");

        assertThat(harness.fail("blocked").error()).startsWith("the folder " + harness.folder() + "/file/.waybill/");
    }

    @Test
    void aValueThatTheFormatCannotHold() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE times (id integer, at timestamp)",
                "INSERT INTO times VALUES (1, '2026-01-01'), (2, 'infinity')");
        harness.load(
                "times.toml",
                "[properties.export]\nsource_dataset_id = \"times\"\nfile_path = \"{{root}}/out/t.parquet\"\norder_by = \"id\"\n");

        assertThat(harness.fail("times").error())
                .isEqualTo(
                        "row 2, column \"at\": infinity has no form in Parquet; declare the column as type = \"text\" in"
                                + " datasets.toml, or filter such rows out");
    }

    @Test
    void aDatabaseThatIsDown() throws Exception {
        HikariDataSource down = new HikariDataSource();
        down.setJdbcUrl("jdbc:postgresql://localhost:1/nowhere");
        down.setUsername("someone");
        down.setPassword("s3cr3t");
        down.setConnectionTimeout(300);
        down.setInitializationFailTimeout(-1);
        harness.context().getRegistry().bind("down", down);
        harness.load(
                "down.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\ndatasource = \"down\"\nfile_path = \"{{root}}/out/t.csv\"\n");

        assertThat(harness.fail("down").error())
                .startsWith("data source down: ")
                .doesNotContain("s3cr3t");
        down.close();
    }

    @Test
    void aConnectionGoesBackToItsPoolAsItCame() throws Exception {
        harness.export("source_dataset_id = \"numbers\"\nfile_path = \"{{root}}/tmp.csv\"\nlimit = 10\n");
        try (Connection connection = harness.database().getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.isReadOnly()).isFalse();
        }
    }

    private RunResult failed(String flow) {
        try {
            return harness.fail(flow);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private ActiveRun activeRun() {
        return harness.component().activeRuns().stream().findFirst().orElse(null);
    }

    private long activeRows() {
        ActiveRun run = activeRun();
        return run == null ? 0 : run.rows();
    }

    private void terminateOtherBackends() throws Exception {
        try (Connection connection = harness.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND pid <> pg_backend_pid()")) {
            result.next();
            assertThat(result.getInt(1)).isPositive();
        }
    }
}
