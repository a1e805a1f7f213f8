package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.TestFiles;
import io.waybill.cli.Launcher.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What docs/operations.md says of a ledger that is put back from a backup. */
class RestoredLedgerIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    @BeforeEach
    void exportTwice() throws Exception {
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/datasets.toml"), "[[dataset]]\nid = \"T\"\ntable = \"T\"\nwatermark = \"ID\"\n");
        Files.writeString(work.resolve("routes/t_new.toml"), """
                [properties.export]
                source_dataset_id = "T"
                file_path = "out/{run_id}.csv"
                since_last_export = true
                """);
        execute("CREATE TABLE t (id integer PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
        run("run", "t_new");
        Files.copy(work.resolve("data/ledger.db"), work.resolve("backup.db"));
        execute("INSERT INTO t VALUES (3)");
        run("run", "t_new");
        assertThat(exported()).containsExactly("1", "2", "3");
        Files.move(work.resolve("data/ledger.db"), work.resolve("later.db"));
        for (String part : List.of("ledger.db-wal", "ledger.db-shm")) {
            Files.deleteIfExists(work.resolve("data").resolve(part));
        }
        Files.copy(work.resolve("backup.db"), work.resolve("data/ledger.db"));
    }

    /** As a backup has it that was made while the last run published. */
    private void haveTheLastRunUnderWay() throws Exception {
        String run = "(SELECT run_id FROM later.waybill_run ORDER BY started_ms DESC LIMIT 1)";
        try (Connection ledger = DriverManager.getConnection("jdbc:sqlite:" + work.resolve("data/ledger.db"));
                Statement statement = ledger.createStatement()) {
            statement.execute("ATTACH '" + work.resolve("later.db") + "' AS later");
            for (String table : List.of("waybill_run", "waybill_file", "waybill_delivery", "waybill_delivery_file")) {
                statement.execute(
                        "INSERT INTO main." + table + " SELECT * FROM later." + table + " WHERE run_id = " + run);
            }
            statement.execute("UPDATE main.waybill_run SET status = 'RUNNING', stage = 'PUBLISH', ended_ms = NULL"
                    + " WHERE run_id = " + run);
            statement.execute("UPDATE main.waybill_delivery SET status = 'OPEN' WHERE run_id = " + run);
            statement.execute("INSERT INTO main.waybill_lock (flow, run_id, owner, since_ms, lease_until_ms,"
                    + " lease_boot_ms) SELECT flow, run_id, owner, started_ms, 0, 0 FROM later.waybill_run"
                    + " WHERE run_id = " + run);
        }
    }

    private void execute(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void run(String... arguments) throws Exception {
        Ended ended = COMMANDS.run(arguments);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
    }

    private List<String> exported() throws IOException {
        try (Stream<Path> files = Files.list(work.resolve("out"))) {
            Stream.Builder<String> rows = Stream.builder();
            for (Path file :
                    files.filter(found -> found.toString().endsWith(".csv")).toList()) {
                Files.readAllLines(file).stream().skip(1).forEach(rows);
            }
            return rows.build().sorted().toList();
        }
    }

    @Test
    void whatHasGoneOutSinceGoesOutOnceMore() throws Exception {
        run("run", "t_new");

        assertThat(exported()).containsExactly("1", "2", "3", "3");
    }

    @Test
    void aWatermarkThatIsSetByHandGoesOn() throws Exception {
        run("watermark", "set", "t_new", "3");
        execute("INSERT INTO t VALUES (4)");

        run("run", "t_new");

        assertThat(exported()).containsExactly("1", "2", "3", "4");
    }

    /** Its staged files are gone: it is taken for one that was killed, and the rows go out anew. */
    @Test
    void aRunThatWasUnderWayInTheBackupIsTakenBack() throws Exception {
        haveTheLastRunUnderWay();
        List<String> before = TestFiles.below(work.resolve("out"));

        run("run", "t_new");

        assertThat(exported()).containsExactly("1", "2", "3");
        assertThat(TestFiles.below(work.resolve("out"))).doesNotContainSequence(before);
        assertThat(COMMANDS.run("history").out()).contains("interrupted");
    }
}
