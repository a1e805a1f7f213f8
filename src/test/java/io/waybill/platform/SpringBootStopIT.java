package io.waybill.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application of Spring Boot that is told to end, SIGTERM, while its export reads a source that takes its time. */
class SpringBootStopIT {

    private static final Path APPLICATION =
            Path.of("target/examples/spring-boot/target").toAbsolutePath();

    @TempDir
    private Path work;

    private HikariDataSource shop;
    private HikariDataSource ledger;
    private Connection holding;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void startServers() throws Exception {
        shop = TestDatabases.postgres();
        ledger = TestDatabases.postgres();
        // a row of it comes when nobody holds the lock
        TestDatabases.execute(
                shop,
                "CREATE TABLE items (id integer)",
                "INSERT INTO items VALUES (1), (2)",
                "CREATE FUNCTION slow(i integer) RETURNS integer LANGUAGE plpgsql AS"
                        + " $$ BEGIN PERFORM pg_advisory_lock_shared(7); RETURN i; END $$",
                "CREATE VIEW orders AS SELECT slow(id) AS id FROM items");
        holding = shop.getConnection();
        execute("SELECT pg_advisory_lock(7)");
        Files.createDirectories(work.resolve("routes"));
        Files.writeString(work.resolve("routes/orders.toml"), """
                [properties.export]
                source_dataset_id = "orders"
                datasource = "shop"
                file_path = "exports/orders.csv"
                """);
    }

    @AfterEach
    void stopServers() throws Exception {
        started.forEach(Process::destroyForcibly);
        holding.close();
        ledger.close();
        shop.close();
    }

    @Test
    void aRunUnderWayEndsBeforeItsApplicationDoes() throws Exception {
        Process application = start("60");
        awaitReading();

        application.destroy();
        await().until(() -> output().contains("Stopping: run "));
        assertThat(application.isAlive()).isTrue();
        execute("SELECT pg_advisory_unlock(7)");

        assertThat(application.waitFor(5, TimeUnit.MINUTES)).as(output()).isTrue();
        assertThat(work.resolve("exports/orders.csv")).as(output()).hasContent("id\n1\n2");
        assertThat(statuses()).containsExactly("done");
    }

    @Test
    void whatIsNotAtItsEndInTimeTheNextStartTakesUp() throws Exception {
        Process application = start("1");
        awaitReading();

        application.destroy();

        assertThat(application.waitFor(5, TimeUnit.MINUTES)).as(output()).isTrue();
        assertThat(output()).contains("left where it is; the next start takes it up");
        assertThat(work.resolve("exports/orders.csv")).doesNotExist();
        assertThat(statuses()).as("as a kill would leave it").containsExactly("running");

        execute("SELECT pg_advisory_unlock(7)");
        Process next = start("60");

        assertThat(next.waitFor(5, TimeUnit.MINUTES)).as(output()).isTrue();
        assertThat(next.exitValue()).as(output()).isZero();
        assertThat(work.resolve("exports/orders.csv")).hasContent("id\n1\n2");
        assertThat(statuses()).containsExactly("interrupted", "done");
    }

    private Process start(String timeout) throws Exception {
        assertThat(APPLICATION)
                .as("mvn pre-integration-test builds the applications")
                .exists();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        APPLICATION.resolve("classes")
                                + File.pathSeparator
                                + Files.readString(APPLICATION.resolve("classpath.txt"))
                                        .strip(),
                        "shop.Shop",
                        "--camel.main.shutdown-timeout=" + timeout)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("output.txt").toFile());
        builder.environment().put("SHOP_URL", shop.getJdbcUrl());
        builder.environment().put("WAYBILL_LEDGER_URL", ledger.getJdbcUrl());
        builder.environment().put("WAYBILL_LEDGER_USERNAME", "postgres");
        builder.environment().put("SHOP_USERNAME", "postgres");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** The export's query runs, and waits for the lock. */
    private void awaitReading() {
        await().failFast("the application has ended", () -> !started.get(0).isAlive())
                .until(() -> rows(shop, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                                .size()
                        > 0);
    }

    private List<String> statuses() throws Exception {
        return rows(ledger, "SELECT lower(status) FROM waybill_run ORDER BY started_ms, run_id");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = holding.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> rows(HikariDataSource database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    private String output() {
        try {
            return Files.readString(work.resolve("output.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
