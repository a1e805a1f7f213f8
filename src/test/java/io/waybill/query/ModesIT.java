package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.WaybillException;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of modes and kinds of data sets, and the filters, on each database: which rows an export takes. */
class ModesIT {

    @TempDir
    private Path folder;

    static Stream<Arguments> databases() {
        return Stream.of(
                database("PostgreSQL", TestDatabases::postgres),
                database("MariaDB", TestDatabases::mariadb),
                database("H2", TestDatabases::h2));
    }

    private static Arguments database(String name, Supplier<HikariDataSource> supplier) {
        return Arguments.of(Named.of(name, supplier));
    }

    private FlowHarness orders(HikariDataSource database) {
        TestDatabases.execute(
                database,
                "CREATE TABLE feed (id integer primary key, xt_record_type varchar(10), xt_batch_id integer)",
                "INSERT INTO feed VALUES (1, 'new', 1), (2, 'changed', 1), (3, 'deleted', 1), (4, 'unchanged', 2), (5, 'new', 2)",
                "CREATE VIEW feed_delta_transaction AS SELECT * FROM feed WHERE xt_record_type <> 'unchanged'",
                "CREATE VIEW tracked AS SELECT id, xt_batch_id FROM feed",
                "CREATE VIEW plain AS SELECT id FROM feed");
        return new FlowHarness(folder, database);
    }

    private static List<String> ids(FlowHarness harness, String keys) throws Exception {
        RunResult result =
                harness.export(keys + "\ncolumns = [\"id\"]\norder_by = \"id\"\nfile_path = \"{{root}}/out.csv\"\n");
        List<String> lines = Files.readAllLines(harness.folder().resolve("out.csv"));
        assertThat(result.rows()).isEqualTo(lines.size() - 1);
        return lines.subList(1, lines.size());
    }

