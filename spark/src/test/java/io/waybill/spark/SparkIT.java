package io.waybill.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.spark.Commands.Ended;
import io.waybill.spark.Commands.Started;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports that executors of Spark write, in processes of their own, beside those of one process. */
class SparkIT {

    private static EmbeddedPostgres server;

    /** Of processes that live a few seconds. */
    private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    @TempDir
    private Path folder;

    private Commands commands;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("full_page_writes", "off")
                .start();
        execute("CREATE USER reader PASSWORD 's3cr3t-of-the-reader'", "GRANT pg_read_all_data TO reader");
        execute("""
                CREATE TABLE events AS SELECT
                  i AS id, i % 2 = 0 AS even, (i * 1.25)::numeric(12, 2) AS amount, i::float8 / 3 AS third,
                  CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'a,"b";' || chr(10) || 'ü€😀' ELSE '#NULL ''x'' \\ ' END AS note,
                  'person' || i || '@example.com' AS email,
                  CASE WHEN i % 3 <> 0 THEN date '2026-01-31' + i % 9 END AS day,
                  timestamp '2026-01-31 10:11:12.1234' + i * interval '1 second' AS at,
                  timestamptz '2026-07-31 10:11:12.000001+02' - i * interval '1 hour' AS moment,
                  gen_random_uuid() AS uid, decode(md5(i::text), 'hex') AS bytes,
                  jsonb_build_object('i', i, 'x', 2.50) AS doc, ARRAY[i, NULL, -i] AS list
                FROM generate_series(1, 20000) i""", "ANALYZE events");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @BeforeEach
    void configure() throws Exception {
        commands = new Commands(
                folder,
                Map.of(
                        "WAYBILL_DATASOURCE_SHOP_URL",
                        "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                        "WAYBILL_DATASOURCE_SHOP_USERNAME",
                        "reader",
                        "WAYBILL_DATASOURCE_SHOP_PASSWORD",
                        "s3cr3t-of-the-reader"));
        commands.write("log4j2.properties", """
                rootLogger.level = warn
                rootLogger.appenderRef.stderr.ref = stderr
                logger.tasks.name = org.apache.spark.scheduler.TaskSetManager
                logger.tasks.level = info
                appender.stderr.type = Console
                appender.stderr.name = stderr
                appender.stderr.target = SYSTEM_ERR
                appender.stderr.layout.type = PatternLayout
                appender.stderr.layout.pattern = spark: %p %c: %m%n%ex
                """);
    }

    /** Where files go that are not these tests' own, the run's staging among them. */
    private Path out() {
        return folder.resolve("out");
    }

    private void flow(String id, String engine, String file, String keys) throws Exception {
        commands.write(
                "routes/" + id + ".toml",
                "id = \"" + id + "\"\n[properties.export]\n"
                        + "source_dataset_id = \"events\"\nfile_path = \"out/" + file + "\"\nengine = \"" + engine
                        + "\"\n"
                        + keys + "\n");
    }

    /** Two executors, which have Waybill where it is installed. */
    private Started submit(Map<String, String> more, String... arguments) throws Exception {
        Map<String, String> configuration = new LinkedHashMap<>(Map.of(
                "spark.ui.enabled",
                "false",
                "spark.driver.extraJavaOptions",
                QUICK,
                "spark.executor.extraJavaOptions",
                QUICK,
                "spark.waybill.executor.home",
                Commands.HOME.toString()));
        configuration.putAll(more);
        configuration.values().removeIf(String::isEmpty);
        return commands.submit(
                configuration.getOrDefault("spark.master", "local-cluster[2,1,1024]"), configuration, arguments);
    }

    private Ended spark(String... arguments) throws Exception {
        return submit(Map.of(), arguments).await();
    }

    private Ended waybill(String... arguments) throws Exception {
        Ended ended = commands.waybill(arguments);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return ended;
    }

    /** The files below a folder, by what they are called there. */
    private static List<Path> files(Path below, String end) throws Exception {
        try (Stream<Path> found = Files.walk(below)) {
            return found.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    private static byte[] joined(List<Path> files) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path file : files) {
            all.write(Files.readAllBytes(file));
        }
        return all.toByteArray();
    }

