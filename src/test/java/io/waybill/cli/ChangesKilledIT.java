package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that is killed while it exports changes, in each of its steps: the next run's files go on where the last whole ones ended. */
class ChangesKilledIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private HikariDataSource source;
    private HikariDataSource ledger;

    @BeforeEach
    void makeFlow() throws Exception {
        source = TestDatabases.postgres();
        ledger = TestDatabases.postgres();
        TestDatabases.execute(
                source,
                "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5))",
                "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = " + source.getJdbcUrl() + "\nwaybill.datasource.db.username = postgres\n"
                        + "waybill.ledger.url = " + ledger.getJdbcUrl() + "\nwaybill.ledger.username = postgres\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/f.toml"),
                "[properties.export]\nsource_dataset_id = \"t\"\nsince_last_export = \"changes\"\nskip_empty = true\n"
                        + "file_path = \"out/{batch_id}.csv\"\norder_by = [\"id\"]\n");
    }

    @AfterEach
    void close() {
        source.close();
        ledger.close();
    }

    /** From now on, whoever changes a row of a table so waits, as long as somebody holds the lock. */
    private static void stopAt(HikariDataSource database, String table, String when) {
        TestDatabases.execute(
                database,
                "CREATE FUNCTION when_free() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END'",
                "CREATE TRIGGER stop BEFORE UPDATE ON " + table + " FOR EACH ROW WHEN (" + when
                        + ") EXECUTE FUNCTION when_free()");
    }

    private static List<Integer> waiting(Connection connection) {
        List<Integer> waiting = new ArrayList<>();
        try (ResultSet rows = connection
                .createStatement()
                .executeQuery("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                        + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")) {
            while (rows.next()) {
                waiting.add(rows.getInt(1));
            }
            return waiting;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Ended run() throws Exception {
        return COMMANDS.run("run", "f", "--json");
    }

    private List<String> lines(Path folder) throws Exception {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList()) {
                List<String> all = Files.readAllLines(file);
                lines.addAll(all.subList(1, all.size()));
            }
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource({
        "source, f_batches, true, interrupted",
        "ledger, waybill_run, OLD.stage = 'PLAN' AND NEW.stage = 'STAGE', interrupted",
        "ledger, waybill_run, NEW.stage = 'PUBLISH', interrupted",
        "ledger, waybill_run, NEW.stage = 'COMMIT', done",
        "ledger, waybill_run, NEW.status = 'DONE', done"
    })
    void nothingIsLostAndNothingComesTwice(String where, String table, String when, String becomes) throws Exception {
        run();
        HikariDataSource stopped = where.equals("source") ? source : ledger;
        stopAt(stopped, table, when);
        TestDatabases.execute(source, "UPDATE t SET name = 'A' WHERE id = 1", "DELETE FROM t WHERE id = 2");

        try (Connection held = stopped.getConnection()) {
            held.createStatement().execute("SELECT pg_advisory_lock(1)");
            Process killed =
                    Launcher.in(work).start(work.resolve("killed.out"), work.resolve("killed.err"), "run", "f");
            await().until(() -> !waiting(held).isEmpty());
            killed.destroyForcibly().waitFor();
            for (int pid : waiting(held)) { // what its server would do for it later
                held.createStatement().execute("SELECT pg_terminate_backend(" + pid + ")");
            }
            await().until(() -> waiting(held).isEmpty());
            held.createStatement().execute("SELECT pg_advisory_unlock(1)");
        }
        TestDatabases.execute(source, "UPDATE t SET name = 'AA' WHERE id = 1", "INSERT INTO t VALUES (2, 'n')");
        Ended next = run();

        assertThat(next.exitCode()).as(next.err()).isZero();
        boolean isBatchLost = where.equals("source");
        assertThat(lines(work.resolve("out")))
                .isEqualTo(
                        isBatchLost
                                ? List.of("new,1,a", "new,2,b", "new,3,c", "changed,1,AA", "changed,2,n")
                                : List.of(
                                        "new,1,a",
                                        "new,2,b",
                                        "new,3,c",
                                        "changed,1,A",
                                        "deleted,2,b",
                                        "changed,1,AA",
                                        "new,2,n"));
        JsonNode runs = new ObjectMapper()
                .readTree(COMMANDS.run("history", "f", "--json").out())
                .get("runs");
        assertThat(runs.findValuesAsText("status")).containsExactly("done", becomes, "done");
        assertThat(COMMANDS.run("run", "f").out()).contains(": 0 new, 0 changed, 0 deleted, 3 unchanged\n");
    }
}
