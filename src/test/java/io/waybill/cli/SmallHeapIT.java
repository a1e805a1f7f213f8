package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A value that the heap has no room for: one message that says what is enough, and a run that has failed. Rows have room, however many
 * there are.
 */
class SmallHeapIT {

    private static final int BYTES = 60_000_000;

    @TempDir
    private Path work;

    private HikariDataSource database;

    @BeforeEach
    void start() throws Exception {
        database = TestDatabases.postgres();
        Files.createDirectory(work.resolve("routes"));
        TestDatabases.execute(
                database,
                "CREATE TABLE t (id integer, note text, payload text)",
                "INSERT INTO t SELECT n, 'n', CASE WHEN n = 3 THEN repeat('x', " + BYTES
                        + ") END FROM generate_series(1, 5) n");
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private record Ended(int exitCode, String output) {}

    private Ended java(String heap, String... arguments) throws Exception {
        Launcher.Ended ended = Launcher.in(work)
                .with(Map.of("JAVA_OPTS", Launcher.QUICKLY + " -Xmx" + heap))
                .run(arguments);
        return new Ended(ended.exitCode(), ended.out() + ended.err());
    }

    private void flow(String url, String keys) throws Exception {
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = " + url + "\nwaybill.datasource.db.username = "
                        + (url.contains("postgres") ? "postgres" : "sa")
                        + "\nwaybill.datasource.db.maximum-pool-size = 1\n");
        Files.writeString(
                work.resolve("routes/t.toml"),
                "[properties.export]\nsource_dataset_id = \"t\"\norder_by = [\"id\"]\n" + keys);
    }

    private Ended exports(String keys) throws Exception {
        flow(database.getJdbcUrl(), keys);
        Ended run = java("160m", "run", "t");
        assertThat(run.exitCode()).as(run.output()).isZero();
        return run;
    }

    private String fails(String message) throws Exception {
        Ended run = java("96m", "run", "t");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(run.output())
                .containsPattern("(?m)^error: (t: )?" + message)
                .doesNotContain("OutOfMemoryError", "\tat ");
        assertThat(java("96m", "history").output()).contains("failed").doesNotContain("running");
        Matcher enough = Pattern.compile("-Xmx(\\d+m)").matcher(run.output());
        assertThat(enough.find()).isTrue();
        return enough.group(1);
    }

    @Test
    void aValueThatTheHeapHasNoRoomForIsNamedWithWhatIsEnough() throws Exception {
        String size = "row 3, column \"payload\": the value has 60,000,000 bytes, for which the heap of \\d+ MB";
        flow(database.getJdbcUrl(), "file_path = \"out/jdbc.csv\"\nreader = \"jdbc\"\n");
        fails(size);
        flow(database.getJdbcUrl(), "file_path = \"out/t.csv\"\n");
        String enough = fails(size);

        Ended run = java(enough, "run", "t");

        assertThat(run.output()).contains("out/t.csv");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(Files.size(work.resolve("out/t.csv"))).isGreaterThan(BYTES);
    }

    @Test
    void anotherDatabaseNamesRowAndColumn() throws Exception {
        org.h2.jdbcx.JdbcDataSource h2 = new org.h2.jdbcx.JdbcDataSource();
        h2.setURL("jdbc:h2:" + work.resolve("data"));
        h2.setUser("sa");
        TestDatabases.execute(
                h2,
                "CREATE TABLE t (id INTEGER, payload CLOB)",
                "INSERT INTO t VALUES (1, 'x'), (2, NULL)",
                "INSERT INTO t SELECT 3, CAST(REPEAT(CAST('0123456789' AS CLOB), " + BYTES / 10 + ") AS CLOB)");
        flow("jdbc:h2:" + work.resolve("data"), "file_path = \"out/t.csv\"\n");

        fails("row 3, column \"PAYLOAD\": the value has 60,000,000 bytes");
    }