    /** That nothing of a run is left but what it has published. */
    private void assertSwept() throws Exception {
        try (Stream<Path> found = Files.walk(folder)) {
            assertThat(found.map(Path::toString)).noneMatch(file -> file.contains("range-"));
        }
        assertThat(folder.resolve("data/staging")).doesNotExist();
    }

    @Test
    void jsonLinesAreThoseOfOneProcessAndSecretsGoByTheExecutorsOwnConfiguration() throws Exception {
        flow(
                "local",
                "local",
                "local/events.jsonl",
                "filters = [{ column = \"email\", op = \"!=\", value = \"f1lter-of-mine\" }]");
        flow(
                "lines",
                "spark",
                "spark/events.jsonl",
                "parallelism = 5\n" + "filters = [{ column = \"email\", op = \"!=\", value = \"f1lter-of-mine\" }]");
        waybill("run", "local");

        Path events = Files.createDirectory(folder.resolve("events"));
        Ended spark = submit(
                        Map.of(
                                "spark.waybill.executor.home",
                                "", // the jars are sent
                                "spark.eventLog.enabled",
                                "true",
                                "spark.eventLog.compress",
                                "false",
                                "spark.eventLog.dir",
                                events.toUri().toString()),
                        "run",
                        "lines")
                .await();

        assertThat(spark.exitCode()).as(spark.err()).isZero();
        List<Path> files = files(out().resolve("spark"), ".jsonl");
        assertThat(files).hasSize(5);
        assertThat(joined(files)).isEqualTo(Files.readAllBytes(out().resolve("local/events.jsonl")));
        assertThat(new String(
                        joined(files(events, "").stream()
                                .filter(Files::isRegularFile)
                                .toList()),
                        StandardCharsets.UTF_8))
                .contains("Waybill: flow lines, run ")
                .doesNotContain("s3cr3t-of-the-reader", "f1lter-of-mine");
        waybill("verify", runOf("lines"));
        assertSwept();
    }

    private String runOf(String flow) throws Exception {
        String json = waybill("history", flow, "--json").out();
        return json.replaceFirst("(?s).*?\"run_id\"\\s*:\\s*\"([^\"]+)\".*", "$1");
    }

    /** Each file of Spark's is what one process writes of the same rows: the header, and its rows in their order. Here the driver executes. */
    @Test
    void csvIsThatOfOneProcessWhateverBecomesOfValues() throws Exception {
        commands.write("application.properties", "waybill.privacy-keys.k1=" + "0123456789abcdef".repeat(4) + "\n");
        String keys = """
                columns = ["id", "email", "note", "amount", "third", "day", "at", "moment", "bytes", "doc", "list"]
                filters = [{ column = "id", op = ">", value = 1000 }]
                exporter_config = { delimiter = ";", quote_mode = "all", null_string = "NULL", timezone = "Europe/Vienna" }
                transform = [{ column = "email", method = "hash", key = "k1" }, { column = "note", method = "mask", keep_first = 1 }]
                """;
        flow("local", "local", "local/events.csv", keys);
        flow("cells", "spark", "spark/{part}.csv", keys + "parallelism = 4\nmax_rows_per_file = 3000\n");
        waybill("run", "local");

        Ended spark = submit(Map.of("--files", "application.properties", "spark.master", "local[2]"), "run", "cells")
                .await();

        assertThat(spark.exitCode()).as(spark.err()).isZero();
        String whole = Files.readString(out().resolve("local/events.csv"));
        String header = whole.substring(0, whole.indexOf('\n') + 1);
        StringBuilder rows = new StringBuilder(header);
        for (int part = 1; Files.exists(out().resolve("spark/" + part + ".csv")); part++) {
            String file = Files.readString(out().resolve("spark/" + part + ".csv"));
            assertThat(file).startsWith(header);
            rows.append(file.substring(header.length()));
        }
        assertThat(rows.toString()).isEqualTo(whole).doesNotContain("@example.com");
        assertThat(files(out().resolve("spark"), ".csv")).hasSizeGreaterThan(4);
        assertSwept();
    }