    @ParameterizedTest
    @MethodSource("databases")
    void eachModeTakesItsRowsOfEachKind(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get();
                FlowHarness harness = orders(database)) {
            assertThat(ids(harness, "source_dataset_id = \"feed\"")).containsExactly("1", "2", "3", "4", "5");
            assertThat(ids(harness, "source_dataset_id = \"feed\"\nexport_mode = \"incremental\""))
                    .containsExactly("1", "2", "5");
            assertThat(ids(harness, "source_dataset_id = \"feed\"\nexport_mode = \"changes_only\""))
                    .containsExactly("1", "2", "3", "5");
            assertThat(ids(harness, "source_dataset_id = \"feed\"\nexport_mode = \"batch\"\nbatch_id = 1"))
                    .containsExactly("1", "2", "3");
            assertThat(ids(harness, "source_dataset_id = \"feed\"\nexport_mode = \"batch\"\nbatch_id = \"2\""))
                    .containsExactly("4", "5");

            assertThat(ids(harness, "source_dataset_id = \"feed_delta_transaction\""))
                    .containsExactly("1", "2", "3", "5");
            assertThat(ids(harness, "source_dataset_id = \"feed_delta_transaction\"\nexport_mode = \"incremental\""))
                    .containsExactly("5");
            assertThat(ids(harness, "source_dataset_id = \"feed_delta_transaction\"\nexport_mode = \"changes_only\""))
                    .containsExactly("1", "2", "3", "5");
            assertThat(ids(
                            harness,
                            "source_dataset_id = \"feed_delta_transaction\"\nexport_mode = \"batch\"\nbatch_id = 1"))
                    .containsExactly("1", "2", "3");

            assertThat(ids(harness, "source_dataset_id = \"tracked\"\nexport_mode = \"incremental\""))
                    .containsExactly("4", "5");
            assertThat(ids(harness, "source_dataset_id = \"tracked\"\nexport_mode = \"batch\"\nbatch_id = 1"))
                    .containsExactly("1", "2", "3");
            assertThat(ids(harness, "source_dataset_id = \"plain\"")).containsExactly("1", "2", "3", "4", "5");
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void whatDoesNotGoTogetherIsRefused(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get();
                FlowHarness harness = orders(database)) {
            assertThatThrownBy(() -> ids(harness, "source_dataset_id = \"plain\"\nexport_mode = \"incremental\""))
                    .isInstanceOf(WaybillException.class)
                    .hasMessage(
                            "export_mode: \"incremental\" is refused: data set \"plain\" is a plain table or query, which"
                                    + " has no batches; allowed: full, or since_last_export with a watermark column");
            assertThatThrownBy(
                            () -> ids(harness, "source_dataset_id = \"plain\"\nexport_mode = \"batch\"\nbatch_id = 1"))
                    .hasMessageContaining("which has no batches; allowed: full");
            assertThatThrownBy(() -> ids(harness, "source_dataset_id = \"plain\"\nexport_mode = \"changes_only\""))
                    .hasMessageContaining("which has no batches; allowed: full");
            assertThatThrownBy(() -> ids(harness, "source_dataset_id = \"tracked\"\nexport_mode = \"changes_only\""))
                    .hasMessageContaining(
                            "is batch tracked, which has no record types; allowed: full, incremental, batch");
            assertThatThrownBy(() ->
                            ids(harness, "source_dataset_id = \"feed\"\nexport_mode = \"batch\"\nbatch_id = \"x\""))
                    .hasMessage("batch_id: \"x\" does not go with column xt_batch_id, which is integer");
            assertThatThrownBy(() -> ids(harness, "source_dataset_id = \"feeds\""))
                    .hasMessageStartingWith(
                            "source_dataset_id: \"feeds\" is no table or view of data source db; looked in schema")
                    .hasMessageEndingWith("; did you mean \"feed\"?");
            TestDatabases.execute(database, "CREATE SEQUENCE numbers");
            assertThatThrownBy(() -> ids(harness, "source_dataset_id = \"numbers\""))
                    .hasMessageContaining("\"numbers\" is no table or view of data source db")
                    .message()
                    .as("what has no rows is not suggested")
                    .doesNotContain("did you mean");
            assertThatThrownBy(() -> harness.export(
                            "source_dataset_id = \"plain\"\ncolumns = [\"idd\"]\nfile_path = \"{{root}}/x.csv\"\n"))
                    .hasMessage("columns: data set \"plain\" has no column \"idd\"; did you mean \"id\"?; it has id");
            assertThatThrownBy(() -> harness.export(
                            "source_dataset_id = \"plain\"\nfile_path = \"{{root}}/x_{batch_id}.csv\"\n"))
                    .hasMessage("file_path: {batch_id} has no value: data set \"plain\" is plain and has no batches");
        }
        assertThat(folder.toFile().list()).noneMatch(name -> name.startsWith("x") || name.equals(".waybill"));
    }

