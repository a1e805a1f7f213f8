package io.waybill.delivery.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.ConnectionCheck.Finding;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileContent;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.ledger.RunResult;
import io.waybill.servers.Lake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.camel.builder.AdviceWith;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports to tables of a catalog in PostgreSQL, read back by Iceberg's own reader, and by DuckDB. */
class IcebergDeliveryIT {

    private static final String TABLE = "sales.orders";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    private Lake lake;

    @BeforeEach
    void start() {
        lake = Lake.in(harness.file("warehouse"));
        lake.connection().forEach(harness::property);
    }

    @AfterEach
    void stop() {
        lake.close();
    }

    private static String flow(String options, String keys) {
        return """
                [properties.export]
                source_dataset_id = "t"
                format = "parquet"
                redelivery = { maximum_redeliveries = 0 }
                %s
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { %s }
                """.formatted(keys, options);
    }

    private RunResult export(String options, String keys) throws Exception {
        harness.loadAgain("orders.toml", flow(options, keys));
        return harness.run("orders");
    }

    private String refusal(String options, String keys) throws Exception {
        harness.loadAgain("orders.toml", flow(options, keys));
        return harness.failure("orders").getMessage();
    }

    private void sql(String... statements) {
        TestDatabases.execute(harness.database(), statements);
    }