    @Test
    void parquetHasTheSameRowsAndTypesAndAWatermarkGoesOn() throws Exception {
        execute("CREATE TABLE grown AS SELECT * FROM events", "ALTER TABLE grown ADD PRIMARY KEY (id)");
        for (String engine : List.of("local", "spark")) {
            commands.write(
                    "routes/" + engine + ".toml",
                    "[properties.export]\nsource_dataset_id = \"grown\"\n"
                            + "file_path = \"out/" + engine + "/{run_id}.parquet\"\nengine = \"" + engine
                            + "\"\nparallelism = 3\n"
                            + "since_last_export = true\nwatermark_column = \"id\"\n");
        }
        waybill("run", "local");
        Ended first = spark("run", "spark");
        assertThat(first.exitCode()).as(first.err()).isZero();
        execute("INSERT INTO grown SELECT 20000 + id, even, amount FROM events WHERE id <= 77");
        waybill("run", "local");
        Ended second = spark("run", "spark");
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(second.out()).contains("77 rows");

        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            String local = "read_parquet('" + out() + "/local/*.parquet')";
            String spark = "read_parquet('" + out() + "/spark/*.parquet')";
            assertThat(text(statement, "DESCRIBE SELECT * FROM " + spark))
                    .isEqualTo(text(statement, "DESCRIBE SELECT * FROM " + local));
            assertThat(text(statement, "SELECT count(*), count(DISTINCT id) FROM " + spark))
                    .isEqualTo("20077 20077 ");
            assertThat(text(statement, "SELECT count(*) FROM (FROM " + spark + " EXCEPT ALL FROM " + local + ")"))
                    .isEqualTo("0 ");
            String schema = "SELECT name, type, converted_type, logical_type, repetition_type FROM parquet_schema('";
            assertThat(text(
                            statement,
                            schema + files(out().resolve("spark"), ".parquet").get(0) + "')"))
                    .isEqualTo(text(
                            statement,
                            schema + files(out().resolve("local"), ".parquet").get(0) + "')"));
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    text.append(rows.getString(i)).append(' ');
                }
            }
        }
        return text.toString();
    }

    private static String ask(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            return text(statement, sql).strip();
        }
    }

    /** What is written while executors start, and before any of them reads, is not in the files. */
    @Test
    void allTasksSeeTheSnapshotThatTheDriverKeeps() throws Exception {
        execute("CREATE TABLE written AS SELECT i AS id, 'before' AS word FROM generate_series(1, 5000) i");
        commands.write(
                "routes/written.toml",
                "[properties.export]\nsource_dataset_id = \"written\"\n"
                        + "file_path = \"out/written.jsonl\"\nengine = \"spark\"\nparallelism = 4\n");
        Started run = submit(Map.of(), "run", "written");
        await(
                run,
                () -> ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_export_snapshot%'"
                                + " AND state = 'idle in transaction'")
                        .equals("1"));
        execute(
                "DELETE FROM written WHERE id <= 1000",
                "UPDATE written SET word = 'meanwhile' WHERE id <= 3000",
                "INSERT INTO written SELECT i, 'meanwhile' FROM generate_series(5001, 9000) i");
        assertThat(files(out(), ".jsonl")).as("no task had begun").isEmpty();

        Ended ended = run.await();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        String lines = new String(joined(files(out(), ".jsonl")), StandardCharsets.UTF_8);
        assertThat(lines.lines()).hasSize(5000).allMatch(line -> line.endsWith("\"word\":\"before\"}"));
        assertThat(lines.lines().distinct()).hasSize(5000);
    }

    private static void await(Started run, Callable<Boolean> until) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    assertThat(run.process().isAlive()).as("it has ended").isTrue();
                    return until.call();
                });
    }

    private static List<ProcessHandle> executors(Started run) {
        return run.process()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
                .toList();
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Files of attempts that lie where the run is staged. */
    private List<Path> attempts() throws Exception {
        return Files.isDirectory(out())
                ? files(out(), ".jsonl").stream()
                        .filter(file -> file.toString().contains("range-"))
                        .toList()
                : List.of();
    }

    private static void makeWide(String table) throws SQLException {
        execute("CREATE TABLE " + table + " AS SELECT i AS id, repeat(md5(i::text), 60) AS word"
                + " FROM generate_series(1, 60000) i");
    }

    private void assertHasEachRowOnce() throws Exception {
        List<Path> files = files(out(), ".jsonl");
        assertThat(new String(joined(files), StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.substring(0, line.indexOf(','))))
                .hasSize(60000)
                .doesNotHaveDuplicates();
        assertSwept();
    }

    /** Both are stopped in the middle of a file; one of them never comes back, and the session of the other is ended. */
    @Test
    void anExecutorThatIsLostAndASessionThatEndsAreReplaced() throws Exception {
        makeWide("lost");
        commands.write(
                "routes/lost.toml",
                "[properties.export]\nsource_dataset_id = \"lost\"\n"
                        + "file_path = \"out/lost.jsonl\"\nengine = \"spark\"\nparallelism = 4\n");
        Started run = submit(Map.of(), "run", "lost");
        await(run, () -> attempts().size() == 2);
        List<ProcessHandle> executors = executors(run);
        for (ProcessHandle each : executors) {
            signal("STOP", each);
        }
        List<Path> begun = attempts();
        assertThat(begun).isNotEmpty();
        executors.get(0).destroyForcibly();
        execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%COPY%lost%' AND pid <> pg_backend_pid()");
        signal("CONT", executors.get(1));

        Ended ended = run.await();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).contains("Lost executor");
        assertHasEachRowOnce();
    }

    /** One executor stands still in the middle of its file, and another does its task as well. */
    @Test
    void whatASpeculativeTaskHasMadeNeedlessIsNotPublished() throws Exception {
        makeWide("slow");
        commands.write(
                "routes/slow.toml",
                "[properties.export]\nsource_dataset_id = \"slow\"\n"
                        + "file_path = \"out/slow.jsonl\"\nengine = \"spark\"\nparallelism = 4\n");
        Started run = submit(
                Map.of(
                        "spark.speculation",
                        "true",
                        "spark.speculation.quantile",
                        "0.25",
                        "spark.speculation.interval",
                        "200ms"),
                "run",
                "slow");
        await(run, () -> attempts().size() == 2);
        ProcessHandle frozen = executors(run).get(0);
        signal("STOP", frozen);

        Ended ended = run.await();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).contains("as speculatable");
        signal("CONT", frozen);
        assertHasEachRowOnce();
    }

    @Test
    void whatADriverLeavesThatIsKilledIsNeverSeenAndIsSwept() throws Exception {
        makeWide("killed");
        String flow = "[properties.export]\nsource_dataset_id = \"killed\"\nfile_path = \"out/killed.jsonl\"\n";
        commands.write("routes/killed.toml", flow + "engine = \"spark\"\nparallelism = 4\n");
        Started run = submit(Map.of(), "run", "killed");
        await(run, () -> !attempts().isEmpty());
        List<ProcessHandle> executors = executors(run);
        run.process().destroyForcibly().waitFor();
        executors.forEach(each -> each.onExit().join()); // without a driver they end by themselves
        assertThat(Files.list(out()).filter(Files::isRegularFile)).isEmpty();

        commands.write("routes/killed.toml", flow); // whoever runs next
        waybill("run", "killed");

        assertHasEachRowOnce();
        assertThat(waybill("history", "killed").out()).contains("interrupted", "done");
    }

    @Test
    void whatNoAttemptCanDoFailsAtOnceAndSaysWhere() throws Exception {
        flow("latin", "spark", "latin.csv", "parallelism = 4\nexporter_config = { encoding = \"iso-8859-1\" }");

        Ended ended = spark("run", "latin");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .containsPattern("error: .*an executor: range [1-4] of 4: row \\d+, column \"note\": ")
                .doesNotContain("Spark gave up");
        assertThat(Files.exists(out()) ? files(out(), ".csv") : List.of()).isEmpty();
        assertSwept();
    }

    @Test
    void executorsWithoutTheSettingsOfTheDriverSaySo() throws Exception {
        commands.write("application.properties", """
                waybill.datasource.other.url=${env:WAYBILL_DATASOURCE_SHOP_URL}
                waybill.datasource.other.username=reader
                waybill.datasource.other.password=s3cr3t-of-the-reader
                """.replace("${env:", "{{env:").replace("URL}", "URL}}"));
        flow("alone", "spark", "alone.csv", "datasource = \"other\"");

        Ended ended = spark("run", "alone");

        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.err()).contains("an executor: data source \"other\" is not known; known: shop");
        assertSwept();
    }
}
