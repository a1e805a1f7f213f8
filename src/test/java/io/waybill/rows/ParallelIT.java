package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunResult;
import io.waybill.route.step.Planning;
import io.waybill.run.ActiveRun;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several readers share the rows of one snapshot: no row is lost or doubled, and the order stays the same. */
class ParallelIT {

    private static final int ROWS = 40_000;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private void start(String product, String... statements) throws IOException {
        harness.open(TestDatabases.of(product), statements);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(harness.database().getHikariPoolMXBean().getActiveConnections())
                .isZero();
        assertThat(readingThreads()).isEmpty();
    }

    private static List<String> readingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("waybill-reader"))
                .toList();
    }

    private static String keys(String file, int readers, String more) {
        return "source_dataset_id = \"t\"\nfile_path = \"{{root}}/" + file + "\"\nparallelism = " + readers + "\n"
                + more;
    }

    private String reading(String keys) throws Exception {
        return plan(keys).reading().words();
    }

    private Plan plan(String keys) throws Exception {
        Files.writeString(harness.file("planned.toml"), "[properties.export]\n" + keys);
        FlowFolder flows = FlowFolder.read(harness.folder(), context -> context);
        Flow flow = flows.flows().get("planned");
        return Planning.of(harness.context(), flow, flows.dataSetOf(flow).orElse(null))
                .plan(new Planner.Request(
                        "planned", FlowHarness.NOW.atZone(java.time.ZoneOffset.UTC), null, null, null, false));
    }

    private List<String> lines(String file) throws Exception {
        return Files.readAllLines(harness.file(file));
    }

    private void assertSameRowsAsOneReader(String expectedReading, String more) throws Exception {
        assertThat(reading(keys("x.csv", 3, more))).isEqualTo(expectedReading);
        harness.export(keys("one.csv", 1, more));
        RunResult three = harness.export(keys("three.csv", 3, more));
        RunResult again = harness.export(keys("again.csv", 3, more));

        assertThat(lines("three.csv").stream().sorted().toList())
                .hasSize(ROWS + 1)
                .isEqualTo(lines("one.csv").stream().sorted().toList());
        assertThat(three.files().get(0).sha256()).isEqualTo(again.files().get(0).sha256());
        assertThat(lines("three.csv")).isNotEqualTo(lines("one.csv")); // the ranges took turns
    }

    private static String insert(String key) {
        return "INSERT INTO t SELECT " + key + ", concat('note ', n) FROM (SELECT n FROM generate_series(1, " + ROWS
                + ") n) s";
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void pagesOfAPostgresqlTableNeedNoKey(String reader) throws Exception {
        start("postgresql", "CREATE TABLE t (id integer, note text)", insert("n"));

        assertSameRowsAsOneReader(
                "3 readers, by " + (reader.equals("copy") ? "COPY" : "JDBC, as reader = \"jdbc\" says")
                        + ", over pages of the table, in one exported snapshot",
                "reader = \"" + reader + "\"\n");
    }

    @Test
    void aFilterGoesIntoEveryRange() throws Exception {
        start("postgresql", "CREATE TABLE t (id integer, note text)", insert("n"));

        harness.export(keys(
                "f.csv",
                4,
                "columns = [\"id\"]\nfilters = [{ column = \"id\", op = \"<=\", value = 30000 },"
                        + " { column = \"note\", op = \"like\", value = \"%7\" }]\n"));

        assertThat(lines("f.csv")).hasSize(3001).doesNotHaveDuplicates().contains("7", "29997");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "integer | n                          | ranges of id",
                "bigint  | n * 1000003::bigint        | ranges of id, bounds from a sample",
                "text    | md5(n::text)               | ranges of id, bounds from a sample",
                "uuid    | md5(n::text)::uuid         | ranges of id, bounds from a sample",
                "numeric | n / 7::numeric             | ranges of id, bounds from a sample"
            })
    void keysOfAPartitionedTable(String type, String key, String way) throws Exception {
        start(
                "postgresql",
                "CREATE TABLE t (id " + type + " PRIMARY KEY, note text) PARTITION BY HASH (id)",
                "CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                insert(key),
                "ANALYZE t");

        assertSameRowsAsOneReader("3 readers, by COPY, over " + way + ", in one exported snapshot", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bigint      | seq                          | ranges of id",
                "bigint      | seq * seq * 1000             | ranges of id, bounds from a sample",
                "varchar(40) | md5(seq)                     | ranges of id, bounds from a sample"
            })
    void keysOfAMariadbTable(String type, String key, String way) throws Exception {
        start(
                "mariadb",
                "CREATE TABLE t (id " + type + " PRIMARY KEY, note text)",
                "INSERT INTO t SELECT " + key + ", concat('note ', seq) FROM seq_1_to_" + ROWS,
                "ANALYZE TABLE t");

        assertSameRowsAsOneReader(
                "3 readers, by JDBC, over " + way + ", each in the snapshot of one moment, under a short read lock",
                "");
    }

    @Test
    void aRowWithoutADeclaredKeyIsNotLost() throws Exception {
        start(
                "postgresql",
                "CREATE TABLE numbers AS SELECT nullif(n % 5000, 0) AS id FROM generate_series(1, 20000) n",
                "CREATE VIEW t AS SELECT * FROM numbers");
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nprimary_key = [\"id\"]\n");

        assertThat(reading(keys("x.csv", 4, ""))).startsWith("4 readers, by COPY, over ranges of id");
        assertThat(harness.export(keys("n.csv", 4, "")).rows()).isEqualTo(20_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void whatIsWrittenMeanwhileDoesNotShow(String product) throws Exception {
        boolean postgresql = product.equals("postgresql");
        start(
                product,
                "CREATE TABLE t (id integer PRIMARY KEY, note varchar(200))",
                "INSERT INTO t SELECT n, '" + "before ".repeat(20) + "' FROM (SELECT "
                        + (postgresql ? "n FROM generate_series(1, 400000) n" : "seq AS n FROM seq_1_to_400000")
                        + ") s",
                postgresql ? "ANALYZE t" : "ANALYZE TABLE t");
        Plan plan = plan(keys("x.csv", postgresql ? 4 : 3, ""));
        Exchange exchange = harness.context().getEndpoint("rows:db").createExchange();
        exchange.setProperty(RowHints.PROPERTY, plan.query().hints(plan.hidesValues()));
        exchange.setProperty(RowRanges.PROPERTY, plan.reading().ranges());
        exchange.getMessage().setBody(plan.query().sql());

        long count = 0;
        long sum = 0;
        var producer = harness.context().getEndpoint("rows:db").createProducer();
        producer.start();
        producer.process(exchange);
        try (Rows rows = exchange.getMessage().getBody(Rows.class)) {
            RowBatch batch = new RowBatch(rows.schema());
            while (rows.read(batch)) {
                if (count == 0) {
                    // each reader has a few thousand rows by now, of a hundred thousand and more
                    writeAndCommit();
                }
                count += batch.rows();
                for (int row = 0; row < batch.rows(); row++) {
                    sum += batch.column(0).longAt(row);
                    assertThat(batch.column(1).textAt(row)).startsWith("before ");
                }
            }
        }

        assertThat(count).isEqualTo(400_000);
        assertThat(sum).isEqualTo(400_000L * 400_001 / 2);
        assertThat(harness.export(keys("after.csv", 3, "")).rows()).isEqualTo(400_000 - 100_000 + 1000);
    }

    private void writeAndCommit() throws Exception {
        try (var other = java.sql.DriverManager.getConnection(
                        harness.database().getJdbcUrl(), harness.database().getUsername(), "");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            assertThat(statement.executeUpdate("DELETE FROM t WHERE id > 300000"))
                    .isEqualTo(100_000);
            assertThat(statement.executeUpdate("UPDATE t SET note = 'changed' WHERE id % 2 = 0"))
                    .isEqualTo(150_000);
            assertThat(statement.executeUpdate("INSERT INTO t SELECT id - 2000, 'inserted' FROM t WHERE id <= 1000"))
                    .isEqualTo(1000);
            other.commit();
        }
    }

    @Test
    void theFirstCauseIsReportedAndAllReadersStop() throws Exception {
        start(
                "postgresql",
                "CREATE TABLE numbers AS SELECT n FROM generate_series(1, 100000) n",
                "CREATE VIEW t AS SELECT n, 1 / (n - 60000) AS x FROM numbers");
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nprimary_key = [\"n\"]\n");

        assertThatThrownBy(() -> harness.export(keys("n.csv", 4, "")))
                .hasMessageMatching("reader 3 of 4: reading failed after \\d+ rows: ERROR: division by zero");
    }

    @Test
    void killingTheDatabaseEndsTheRun() throws Exception {
        try (EmbeddedPostgres server = TestDatabases.server().start()) {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
            pool.setUsername("postgres");
            harness.open(
                    pool,
                    "CREATE TABLE numbers AS SELECT n FROM generate_series(1, 100000) n",
                    // called immutable, or asking for the least n would wait for all rows
                    "CREATE FUNCTION slow(n integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS"
                            + " 'BEGIN IF n % 25000 > 6000 THEN PERFORM pg_sleep(0.001); END IF; RETURN true; END'",
                    "CREATE VIEW t AS SELECT n, slow(n) AS x FROM numbers");
            Files.writeString(
                    harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nprimary_key = [\"n\"]\n");
            harness.load("killed.toml", "[properties.export]\n" + keys("out/k.csv", 4, ""));
            CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(this::failed);
            await().until(() -> activeRows() > 10_000);
            assertThat(readingThreads()).hasSize(4);

            kill(pool);

            await().until(run::isDone);
            assertThat(run.get().error())
                    .matches("reader \\d of 4: reading failed after \\d+ rows: .*(I/O error|EOF|connection|closed).*");
            assertThat(readingThreads()).isEmpty();
            assertThat(harness.file("out/k.csv")).doesNotExist();
        }
    }

    private RunResult failed() {
        try {
            return harness.fail("killed");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private long activeRows() {
        return harness.component().activeRuns().stream()
                .mapToLong(ActiveRun::rows)
                .sum();
    }

    /** SIGKILL to the server and all its processes. */
    private static void kill(HikariDataSource pool) throws Exception {
        ProcessHandle server;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_read_file('postmaster.pid', 0, 20)")) {
            row.next();
            server = ProcessHandle.of(Long.parseLong(
                            row.getString(1).lines().findFirst().orElseThrow().strip()))
                    .orElseThrow();
        }
        List<ProcessHandle> all = new ArrayList<>(server.descendants().toList());
        all.add(0, server);
        all.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void thePlanSaysWhyOneReaderReads() throws Exception {
        start(
                "postgresql",
                "CREATE TABLE t (a integer, b integer, tags point[], PRIMARY KEY (a, b))",
                "INSERT INTO t SELECT n, n FROM generate_series(1, 1000) n",
                "CREATE TABLE tiny AS SELECT 1 AS a",
                "CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b)) PARTITION BY HASH (a)");
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"q\"\nquery = \"SELECT a, tags FROM t\"\nprimary_key = [\"a\"]\n");
        String one = "one reader, by COPY; parallelism = 4 is not used: ";

        assertThat(reading("source_dataset_id = \"tiny\"\nfile_path = \"x.csv\"\n"))
                .isEqualTo("one reader, by COPY");
        assertThat(readingOf("t", "columns = [\"a\"]\norder_by = \"a\"\n"))
                .isEqualTo(one + "order_by and limit ask for one order of all rows");
        assertThat(readingOf("tiny", "")).isEqualTo(one + "the table has 1 page");
        assertThat(readingOf("p", "")).isEqualTo(one + "its primary key has several columns");
        assertThat(readingOf("q", ""))
                .isEqualTo("one reader, by JDBC, since COPY does not read column tags (_point); parallelism = 4 is"
                        + " not used: the data set is a query, whose work each reader would do again");
    }

    private String readingOf(String dataSet, String more) throws Exception {
        return reading(keys("x.csv", 4, more).replace("\"t\"", "\"" + dataSet + "\""));
    }

    @Test
    void h2HasNoSnapshotToShare() throws Exception {
        start("h2", "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 5000)");

        assertThat(reading(keys("x.csv", 4, "")))
                .isEqualTo("one reader, by JDBC; parallelism = 4 is not used: H2 has no snapshot that several"
                        + " connections can share");
        assertThat(harness.export(keys("h2.csv", 4, "")).rows()).isEqualTo(5000);
    }

    @Test
    void aTableThatCannotBeLockedIsReadByOneReader() throws Exception {
        start(
                "mariadb",
                "CREATE TABLE t (id integer PRIMARY KEY, note text)",
                "INSERT INTO t SELECT seq, 'x' FROM seq_1_to_5000",
                "ANALYZE TABLE t");
        try (Connection writer = harness.database().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.executeUpdate("UPDATE t SET note = 'not committed' WHERE id = 1");
            HikariDataSource other = new HikariDataSource(copyOf(harness.database()));
            harness.context().getRegistry().bind("other", other);

            RunResult result = harness.export(keys("l.csv", 3, "datasource = \"other\"\n"));

            assertThat(result.rows()).isEqualTo(5000);
            assertThat(harness.file("l.csv")).content().doesNotContain("not committed");
            assertThat(other.getHikariPoolMXBean().getActiveConnections()).isZero();
            other.close();
            writer.rollback();
        }
    }

    private static com.zaxxer.hikari.HikariConfig copyOf(HikariDataSource source) {
        var config = new com.zaxxer.hikari.HikariConfig();
        config.setJdbcUrl(source.getJdbcUrl());
        config.setUsername(source.getUsername());
        return config;
    }

    @Test
    void aPoolThatIsTooSmallIsNamed() throws Exception {
        start("postgresql", "CREATE TABLE t (id integer, note text)", insert("n"));
        var config = copyOf(harness.database());
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(300);
        HikariDataSource small = new HikariDataSource(config);
        harness.context().getRegistry().bind("small", small);

        assertThatThrownBy(() -> harness.export(keys("s.csv", 4, "datasource = \"small\"\n")))
                .hasMessage("parallelism: data source \"small\" gave 2 of 4 connections; raise"
                        + " waybill.datasource.small.maximum-pool-size, or lower parallelism");
        assertThat(small.getHikariPoolMXBean().getActiveConnections()).isZero();
        small.close();
    }
}