    private static Object[] numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toArray();
    }

    private List<Path> orphans() throws Exception {
        return lake.orphans(TABLE, harness.file("warehouse"));
    }

    @Test
    void aRunBecomesOneSnapshot() throws Exception {
        RunResult result = export("create = true", "max_rows_per_file = 2");

        assertThat(lake.values(TABLE, "id")).containsExactly(numbers(1, 4));
        List<Snapshot> snapshots = lake.snapshots(TABLE);
        assertThat(snapshots).hasSize(1);
        assertThat(snapshots.get(0).summary())
                .containsEntry("waybill.run", result.runId())
                .containsEntry("waybill.flow", "orders")
                .containsEntry("added-data-files", "2")
                .containsEntry("added-records", "4");
        assertThat(lake.table(TABLE).properties())
                .containsEntry("waybill." + harness.ledger().identity() + ".orders.run", result.runId());
        assertThat(orphans()).isEmpty();
        assertThat(harness.file("staging")).doesNotExist();
    }

    @Test
    void eachRunAddsItsRowsAndSaysUpToWhere() throws Exception {
        harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"T\"\nwatermark = \"id\"\n");
        export("create = true", "since_last_export = true");
        sql("INSERT INTO t VALUES (5), (6)");
        RunResult second = harness.run("orders");

        assertThat(lake.values(TABLE, "id")).containsExactly(numbers(1, 6));
        assertThat(lake.snapshots(TABLE)).hasSize(2);
        String flow = "waybill." + harness.ledger().identity() + ".orders";
        assertThat(lake.table(TABLE).properties())
                .containsEntry(flow + ".run", second.runId())
                .containsEntry(flow + ".up-to", "6");
    }

    @Test
    void anotherReaderFindsTheRowsInItsFiles() throws Exception {
        export("create = true", "max_rows_per_file = 3");

        List<String> files = lake.files(TABLE, Expressions.alwaysTrue());
        assertThat(files).hasSize(2);
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet sums = duckdb.createStatement()
                        .executeQuery("SELECT count(*), sum(\"id\") FROM read_parquet(['" + String.join("', '", files)
                                + "'])");
                ResultSet fields = duckdb.createStatement()
                        .executeQuery(
                                "SELECT field_id FROM parquet_schema('" + files.get(0) + "') WHERE name = 'id'")) {
            sums.next();
            assertThat(sums.getLong(1)).isEqualTo(4);
            assertThat(sums.getLong(2)).isEqualTo(10);
            fields.next();
            assertThat(fields.getInt(1)).isEqualTo(1);
        }
    }

    @Test
    void readersLeaveOutFilesByWhatTheTableSaysOfThem() throws Exception {
        export("create = true", "max_rows_per_file = 2\norder_by = [\"id\"]");

        assertThat(lake.files(TABLE, Expressions.equal("id", 1L))).hasSize(1);
        assertThat(lake.files(TABLE, Expressions.equal("id", 5L))).isEmpty();
    }

    @Test
    void aTableThatIsNotThereIsRefusedBeforeARowIsRead() throws Exception {
        export("create = true", "");

        harness.load("other.toml", flow("create = false", "").replace("sales.orders", "sales.returns"));
        assertThat(harness.failure("other").getMessage())
                .isEqualTo("iceberg: catalog lake has no table sales.returns; set create = true in the delivery's"
                        + " options, and it is made");
    }

    @Test
    void runsWithoutRowsAreSnapshotsToo() throws Exception {
        export("create = true", "");
        sql("DELETE FROM t");
        export("create = true", "");

        assertThat(lake.values(TABLE, "id")).containsExactly(numbers(1, 4));
        assertThat(lake.snapshots(TABLE)).hasSize(2);
    }

    @Test
    void noRowsTakeThePlaceOfThoseOfNoPartition() throws Exception {
        export("create = true", "");
        sql("DELETE FROM t");
        RunResult empty = export("write = \"replace-partitions\"", "");

        assertThat(lake.values(TABLE, "id")).containsExactly(numbers(1, 4));
        assertThat(lake.snapshots(TABLE).get(1).summary()).containsEntry("waybill.run", empty.runId());
    }

    @Test
    void theRowsOfARunTakeThePlaceOfThoseThatAreThere() throws Exception {
        export("create = true", "");
        sql("DELETE FROM t WHERE id < 3", "INSERT INTO t VALUES (9)");
        export("write = \"replace\"", "");

        assertThat(lake.values(TABLE, "id")).containsExactly(3L, 4L, 9L);
        assertThat(lake.snapshots(TABLE)).hasSize(2);
    }

    @Test
    void theTableGetsColumnsThatItLacksAndWiderOnes() throws Exception {
        sql("ALTER TABLE t ALTER COLUMN id INTEGER", "ALTER TABLE t ADD COLUMN price DECIMAL(8, 2)");
        export("create = true", "");
        sql(
                "ALTER TABLE t ALTER COLUMN id BIGINT",
                "ALTER TABLE t ALTER COLUMN price DECIMAL(12, 2)",
                "ALTER TABLE t ADD COLUMN note VARCHAR(20)",
                "INSERT INTO t VALUES (5000000000, 1234567890.12, 'new')");
        export("", "");

        Schema schema = lake.table(TABLE).schema();
        assertThat(schema.findField("id").type()).isEqualTo(Types.LongType.get());
        assertThat(schema.findField("price").type()).isEqualTo(Types.DecimalType.of(12, 2));
        assertThat(schema.findField("note").fieldId()).isEqualTo(3);
        assertThat(lake.rows(TABLE)).hasSize(9);
        assertThat(lake.rows(TABLE).stream().map(row -> row.getField("note")).filter("new"::equals))
                .hasSize(1);
    }

    @Test
    void columnsThatARunLacksAreNullInItsRows() throws Exception {
        sql("ALTER TABLE t ADD COLUMN note VARCHAR(20) DEFAULT 'x'");
        export("create = true", "");
        export("", "columns = [\"id\"]");

        assertThat(lake.rows(TABLE).stream().filter(row -> row.getField("note") == null))
                .hasSize(4);
    }

    @Test
    void filesKnowColumnsByTheirNumbersWhateverTheTableCallsThemNow() throws Exception {
        sql("ALTER TABLE t ADD COLUMN note VARCHAR(20) DEFAULT 'x'");
        export("create = true", "");
        lake.table(TABLE).updateSchema().renameColumn("note", "remark").commit();

        assertThat(lake.rows(TABLE)).extracting(row -> row.getField("remark")).containsOnly("x");
    }

    @Test
    void aTypeThatTheTablesCannotBecomeIsRefusedBeforeARowIsRead() throws Exception {
        export("create = true", "");
        sql("ALTER TABLE t ALTER COLUMN id VARCHAR(20)");

        assertThat(refusal("", ""))
                .isEqualTo("column \"id\" is string, and the table's is long, which cannot become that; change one of"
                        + " them, or leave the column out");
    }

    @Test
    void aTableThatMayNotChangeStaysAsItIs() throws Exception {
        export("create = true", "");
        sql("ALTER TABLE t ADD COLUMN note VARCHAR(20)");

        assertThat(refusal("evolve = false", ""))
                .isEqualTo(
                        "iceberg: table sales.orders does not take the rows as it is, and evolve = false: column note"
                                + " string is added");
        assertThat(lake.table(TABLE).schema().columns()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write = \"insert\"|write: \"insert\" is not known; allowed: append, replace, replace-partitions, upsert",
                "partitionBy = \"week(id)\", create = true|partitionBy: \"week(id)\" is not understood; allowed: column,"
                        + " year(column), month(column), day(column), hour(column), bucket(16, column), truncate(4, column)",
                "partitionBy = \"id\"|partitionBy is for a table that is made: create = true",
                "creat = true|creat: is not an option of it; did you mean"
            })
    void whatIsNotUnderstoodIsRefusedWhenTheFlowIsLoaded(String options, String message) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> harness.load("orders.toml", flow(options, "")))
                .hasStackTraceContaining(message);
    }

    @Test
    void filesOfOneDayEachAreThoseOfTheirPartitions() throws Exception {
        sql(
                "DROP TABLE t",
                "CREATE TABLE t AS SELECT x AS id, CAST(DATEADD('HOUR', 9 * x, TIMESTAMP '2026-01-01 00:00:00') AS TIMESTAMP(6)) AS at"
                        + " FROM system_range(0, 9)");
        export("create = true, partitionBy = \"day(at)\"", "chunk_by = { column = \"at\", every = \"day\" }");

        assertThat(lake.rows(TABLE)).hasSize(10);
        assertThat(lake.files(TABLE, Expressions.equal("at", "2026-01-02T09:00:00")))
                .hasSize(1);
        assertThat(lake.files(TABLE, Expressions.alwaysTrue())).hasSize(4);

        sql("DELETE FROM t WHERE id > 0");
        export("write = \"replace-partitions\"", "");
        assertThat(lake.rows(TABLE))
                .as("the first day has one row left, the others theirs")
                .hasSize(8);
    }

    /** The rows of each file of a table, by what its partition is called. */
    private List<String> partitions() throws Exception {
        Table table = lake.table(TABLE);
        List<String> partitions = new ArrayList<>();
        try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
            files.forEach(file ->
                    partitions.add(table.spec().partitionToPath(file.file().partition()) + " "
                            + file.file().recordCount()));
        }
        partitions.sort(null);
        return partitions;
    }

    @Test
    void rowsAreDividedAsTheTableIsPartitioned() throws Exception {
        sql(
                "DROP TABLE t",
                "CREATE TABLE t AS SELECT x AS id, CAST(DATEADD('HOUR', 9 * x, TIMESTAMP '2026-01-01 00:00:00') AS TIMESTAMP(6)) AS at"
                        + " FROM system_range(0, 9)");
        export("create = true, partitionBy = \"day(at)\"", "");

        assertThat(partitions())
                .containsExactly(
                        "at_day=2026-01-01 3", "at_day=2026-01-02 3", "at_day=2026-01-03 2", "at_day=2026-01-04 2");
        assertThat(lake.rows(TABLE)).hasSize(10);
        assertThat(orphans()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bucket(3, id)|id_bucket=0 6, id_bucket=1 1, id_bucket=2 5",
                "s|s= 1, s=a%2Fb 4, s=ax 6, s=null 1",
                "truncate(1, s), ok|s_trunc=/ok=true 1, s_trunc=a/ok=false 4, s_trunc=a/ok=true 6, s_trunc=null/ok=true 1",
                "month(d), price, u|d_month=2026-01/price=1.50/u=0a0a0a0a-1111-2222-3333-444444444444 11, d_month=null/price=null/u=null 1",
                "bucket(2, s)|s_bucket=0 1, s_bucket=1 10, s_bucket=null 1",
            })
    void rowsAreDividedByEachKindOfTerm(String by, String expected) throws Exception {
        sql(
                "DROP TABLE t",
                "CREATE TABLE t (id BIGINT, s VARCHAR(9), ok BOOLEAN, d DATE, price DECIMAL(9, 2), u UUID)",
                "INSERT INTO t SELECT x, CASE WHEN x < 5 THEN 'a/b' WHEN x < 11 THEN 'ax' ELSE '' END, x > 4, DATE '2026-01-15', 1.5,"
                        + " '0A0A0A0A-1111-2222-3333-444444444444' FROM system_range(1, 11)",
                "INSERT INTO t (id, ok) VALUES (12, true)");
        export("create = true, partitionBy = \"" + by + "\"", "max_open_files = 2");

        assertThat(partitionRows()).containsExactly(expected.split(", "));
        assertThat(lake.values(TABLE, "id")).containsExactlyInAnyOrder(numbers(1, 12));
        for (long id = 1; id <= 12; id++) { // a reader that asks for one opens files of its partition alone
            assertThat(lake.values(TABLE, "id", Expressions.equal("id", id))).contains(id);
        }
    }

    private void partitionBy(String column) {
        Table table = lake.table(TABLE);
        if (table.spec().isUnpartitioned()) {
            table.updateSpec().addField(column).commit();
        }
    }

    /** The rows of each partition, in as many files as they are. */
    private List<String> partitionRows() throws Exception {
        Map<String, Integer> rows = new TreeMap<>();
        for (String file : partitions()) {
            int space = file.lastIndexOf(' ');
            rows.merge(file.substring(0, space), Integer.parseInt(file.substring(space + 1)), Integer::sum);
        }
        return rows.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
    }

    @Test
    void severalProcessesDivideNoRows() throws Exception {
        sql("ALTER TABLE t ALTER COLUMN id SET NOT NULL", "ALTER TABLE t ADD PRIMARY KEY (id)");

        assertThat(refusal("create = true, partitionBy = \"bucket(2, id)\"", "processes = 2\nsnapshot = \"per_range\""))
                .isEqualTo(
                        "processes: the table is partitioned, and its files go by values, of which each range may have any;"
                                + " leave processes out, or use parallelism");
    }

    @Test
    void textsThatAreTooLongForStatisticsAreDividedAsOthersAre() throws Exception {
        sql(
                "DROP TABLE t",
                "CREATE TABLE t AS SELECT x AS id, REPEAT('x', 3000 + MOD(x, 2)) AS s FROM system_range(1, 4)");
        export("create = true, partitionBy = \"s\"", "");

        assertThat(lake.files(TABLE, Expressions.equal("s", "x".repeat(3000)))).hasSize(1);
        assertThat(partitions()).hasSize(2);
    }

    @Test
    void aTableThatIsPartitionedOtherwiseByNowIsRefused() throws Exception {
        sql("ALTER TABLE t ADD COLUMN s VARCHAR(9)", "UPDATE t SET s = 'x' WHERE id > 1");
        export("create = true", "");
        AdviceWith.adviceWith(
                harness.context(),
                "orders.delivery",
                route -> route.weaveAddFirst()
                        .process(exchange ->
                                lake.table(TABLE).updateSpec().addField("s").commit()));

        assertThat(harness.failure("orders"))
                .hasMessageContaining(
                        "the table is partitioned by s, and column s is NULL in some of them. A file is of one"
                                + " partition, and rows are divided as the table is partitioned when their run begins; run the flow again");
        assertThat(export("", "").rows()).isEqualTo(4);
        assertThat(partitionRows()).containsExactly("s=null 5", "s=x 3");
    }

    @Test
    void rowsWithoutAValueAreOfTheNullPartition() throws Exception {
        sql("ALTER TABLE t ADD COLUMN s VARCHAR(9)");
        export("create = true, partitionBy = \"s\"", "");
        export("", "columns = [\"id\"]");

        assertThat(lake.files(TABLE, Expressions.isNull("s"))).hasSize(2);
        assertThat(lake.files(TABLE, Expressions.notNull("s"))).isEmpty();
    }

    @Test
    void aTermThatDividesNothingAnyMoreTakesAllValues() throws Exception {
        Schema schema = new Schema(NestedField.optional(1, "id", Types.LongType.get()));
        lake.catalog().createNamespace(Namespace.of("sales"));
        lake.catalog()
                .createTable(
                        TableIdentifier.parse(TABLE),
                        schema,
                        PartitionSpec.builderFor(schema).alwaysNull("id").build());
        export("", "");

        assertThat(lake.values(TABLE, "id")).containsExactly(numbers(1, 4));
    }

    @Test
    void somebodyElsesCommitBetweenIsNotInTheWay() throws Exception {
        export("create = true", "");
        Table table = lake.table(TABLE);
        String file = lake.files(TABLE, Expressions.alwaysTrue()).get(0);
        Path copy = Path.of(file).resolveSibling("copy.parquet");
        Files.copy(Path.of(file), copy);
        table.newAppend()
                .appendFile(DataFiles.builder(PartitionSpec.unpartitioned())
                        .withPath(copy.toString())
                        .withFileSizeInBytes(Files.size(copy))
                        .withRecordCount(4)
                        .build())
                .commit();
        export("", "");

        assertThat(lake.rows(TABLE)).hasSize(12);
        assertThat(lake.snapshots(TABLE)).hasSize(3);
    }

    @Test
    void aTableThatWasMadeBeforeIsTakenAsItIs() throws Exception {
        lake.catalog().createNamespace(Namespace.of("sales"));
        lake.catalog()
                .createTable(
                        TableIdentifier.parse(TABLE),
                        new Schema(
                                NestedField.required(1, "other", Types.StringType.get()),
                                NestedField.optional(2, "id", Types.LongType.get())));
        export("", "");

        assertThat(lake.values(TABLE, "id")).containsExactly(numbers(1, 4));
        assertThat(lake.table(TABLE).schema().findField("other").isOptional()).isTrue();
    }

    @Test
    void thePlanSaysWhatHoldsAndTheFilesAreVerified() throws Exception {
        RunResult result = export("create = true", "");
        DeliveryFacts delivery = harness.ledger()
                .find(result.runId())
                .get(0)
                .planned()
                .delivery()
                .facts();
        Destination there = new Destinations(harness.context()).open(delivery.endpoint(), delivery.place());

        assertThat(there.promise()).startsWith("exactly once: one snapshot of the table a run");
        assertThat(delivery.place()).isEqualTo("iceberg://lake/sales.orders");
        assertThat(delivery.endpoint()).doesNotContain("postgres");
        FileContent found = there.read(delivery.names().get(0), FileContent::of);
        assertThat(found.sha256()).isEqualTo(result.files().get(0).sha256());
        String waybill = there.read(delivery.waybill(), in -> new String(in.readAllBytes()));
        assertThat(waybill).contains("\"run_id\" : \"" + result.runId() + "\"");
    }

    @Test
    void aConnectionIsTriedOutWithoutChangingTheTable() throws Exception {
        export("create = true", "");
        List<Finding> findings = new ConnectionCheck(harness.context())
                .run(new Delivery(
                        "lake",
                        new PathTemplate("iceberg://lake/sales.orders"),
                        "lake",
                        IfExists.OVERWRITE,
                        Map.of(),
                        Map.of()));

        assertThat(findings).extracting(Finding::problem).containsOnlyNulls();
        assertThat(findings)
                .extracting(Finding::what)
                .containsExactly(
                        "opens the catalog: lake",
                        "finds the table: sales.orders, 1 columns, not partitioned",
                        "writes a file, reads it back and removes it: " + lake.warehouse() + "/sales/orders");
        assertThat(lake.snapshots(TABLE)).hasSize(1);
    }

    @Test
    void eachTypeArrivesAsItIs() throws Exception {
        try (var postgres = TestDatabases.postgres()) {
            harness.context().getRegistry().bind("pg", postgres);
            TestDatabases.execute(
                    postgres,
                    "CREATE TABLE t (b boolean, i2 smallint, i4 integer NOT NULL, i8 bigint, f4 real, f8 double precision,"
                            + " d9 numeric(9,2), d18 numeric(18,4), d38 numeric(38,10), d numeric, s text, j jsonb, u uuid,"
                            + " x bytea, day date, tm time, ts timestamp, tz timestamptz, li integer[], lt text[])",
                    "INSERT INTO t VALUES (true, -7, 42, 9000000000, 1.5, 2.25, 12.34, -12345678901234.5678,"
                            + " 1234567890123456789012345678.0123456789, 1.23456789, 'ä€', '{\"a\": 1}',"
                            + " '0f8fad5b-d9cb-469f-a165-70867728950e', '\\x00ff', '1969-12-31', '23:59:59.123456',"
                            + " '1969-12-31 23:59:59.999999', '2026-01-15 12:00:00.000001+02', '{1,NULL,3}', '{a,b}')",
                    "INSERT INTO t (i4) VALUES (1)");
            export("create = true", "datasource = \"pg\"\norder_by = [\"i4\"]");

            assertThat(lake.table(TABLE).schema().columns())
                    .extracting(column -> column.type().toString())
                    .containsExactly(
                            "boolean",
                            "int",
                            "int",
                            "long",
                            "float",
                            "double",
                            "decimal(9, 2)",
                            "decimal(18, 4)",
                            "decimal(38, 10)",
                            "string",
                            "string",
                            "string",
                            "uuid",
                            "binary",
                            "date",
                            "time",
                            "timestamp",
                            "timestamptz",
                            "list<int>",
                            "list<string>");
            var rows = lake.rows(TABLE);
            assertThat(rows).hasSize(2);
            var row = rows.stream()
                    .filter(each -> each.getField("b") != null)
                    .findFirst()
                    .orElseThrow();
            List<String> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                Object value = row.get(i);
                values.add(
                        value instanceof java.nio.ByteBuffer bytes
                                ? java.util.HexFormat.of().formatHex(bytes.array())
                                : String.valueOf(value));
            }
            assertThat(values)
                    .containsExactly(
                            "true",
                            "-7",
                            "42",
                            "9000000000",
                            "1.5",
                            "2.25",
                            "12.34",
                            "-12345678901234.5678",
                            "1234567890123456789012345678.0123456789",
                            "1.23456789",
                            "ä€",
                            "{\"a\": 1}",
                            "0f8fad5b-d9cb-469f-a165-70867728950e",
                            "00ff",
                            "1969-12-31",
                            "23:59:59.123456",
                            "1969-12-31T23:59:59.999999",
                            "2026-01-15T10:00:00.000001Z",
                            "[1, null, 3]",
                            "[a, b]");
            var empty = rows.stream()
                    .filter(each -> each.getField("b") == null)
                    .findFirst()
                    .orElseThrow();
            assertThat(empty.getField("i4")).isEqualTo(1);
            assertThat(empty.getField("li")).isNull();
        }
    }
}