    @Test
    void aWorkbookIsWrittenAsItsRowsCome() throws Exception {
        TestDatabases.execute(
                database,
                "DROP TABLE t",
                "CREATE VIEW t AS SELECT id, repeat('x', 1000) AS note FROM generate_series(1, 150000) id");
        flow(database.getJdbcUrl(), "file_path = \"out/t.xlsx\"\n");

        Ended run = java("96m", "run", "t");

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(work.resolve("out/t.xlsx")).exists();
    }

    /** Keys that do not fit into memory go to files beside the staged ones, and are gone with the run. */
    @Test
    void theKeysOfMillionsOfRowsAreComparedInFiles() throws Exception {
        TestDatabases.execute(
                database,
                "DROP TABLE t",
                // one key is there three times
                "CREATE VIEW t AS SELECT n AS id, md5((CASE WHEN n % 1000000 = 7 THEN 7 ELSE n END)::text) AS key"
                        + " FROM generate_series(1, 3000000) n");
        flow(
                database.getJdbcUrl(),
                "file_path = \"out/t.csv.gz\"\n[[properties.export.expect]]\ncolumn = \"key\"\nunique = true\n");
        Path out = Files.createTempFile("waybill-out", ".txt");

        Process run = Launcher.in(work)
                .with(Map.of("JAVA_OPTS", Launcher.QUICKLY + " -Xmx96m"))
                .start(out, out, "run", "t");

        await().until(() -> !run.isAlive() || !scratch().isEmpty());
        assertThat(run.isAlive()).as(Files.readString(out)).isTrue();
        assertThat(Launcher.await(run)).isEqualTo(4);
        assertThat(Files.readString(out)).contains("key is unique: 2 of 3,000,000 rows repeat earlier ones\n");
        assertThat(scratch()).isEmpty();
        Files.delete(out);
    }

    /** A thousand files at the same time, each longer than what is buffered of a file that is alone. */
    @Test
    void aThousandFilesAreWrittenAtATime() throws Exception {
        TestDatabases.execute(
                database,
                "DROP TABLE t",
                "CREATE VIEW t AS SELECT n AS id, n % 1000 AS value, repeat('x', 5000) AS text FROM generate_series(1, 30000) n");

        exports("file_path = \"out/{column:value}.csv\"\nmax_open_files = 1000\n");

        assertThat(TestFiles.below(work.resolve("out"))).hasSize(1001);
    }

    /** What Parquet keeps of a hundred files of 200 columns is more than the heap. */
    @Test
    void ofFilesOfManyColumnsAreAsManyOpenAsTheHeapHasRoomFor() throws Exception {
        String columns =
                IntStream.range(0, 200).mapToObj(i -> "n + " + i + " AS c" + i).collect(Collectors.joining(", "));
        TestDatabases.execute(
                database,
                "DROP TABLE t",
                "CREATE VIEW t AS SELECT n AS id, " + columns + ", n / 10 AS value FROM generate_series(0, 999) n");

        exports("format = \"parquet\"\nfile_path = \"out/{column:value}/\"\n");

        assertThat(TestFiles.below(work.resolve("out"))).hasSize(101);
    }

    /** Two hundred megabytes, of which the driver would have all come at once, and Parquet keep all in a page. */
    @Test
    void ofLargeRowsAreFewInMemory() throws Exception {
        TestDatabases.execute(
                database,
                "DROP TABLE t",
                "CREATE VIEW t AS SELECT n AS id, repeat(md5(n::text), 31250) AS body FROM generate_series(1, 200) n");

        Ended run = exports("format = \"parquet\"\nfile_path = \"out/t.parquet\"\nreader = \"jdbc\"\n");

        assertThat(run.output()).contains("200 rows");
    }

    private List<String> scratch() throws Exception {
        return TestFiles.below(work).stream()
                .filter(name -> name.endsWith(".scratch"))
                .toList();
    }
}