    /** Some of them an hour that the zone of the tests leaves out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "postgresql | timestamptz, 2026-03-08T02:30:00.000001Z; timestamp, 2026-03-08T02:30:00.000001; float8, 1.5",
                "mariadb | bigint unsigned, 18446744073709551615; datetime(6), 2026-03-08T02:30:00.000001; year, 2026",
                "h2 | timestamp(9), 2026-03-08T02:30:00.000000001; date, 2026-03-08; decfloat, 1.5",
                "sqlite | real, 1.5; datetime, 2026-03-08T02:30",
                "duckdb | hugeint, 170141183460469231731687303715884105727; timestamp_ns, 2026-03-08T02:30:00.000000001",
            })
    void aBatchIsTheNumberOrTimeThatItIs(String product, String typesAndBatches) throws Exception {
        try (HikariDataSource database = open(product);
                FlowHarness harness = new FlowHarness(folder, database)) {
            for (String each : typesAndBatches.split("; ")) {
                String type = each.substring(0, each.indexOf(", "));
                String batch = each.substring(each.indexOf(", ") + 2);
                boolean timed = batch.indexOf('-') > 0;
                String least = timed ? "'2026-01-01'" : type.equals("year") ? "2025" : "1";
                TestDatabases.execute(
                        database,
                        "DROP TABLE IF EXISTS tracked",
                        "CREATE TABLE tracked (id integer, xt_batch_id " + type + ")",
                        "INSERT INTO tracked VALUES (1, " + least + "), (2, " + (timed ? "'" + batch + "'" : batch)
                                + ")");
                String keys = "source_dataset_id = \"tracked\"\nexport_mode = ";

                assertThat(ids(harness, keys + "\"incremental\"")).as(type).containsExactly("2");
                assertThat(ids(harness, keys + "\"batch\"\nbatch_id = \"" + batch + "\""))
                        .as(type)
                        .containsExactly("2");
                harness.export(keys + "\"incremental\"\nfile_path = \"{{root}}/b={batch_id}.csv\"\n");
                assertThat(folder.resolve("b=" + batch + ".csv")).exists();
            }
        }
    }

    private HikariDataSource open(String product) {
        return switch (product) {
            case "sqlite" -> TestDatabases.newSqlite(folder);
            case "duckdb" -> TestDatabases.duckdb(folder);
            default -> TestDatabases.of(product);
        };
    }

    @Test
    void aBatchOfATypeThatIsNotOrderedIsRefused() throws Exception {
        try (HikariDataSource database = TestDatabases.h2();
                FlowHarness harness = new FlowHarness(folder, database)) {
            TestDatabases.execute(database, "CREATE TABLE tracked (id integer, xt_batch_id uuid)");

            assertThatThrownBy(() -> ids(harness, "source_dataset_id = \"tracked\"\nexport_mode = \"incremental\""))
                    .hasMessage("batch_id: column xt_batch_id of data set \"tracked\" is uuid; allowed: whole numbers,"
                            + " decimals, text, dates, timestamps");
        }
    }

    /** Programs write times as texts, each in its way; its driver would bind others. */
    @Test
    void filtersFindWhatSqliteKeepsInWhicheverForm() throws Exception {
        String[][] cases = {
            {"at", "op = \"=\", value = \"2026-01-10 11:00:00\"", "2"},
            {"at", "op = \"<=\", value = \"2026-01-10 11:00:00\"", "1 2"},
            {"at", "op = \">\", value = \"2026-01-10T11:00:00\"", "3"},
            {"at", "on = [\"2026-01-10\"]", "1 2"},
            {"at", "last = \"2 days\"", "3"},
            {"at", "hours = \"10:30-12:00\"", "2 3"},
            {"day", "op = \"in\", values = [2026-01-10, \"2026-01-12\"]", "1 2"},
            {"day", "op = \"between\", values = [\"2026-01-11\", \"2026-01-15\"]", "3"},
            {"t", "op = \"=\", value = \"11:00:00\"", "2"},
            {"z", "op = \">=\", value = \"2026-01-10T09:00:00Z\"", "2 3"},
            {"z", "op = \"=\", value = \"2026-01-10T10:00:00.25Z\"", "3"},
            {"flag", "op = \"=\", value = true", "1 2"},
            {"twice", "op = \">\", value = 3", "2 3"},
            {"twice", "op = \"=\", value = 2.5", "1"},
            {"w", "op = \">\", value = 9.5", "2 3"},
        };
        try (HikariDataSource database = TestDatabases.newSqlite(folder);
                FlowHarness harness = new FlowHarness(folder, database)) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id INTEGER, at DATETIME, day DATE, t TIME, z TEXT, flag BOOLEAN, w TEXT)",
                    "INSERT INTO t VALUES (1, '2026-01-10 10:00', '2026-01-10', '10:00:00', '2026-01-10 09:30:00+01:00', 1, '9')",
                    "INSERT INTO t VALUES (2, '2026-01-10T11:00:00.000', '2026-01-10 00:00:00', '11:00:00.0',"
                            + " '2026-01-10T09:00:00Z', 'true', '10')",
                    "INSERT INTO t VALUES (3, '2026-01-14 11:00:00.5', '2026-01-14', '12:00:00',"
                            + " '2026-01-10T11:00:00.250+01:00', 0, '1e2')");
            Files.writeString(
                    folder.resolve("datasets.toml"),
                    "[[dataset]]\nid = \"d\"\nquery = \"SELECT *, id * 2.5 AS twice FROM t\"\ncolumns = ["
                            + "{ name = \"z\", type = \"timestamptz\" }, { name = \"w\", type = \"double\" }]\n");
            for (String[] each : cases) {
                String filters = "filters = [{ column = \"" + each[0] + "\", " + each[1] + " }]";
                assertThat(ids(harness, "source_dataset_id = \"d\"\n" + filters))
                        .as(filters)
                        .containsExactly(each[2].split(" "));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "sqlite", "duckdb"})
    void textsAreComparedAndOrderedAsWhatTheyAreDeclaredToHold(String product) throws Exception {
        try (HikariDataSource database = open(product);
                FlowHarness harness = new FlowHarness(folder, database)) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id integer, n varchar(9), f varchar(9), d varchar(10), ts varchar(40), z varchar(40),"
                            + " b varchar(9), u varchar(36))",
                    "INSERT INTO t VALUES (1, '9', '9', '2026-01-09', '2026-01-09T10:00:00', '2026-01-09T10:00:00+05:00',"
                            + " 'yes', '123E4567-E89B-12D3-A456-426614174000')",
                    "INSERT INTO t VALUES (2, '10', '1e1', '2026-01-10', '2026-01-09 11:00:00', '2026-01-09T07:00:00Z',"
                            + " '0', '00000000-0000-0000-0000-000000000000')",
                    "INSERT INTO t (id, n) VALUES (3, '-1'), (4, '100')");
            Files.writeString(folder.resolve("datasets.toml"), """
                    [[dataset]]
                    id = "t"
                    table = "t"
                    columns = [
                      { name = "n", type = "bigint" },
                      { name = "f", type = "double" },
                      { name = "d", type = "date" },
                      { name = "ts", type = "timestamp" },
                      { name = "z", type = "timestamptz" },
                      { name = "b", type = "boolean" },
                      { name = "u", type = "uuid" },
                    ]
                    """);
            String keys = "source_dataset_id = \"t\"\ncolumns = [\"id\"]\nfile_path = \"{{root}}/out.csv\"\n";

            harness.export(keys + "order_by = [\"n desc\"]\nlimit = 3\n");

            assertThat(folder.resolve("out.csv")).hasContent("id\n4\n2\n1");
            for (String condition : List.of(
                    "f\", op = \"<\", value = 9.5",
                    "d\", op = \"<\", value = 2026-01-10",
                    "ts\", op = \"<\", value = \"2026-01-09 10:30:00\"",
                    "z\", op = \"<\", value = \"2026-01-09T06:00:00Z\"",
                    "b\", op = \"=\", value = true",
                    "u\", op = \"=\", value = \"123e4567-e89b-12d3-a456-426614174000\"")) {
                String filters = "source_dataset_id = \"t\"\nfilters = [{ column = \"" + condition + " }]";
                if (product.equals("mariadb") && condition.startsWith("z")) {
                    assertThatThrownBy(() -> ids(harness, filters))
                            .hasMessage(
                                    "a text that is declared timestamptz cannot be compared on MariaDB, which reads no"
                                            + " offsets: have a query make a datetime of it");
                } else {
                    assertThat(ids(harness, filters)).as(filters).containsExactly("1");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aDataSetWithoutABatchYetHasNoRows(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get();
                FlowHarness harness = new FlowHarness(folder, database)) {
            TestDatabases.execute(database, "CREATE TABLE tracked (id integer, xt_batch_id integer)");

            RunResult result = harness.export(
                    "source_dataset_id = \"tracked\"\nexport_mode = \"incremental\"\nfile_path = \"{{root}}/b_{batch_id}.csv\"\n");

            assertThat(result.batchId()).isNull();
            assertThat(folder.resolve("b_none.csv")).hasContent("id,xt_batch_id");
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aBatchThatIsNotThereIsRefused(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get();
                FlowHarness harness = orders(database)) {
            String batch = "source_dataset_id = \"tracked\"\nexport_mode = \"batch\"\nbatch_id = ";
            assertThatThrownBy(() -> ids(harness, batch + "7"))
                    .hasMessage("batch_id: data set \"tracked\" has no batch 7; it has 2, 1");
            assertThatThrownBy(() -> ids(harness, batch + "7\nskip_empty = true"))
                    .hasMessageContaining("has no batch 7");
            // one that has rows, and none that the filters take, is there
            assertThat(ids(harness, batch + "1\nfilters = [{ column = \"id\", op = \">\", value = 100 }]"))
                    .isEmpty();

            TestDatabases.execute(
                    database,
                    "CREATE TABLE named (id integer, xt_batch_id varchar(10))",
                    "CREATE TABLE none (id integer, xt_batch_id integer)",
                    "INSERT INTO named VALUES (1, 'b1'), (2, 'b2'), (3, 'b3'), (4, 'b4'), (5, 'b5'), (6, 'b6'), (7, NULL)");
            assertThatThrownBy(() -> ids(harness, batch.replace("tracked", "named") + "\"b7\""))
                    .hasMessage("batch_id: data set \"named\" has no batch b7; its latest are b6, b5, b4, b3, b2");
            assertThat(ids(harness, batch.replace("tracked", "named") + "\"b1\""))
                    .containsExactly("1");
            assertThatThrownBy(() -> ids(harness, batch.replace("tracked", "none") + "1"))
                    .hasMessage("batch_id: data set \"none\" has no batch 1; it has none yet");
        }
        assertThat(folder.resolve("out.csv").toFile()).exists(); // of those that were there
    }

    @ParameterizedTest
    @MethodSource("databases")
    void theLatestOfBatchesThatAreTextIsThatOfTheHighestNumber(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get();
                FlowHarness harness = orders(database)) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE texts (id integer, xt_batch_id varchar(10))",
                    "INSERT INTO texts VALUES (1, '8'), (2, '9')");
            String latest = "source_dataset_id = \"texts\"\nexport_mode = \"incremental\"";
            assertThat(ids(harness, latest)).containsExactly("2");

            TestDatabases.execute(database, "INSERT INTO texts VALUES (3, '10')");
            assertThatThrownBy(() -> ids(harness, latest))
                    .hasMessage(
                            "batch_id: column xt_batch_id of data set \"texts\" is text, and holds numbers of different lengths (\"10\","
                                    + " \"9\"): as text, \"10\" lies before \"9\", and would never go out; declare in datasets.toml that they"
                                    + " are numbers, columns = [{ name = \"xt_batch_id\", type = \"bigint\" }], or give them leading"
                                    + " zeros");
            assertThatThrownBy(() -> harness.export(
                            "source_dataset_id = \"texts\"\nfile_path = \"{{root}}/t_{batch_id}.csv\"\n"))
                    .hasMessageContaining("holds numbers of different lengths");
            assertThat(ids(harness, "source_dataset_id = \"texts\"")).containsExactly("1", "2", "3");
            assertThat(ids(harness, "source_dataset_id = \"texts\"\nexport_mode = \"batch\"\nbatch_id = \"10\""))
                    .containsExactly("3");

            Files.writeString(
                    folder.resolve("datasets.toml"),
                    "[[dataset]]\nid = \"texts\"\ntable = \"texts\"\ncolumns = [{ name = \"xt_batch_id\", type = \"bigint\" }]\n");
            assertThat(ids(harness, latest)).containsExactly("3");
            assertThat(ids(harness, "source_dataset_id = \"texts\"\nexport_mode = \"batch\"\nbatch_id = 9"))
                    .containsExactly("2");
            assertThat(
                            ids(
                                    harness,
                                    "source_dataset_id = \"texts\"\nfilters = [{ column = \"xt_batch_id\", op = \">=\", value = 9 }]"))
                    .containsExactly("2", "3");
            Files.delete(folder.resolve("datasets.toml"));
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void rowsOfTheFutureAreNotOfTheLastTime(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get()) {
            boolean mariadb = database.getJdbcUrl().contains("mariadb");
            String instant = mariadb ? "timestamp(6) null" : "timestamp(6) with time zone";
            String utc = mariadb ? "" : "+00:00";
            // the harness' clock shows 2026-01-15 23:30 UTC
            TestDatabases.execute(
                    database,
                    "CREATE TABLE events (id integer primary key, due date, local timestamp(6)"
                            + (mariadb ? " null" : "") + ", at " + instant + ")");
            insertInUtc(
                    database,
                    "INSERT INTO events VALUES"
                            + " (1, '2026-01-14', '2026-01-15 22:29:59', '2026-01-15 22:29:59" + utc + "'),"
                            + " (2, '2026-01-15', '2026-01-15 23:29:59', '2026-01-15 23:29:59" + utc + "'),"
                            + " (3, '2026-01-16', '2026-01-15 23:30:00', '2026-01-15 23:30:00" + utc + "'),"
                            + " (4, '2027-01-16', '2027-01-15 23:30:00', '2027-01-15 23:30:00" + utc + "')");
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                assertThat(filtered(harness, "{ column = \"at\", last = \"1 hour\" }"))
                        .containsExactly("2");
                assertThat(filtered(harness, "{ column = \"due\", last = \"1 day\" }"))
                        .containsExactly("1", "2");
                if (!mariadb) { // whose TIMESTAMP is an instant
                    assertThat(filtered(harness, "{ column = \"local\", last = \"1 hour\" }"))
                            .containsExactly("2");
                }
                assertThat(filtered(harness, "{ column = \"at\", on = [\"2026-01-15\"] }"))
                        .containsExactly("1", "2", "3");
                assertThat(filtered(harness, "{ column = \"at\", previous = \"month\" }"))
                        .isEmpty();
                assertThatThrownBy(() -> filtered(harness, "{ column = \"at\", last = \"9999 years\" }"))
                        .hasMessageContaining("filters.last: \"9999 years\" is longer than 1000 years");
            }
        }
    }

    /** Where a literal cannot say so, by the session's time zone. */
    private static void insertInUtc(HikariDataSource database, String insert) {
        if (database.getJdbcUrl().contains("mariadb")) {
            TestDatabases.execute(database, "SET time_zone = '+00:00'", insert, "SET time_zone = @@GLOBAL.time_zone");
        } else {
            TestDatabases.execute(database, insert);
        }
    }

    private FlowHarness events(HikariDataSource database) {
        String instant =
                database.getJdbcUrl().contains("mariadb") ? "timestamp(6) null" : "timestamp(6) with time zone";
        // the harness' clock shows 2026-01-15 23:30 UTC, which is the 16th in Vienna
        String zone = database.getJdbcUrl().contains("mariadb") ? "" : "+00:00";
        TestDatabases.execute(
                database,
                "CREATE TABLE events (id integer primary key, name varchar(40), amount numeric(10,2), open boolean, due date,"
                        + " at " + instant + ")");
        insertInUtc(
                database,
                "INSERT INTO events VALUES"
                        + " (1, 'alpha', 10.50, true, '2026-01-15', '2026-01-15 22:59:59" + zone + "'),"
                        + " (2, 'beta', 20, false, '2026-01-16', '2026-01-15 23:00:00" + zone + "'),"
                        + " (3, '100%', -3, true, '2025-12-31', '2025-12-31 08:30:00" + zone + "'),"
                        + " (4, NULL, NULL, NULL, NULL, NULL),"
                        + " (5, 'o''neill; DROP TABLE events', 0, false, '2026-01-10', '2026-01-10 16:00:00" + zone
                        + "')");
        return new FlowHarness(folder, database);
    }

    private static List<String> filtered(FlowHarness harness, String filter) throws Exception {
        return ids(harness, "source_dataset_id = \"events\"\nfilters = [" + filter + "]");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void filtersTakeTheirRows(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get();
                FlowHarness harness = events(database)) {
            assertThat(filtered(harness, "{ column = \"amount\", op = \">=\", value = 10.5 }"))
                    .containsExactly("1", "2");
            assertThat(filtered(harness, "{ column = \"amount\", op = \"<\", value = \"0.01\" }"))
                    .containsExactly("3", "5");
            assertThat(filtered(harness, "{ column = \"amount\", op = \"between\", values = [-3, 10.5] }"))
                    .containsExactly("1", "3", "5");
            assertThat(filtered(harness, "{ column = \"name\", op = \"=\", value = \"o'neill; DROP TABLE events\" }"))
                    .containsExactly("5");
            assertThat(filtered(harness, "{ column = \"name\", op = \"!=\", value = \"alpha\" }"))
                    .containsExactly("2", "3", "5");
            assertThat(filtered(harness, "{ column = \"name\", op = \"in\", values = [\"alpha\", \"beta\"] }"))
                    .containsExactly("1", "2");
            assertThat(filtered(harness, "{ column = \"name\", op = \"not_in\", values = [\"alpha\"] }"))
                    .containsExactly("2", "3", "5");
            assertThat(filtered(harness, "{ column = \"name\", op = \"like\", value = \"%a\" }"))
                    .containsExactly("1", "2");
            assertThat(filtered(harness, "{ column = \"name\", op = \"matches\", value = \"a.*|b.*\" }"))
                    .containsExactly("1", "2");
            assertThat(filtered(harness, "{ column = \"name\", op = \"is_null\" }"))
                    .containsExactly("4");
            assertThat(filtered(harness, "{ column = \"open\", op = \"=\", value = true }"))
                    .containsExactly("1", "3");
            assertThat(filtered(harness, "{ column = \"due\", op = \">\", value = 2026-01-10 }"))
                    .containsExactly("1", "2");
            assertThat(filtered(harness, "{ column = \"at\", op = \"<=\", value = 2025-12-31T08:30:00Z }"))
                    .containsExactly("3");
            assertThat(
                            filtered(
                                    harness,
                                    "{ column = \"open\", op = \"=\", value = true }, { column = \"id\", op = \">\", value = 1 }"))
                    .containsExactly("3");
            TestDatabases.execute(database, "UPDATE events SET name = 'alpha\n' WHERE id = 1");
            assertThat(filtered(harness, "{ column = \"name\", op = \"matches\", value = \"alpha|beta\" }"))
                    .containsExactly("2");
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void filtersOfTimeCountInTheTriggersZone(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get();
                FlowHarness harness = events(database)) {
            boolean mariadb = database.getJdbcUrl().contains("mariadb");
            String vienna = "\n[[triggers]]\ntype = \"manual\"\ntimezone = \"" + (mariadb ? "+01:00" : "Europe/Vienna")
                    + "\"\n";

            // in Vienna it is 2026-01-16 00:30
            assertThat(timed(harness, "{ column = \"at\", previous = \"day\" }", vienna))
                    .containsExactly("1");
            assertThat(timed(harness, "{ column = \"due\", previous = \"day\" }", vienna))
                    .containsExactly("1");
            assertThat(timed(harness, "{ column = \"at\", previous = \"month\" }", vienna))
                    .containsExactly("3");
            assertThat(timed(harness, "{ column = \"at\", previous = \"week\" }", vienna))
                    .containsExactly("5");
            assertThat(timed(harness, "{ column = \"at\", last = \"45 minutes\" }", vienna))
                    .containsExactly("1", "2");
            assertThat(timed(harness, "{ column = \"due\", last = \"1 day\" }", vienna))
                    .containsExactly("1", "2");
            assertThat(timed(harness, "{ column = \"at\", on = [\"2026-01-16\", \"2026-01-10\"] }", vienna))
                    .containsExactly("2", "5");
            assertThat(timed(harness, "{ column = \"at\", hours = \"09:00-17:00\" }", vienna))
                    .containsExactly("3");
            assertThat(timed(harness, "{ column = \"at\", hours = \"22:00-06:00\" }", vienna))
                    .containsExactly("1", "2");
            // and in UTC still the 15th
            assertThat(timed(harness, "{ column = \"at\", previous = \"day\" }", ""))
                    .isEmpty();
            assertThat(timed(harness, "{ column = \"at\", hours = \"16:00-17:00\" }", ""))
                    .containsExactly("5");
        }
    }

    private static List<String> timed(FlowHarness harness, String filter, String trigger) throws Exception {
        harness.export(
                "source_dataset_id = \"events\"\ncolumns = [\"id\"]\norder_by = \"id\"\nfile_path = \"{{root}}/t.csv\"\nfilters = ["
                        + filter + "]\n" + trigger);
        List<String> lines = Files.readAllLines(harness.folder().resolve("t.csv"));
        return lines.subList(1, lines.size());
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aSingleIsFoundByTheNumberThatItShows(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get()) {
            String single = database.getJdbcUrl().contains("mariadb") ? "FLOAT" : "REAL";
            TestDatabases.execute(
                    database,
                    "CREATE TABLE readings (id integer, level " + single + ")",
                    "INSERT INTO readings VALUES (1, 0.1), (2, 0.7), (3, 3)");
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                String readings = "source_dataset_id = \"readings\"\nfilters = [{ column = \"level\", op = ";
                assertThat(ids(harness, readings + "\"=\", value = 0.1 }]")).containsExactly("1");
                assertThat(ids(harness, readings + "\"!=\", value = 0.1 }]")).containsExactly("2", "3");
                assertThat(ids(harness, readings + "\"between\", values = [0.1, 0.7] }]"))
                        .containsExactly("1", "2");
                assertThat(ids(harness, readings + "\"<\", value = 1e300 }]")).containsExactly("1", "2", "3");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void wrongFiltersAreRefusedBeforeTheRunBegins(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get();
                FlowHarness harness = events(database)) {
            assertThatThrownBy(() -> filtered(harness, "{ column = \"amout\", op = \"=\", value = 1 }"))
                    .hasMessageStartingWith(
                            "filters: data set \"events\" has no column \"amout\"; did you mean \"amount\"?");
            assertThatThrownBy(() -> filtered(harness, "{ column = \"amount\", op = \"=\", value = \"much\" }"))
                    .hasMessage("filters: column \"amount\" is decimal(10,2): \"much\" does not go with that type");
            assertThatThrownBy(() -> filtered(harness, "{ column = \"name\", op = \"=\", value = 7 }"))
                    .hasMessage("filters: column \"name\" is text: 7 does not go with that type");
            assertThatThrownBy(() -> filtered(harness, "{ column = \"name\", last = \"3 days\" }"))
                    .hasMessage(
                            "filters: column \"name\" is text: last, previous, on and hours go with dates and times");
            assertThatThrownBy(() -> filtered(harness, "{ column = \"due\", op = \"like\", value = \"2026%\" }"))
                    .hasMessage("filters: column \"due\" is date: like and matches compare text with text");
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void namesThatNeedQuotesAreQuoted(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get()) {
            String q = database.getJdbcUrl().contains("mariadb") ? "`" : "\"";
            String table = q + "sel ect; --'" + q;
            TestDatabases.execute(
                    database,
                    "CREATE TABLE " + table + " (" + q + "id" + q + " integer, " + q
                            + "Group By, \"\"".replace("\"\"", q.equals("`") ? "\"" : "\"\"") + q + " varchar(10))",
                    "INSERT INTO " + table + " VALUES (1, 'x')");
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                harness.export("source_dataset_id = \"sel ect; --'\"\nfile_path = \"{{root}}/quoted.jsonl\"\n"
                        + "order_by = \"Group By, \\\"\"\n");
            }
            assertThat(folder.resolve("quoted.jsonl")).hasContent("{\"id\":1,\"Group By, \\\"\":\"x\"}");
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void theNamespaceIsTheFirstSchemaToLookIn(Supplier<HikariDataSource> supplier) throws Exception {
        try (HikariDataSource database = supplier.get()) {
            String schema = "billing" + System.nanoTime();
            TestDatabases.execute(
                    database,
                    "CREATE SCHEMA " + schema,
                    "CREATE TABLE t (id integer)",
                    "CREATE TABLE " + schema + ".t (id integer, note varchar(5))",
                    "INSERT INTO " + schema + ".t VALUES (1, 'here')");
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                harness.load(
                        "in_schema.toml",
                        "namespace = \"" + schema + "\"\n[properties.export]\nsource_dataset_id = \"t\"\n"
                                + "file_path = \"{{root}}/in_schema.csv\"\n");
                harness.run("in_schema");
                harness.export("source_dataset_id = \"" + schema + ".t\"\nfile_path = \"{{root}}/qualified.csv\"\n");
            }
            assertThat(folder.resolve("in_schema.csv")).hasContent("id,note\n1,here");
            assertThat(folder.resolve("qualified.csv")).hasContent("id,note\n1,here");
        }
    }
}
