package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.ledger.RunResult;
import io.waybill.route.step.Planning;
import io.waybill.run.EngineOfTests.Attempts;
import io.waybill.servers.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Files of ranges that others write, of which the run takes those that it is told of. */
class RangedFilesIT {

    private static final String TABLE =
            "CREATE TABLE t AS SELECT i AS id, 'café, €' || i AS name, i * 1.25::numeric(12, 2) AS"
                    + " price, timestamptz '2026-01-15 10:00+00' + i * interval '1 hour' AS at FROM generate_series(1, 3000) i";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private void open(String... statements) throws IOException {
        harness.open(TestDatabases.postgres(), statements);
    }

    @BeforeEach
    void on() throws IOException {
        open(TABLE, "ANALYZE t");
        with((task, folder, attempt) -> attempt.write("1"));
    }

    private void with(Attempts attempts) {
        EngineOfTests.on(harness.context(), attempts);
    }

    @AfterEach
    void off() {
        EngineOfTests.off();
    }

    private RunResult export(String engine, String keys) throws Exception {
        return harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/" + engine + "/t.csv\"\nengine = \""
                + engine + "\"\n" + (engine.equals("spark") ? "parallelism = 4\n" : "") + keys);
    }

    private List<String> names(String folder) throws IOException {
        return TestFiles.below(harness.file(folder));
    }

    @Test
    void theyAreThoseOfOneReaderInTheOrderOfTheRanges() throws Exception {
        harness.property("waybill.privacy-keys.k", "0123456789abcdef".repeat(4));
        String keys = "columns = [\"name\", \"id\", \"at\"]\nfilters = [{ column = \"id\", op = \">\", value = 7 }]\n"
                + "transform = [{ column = \"name\", method = \"hash\", key = \"k\" }]\n"
                + "exporter_config = { delimiter = \";\", timezone = \"Asia/Tokyo\" }\n";
        export("local", keys);
        RunResult result = export("spark", keys + "max_rows_per_file = 500\n");

        List<String> local = Files.readAllLines(harness.file("local/t.csv"));
        List<String> spark = new ArrayList<>(local.subList(0, 1));
        for (int part = 1; part <= result.files().size(); part++) {
            List<String> lines = Files.readAllLines(harness.file("spark/t_part_" + part + ".csv"));
            assertThat(lines).hasSizeLessThanOrEqualTo(501).first().isEqualTo("name;id;at");
            spark.addAll(lines.subList(1, lines.size()));
        }
        assertThat(spark).isEqualTo(local).hasSize(2994);
        assertThat(result.files()).hasSizeBetween(6, 12);
        assertThat(result.rows()).isEqualTo(2993);
        assertThat(harness.file("staging")).doesNotExist();
    }

    @Test
    void whatOtherAttemptsHaveLeftIsNotPublished() throws Exception {
        with((task, folder, attempt) -> {
            attempt.write("1"); // it was done, and nobody has heard of it
            Files.writeString(folder.resolve("1-range-" + task.number() + "-3_part_1.csv"), "id\n1"); // it was killed
            return attempt.write("2");
        });
        RunResult result = export("spark", "");

        assertThat(result.rows()).isEqualTo(3000);
        assertThat(names("spark"))
                .containsExactly("t.csv.waybill.json", "t_part_1.csv", "t_part_2.csv", "t_part_3.csv", "t_part_4.csv");
        Set<String> rows = new TreeSet<>();
        for (int part = 1; part <= 4; part++) {
            rows.addAll(Files.readAllLines(harness.file("spark/t_part_" + part + ".csv")));
        }
        assertThat(rows).hasSize(3001);
    }

    @Test
    void allTasksSeeWhatTheRunSawFirst() throws Exception {
        with((task, folder, attempt) -> {
            TestDatabases.execute(
                    harness.database(),
                    "DELETE FROM t WHERE id % 10 = " + task.number(),
                    "UPDATE t SET price = -1",
                    "INSERT INTO t SELECT id + 100000 FROM t");
            return attempt.write("1");
        });
        assertThat(export("spark", "").rows()).isEqualTo(3000);
        for (int part = 1; part <= 4; part++) {
            assertThat(harness.file("spark/t_part_" + part + ".csv")).content().doesNotContain(",-1");
        }
    }

    @Test
    void whatCannotBeWrittenNamesRangeAndRowAndLeavesNothing() throws Exception {
        assertThatThrownBy(() -> export("spark", "exporter_config = { encoding = \"iso-8859-1\" }"))
                .hasMessageMatching("range 4 of 4: row 1, column \"name\": .*");
        assertThat(names("")).noneMatch(file -> file.contains("range-") || file.endsWith("t.csv"));
    }

    @Test
    void aFileThatIsNotAsItWasWrittenFailsTheRun() throws Exception {
        with((task, folder, attempt) -> {
            List<RangeTask.Written> written = attempt.write("1");
            Files.writeString(folder.resolve(written.get(0).file()), "");
            return written;
        });
        assertThatThrownBy(() -> export("spark", ""))
                .hasMessageMatching(
                        ".*1-range-1-1_part_1.csv has 0 bytes, and \\d+ bytes were written; nothing was delivered");
        with((task, folder, attempt) -> {
            List<RangeTask.Written> written = attempt.write("1");
            Files.delete(folder.resolve(written.get(0).file()));
            return written;
        });
        assertThatThrownBy(() -> export("spark", "")).hasMessageContaining("1-range-1-1_part_1.csv has gone, and ");
        assertThat(harness.file("spark/t_part_1.csv")).doesNotExist();
    }

    @Test
    void anAttemptWhoseRunHasGoneWritesNothing() throws Exception {
        with((task, folder, attempt) -> {
            TestFiles.delete(folder);
            return attempt.write("1");
        });
        assertThatThrownBy(() -> export("spark", ""))
                .hasMessageMatching(
                        "range 4 of 4: there is no folder .* here; the files of the run are staged there, and all"
                                + " executors have to share it with the driver");
        assertThat(names("")).noneMatch(file -> file.contains("range-"));
    }

    @Test
    void whoHasAnotherKeyReadsNothing() throws Exception {
        String other = "fedcba9876543210".repeat(4);
        harness.property("waybill.privacy-keys.k", "0123456789abcdef".repeat(4));
        with((task, folder, attempt) -> {
            assertThat(task.toString()).doesNotContain("0123456789abcdef");
            harness.property("waybill.privacy-keys.k", other);
            return attempt.write("1");
        });
        assertThatThrownBy(
                        () -> export("spark", "transform = [{ column = \"name\", method = \"hash\", key = \"k\" }]\n"))
                .hasMessage("range 4 of 4: key \"k\" is another one here than where the run was planned, and would make"
                        + " something else of the same values; set the same waybill.privacy-keys.k in both");
        assertThat(names("")).noneMatch(file -> file.contains("range-") || file.endsWith("t_part_1.csv"));
    }

    @Test
    void whoseDataSourceLeadsElsewhereReadsNothing() throws Exception {
        try (HikariDataSource elsewhere = TestDatabases.postgres()) {
            TestDatabases.execute(elsewhere, TABLE);
            with((task, folder, attempt) -> {
                harness.context().getRegistry().bind("db", elsewhere);
                return attempt.write("1");
            });
            assertThatThrownBy(() -> export("spark", ""))
                    .hasMessageMatching("range 4 of 4: data source \"db\" leads to PostgreSQL database test\\d+ at"
                            + " postgresql://\\S+ \\(system \\d+\\) here, and where the run was planned to PostgreSQL"
                            + " database test\\d+ at .*; set waybill.datasource.db.url alike in both");
        }
    }

    @Test
    void whoReadsAsAnotherReadsNothing() throws Exception {
        try (HikariDataSource executors = TestDatabases.as("some_executor", harness.database())) {
            TestDatabases.execute(
                    harness.database(),
                    "GRANT SELECT ON t TO some_executor",
                    "GRANT EXECUTE ON FUNCTION pg_control_system() TO some_executor");
            with((task, folder, attempt) -> {
                harness.context().getRegistry().bind("db", executors);
                return attempt.write("1");
            });
            assertThatThrownBy(() -> export("spark", ""))
                    .hasMessage("range 4 of 4: data source \"db\" reads as some_executor here, and where the run was"
                            + " planned as postgres, who may see other rows; set waybill.datasource.db.username alike in"
                            + " both");
        }
    }

    @Test
    void noRowsAreOneFileOrNone() throws Exception {
        String none = "filters = [{ column = \"id\", op = \"<\", value = 0 }]\n";
        assertThat(export("spark", none).files()).hasSize(1);
        assertThat(harness.file("spark/t_part_1.csv")).hasContent("id,name,price,at\n");
        assertThat(export("spark", none + "skip_empty = true\n").files()).isEmpty();
    }

    @Test
    void aLimitOfTheDataSetStopsItBeforeAllIsRead() throws Exception {
        List<Integer> done = new ArrayList<>();
        with((task, folder, attempt) -> {
            done.add(task.number());
            return attempt.write("1");
        });
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nlimits = { max_rows = 1 }\n");

        assertThatThrownBy(() -> export("spark", ""))
                .hasMessage("data set \"t\": the export exceeds limits.max_rows = 1; nothing was delivered");
        assertThat(done).containsExactly(4);
    }

    @Test
    void aDatabaseWhoseSnapshotStaysInItsProcessIsReadByOneTask() throws Exception {
        harness.open(
                TestDatabases.mariadb(),
                "CREATE TABLE t (id INT PRIMARY KEY)",
                "INSERT INTO t SELECT seq FROM seq_1_to_1000");
        with((task, folder, attempt) -> attempt.write("1"));
        String flow =
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\nengine = \"spark\"\n";
        harness.load("many.toml", flow + "parallelism = 2\n").load("one.toml", flow);

        assertThat(harness.failure("many"))
                .hasMessage(
                        "engine: \"spark\" with parallelism = 2 reads by several processes, and no snapshot of MariaDB can be"
                                + " shared among them: they would not see the same rows; leave parallelism out, and one task reads"
                                + " all of them");
        assertThat(harness.run("one").rows()).isEqualTo(1000);
        assertThat(harness.file("out/t.csv")).isRegularFile();
        assertThat(Planning.of(harness.context(), harness.flows().flows().get("one"), null)
                        .plan(Planner.Request.look("look", FlowHarness.NOW.atZone(ZoneOffset.UTC)))
                        .reading()
                        .words())
                .isEqualTo("one task of Spark, by JDBC");
    }

    @Test
    void thePlanSaysWhoReadsWhatAndInWhichSnapshot() throws Exception {
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\n"
                        + "engine = \"spark\"\nparallelism = 4\n");
        assertThat(Planning.of(harness.context(), harness.flows().flows().get("t"), null)
                        .plan(Planner.Request.look("look", FlowHarness.NOW.atZone(ZoneOffset.UTC)))
                        .reading()
                        .words())
                .isEqualTo("4 tasks of Spark, by COPY, over pages of the table, in one exported snapshot");
    }

    private static List<String> objects(S3Server s3) {
        return s3.client().listObjectsV2(request -> request.bucket("lake")).contents().stream()
                .map(S3Object::key)
                .sorted()
                .toList();
    }

    @Test
    void intoABucketTheyGoBelowAPrefixOfTheRunsOwnAndAreCopiedToTheirNames(@TempDir Path buckets) throws Exception {
        try (S3Server s3 = S3Server.start(buckets, "lake")) {
            s3.connection("lake").forEach(harness::property);
            List<String> before = new ArrayList<>();
            with((task, folder, attempt) -> {
                attempt.write("1"); // nobody has heard of it
                before.addAll(objects(s3));
                return attempt.write("2");
            });
            String keys =
                    "source_dataset_id = \"t\"\nfile_path = \"s3://lake/out/\"\nformat = \"csv\"\nconnection = \"lake\"\n"
                            + "engine = \"spark\"\nparallelism = 4\nredelivery = { maximum_redeliveries = 0 }\n";
            RunResult result = harness.export(keys);

            assertThat(before)
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("out/.waybill/" + result.runId() + "/1-range-"));
            assertThat(objects(s3))
                    .containsExactly(
                            "out/flow1.waybill.json",
                            "out/part-00000.csv",
                            "out/part-00001.csv",
                            "out/part-00002.csv",
                            "out/part-00003.csv");
            export("local", "");
            StringBuilder rows = new StringBuilder();
            for (int part = 0; part < 4; part++) {
                String key = "out/part-0000" + part + ".csv";
                String file = s3.client()
                        .getObjectAsBytes(request -> request.bucket("lake").key(key))
                        .asUtf8String();
                rows.append(part == 0 ? file : file.substring(file.indexOf('\n') + 1));
            }
            assertThat(rows.toString()).isEqualTo(Files.readString(harness.file("local/t.csv")));

            // nothing of one that fails is left
            assertThatThrownBy(() -> harness.export(keys + "exporter_config = { encoding = \"iso-8859-1\" }\n"))
                    .hasMessageContaining("range 4 of 4: row 1, ");
            assertThat(objects(s3)).hasSize(5);
        }
    }
}
