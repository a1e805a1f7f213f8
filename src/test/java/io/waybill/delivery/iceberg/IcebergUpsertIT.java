package io.waybill.delivery.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.DeliveryKeys;
import io.waybill.ledger.RunResult;
import io.waybill.route.DeliveryBean;
import io.waybill.route.step.Planning;
import io.waybill.run.Plan;
import io.waybill.run.PlanJson;
import io.waybill.run.Planner;
import io.waybill.servers.Lake;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Rows that take the place of those with their key, read back by Iceberg's own reader, which does the deletions: DuckDB, which reads the
 * data files alone, would find all versions of a row.
 */
class IcebergUpsertIT {

    private static final String TABLE = "sales.orders";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), version INTEGER NOT NULL)",
            "INSERT INTO t SELECT x, 'first', x FROM system_range(1, 4)");

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

    private RunResult upsert(String keys) throws Exception {
        return export("create = true, write = \"upsert\"", keys);
    }

    private RunResult changes() throws Exception {
        return upsert("since_last_export = \"changes\"");
    }

    private String refusal(String options, String keys) throws Exception {
        harness.loadAgain("orders.toml", flow(options, keys));
        return harness.failure("orders").getMessage();
    }

    private void sql(String... statements) {
        TestDatabases.execute(harness.database(), statements);
    }

    private void declare(String keys) throws Exception {
        harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"T\"\n" + keys + "\n");
    }

    /** The rows of the table that is exported, each as a text, sorted. */
    private List<String> source() throws SQLException {
        return query("SELECT id || ' ' || COALESCE(name, 'NULL') || ' ' || version FROM t");
    }

    private List<String> query(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = harness.database().getConnection();
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows.stream().sorted().toList();
    }

    private List<String> table() throws Exception {
        return lake.rows(TABLE).stream()
                .map(row -> row.getField("id") + " "
                        + (row.getField("name") == null ? "NULL" : row.getField("name")) + " "
                        + row.getField("version"))
                .sorted()
                .toList();
    }

    private List<Path> orphans() throws Exception {
        return lake.orphans(TABLE, harness.file("warehouse"));
    }

    private Snapshot latest() {
        return lake.table(TABLE).currentSnapshot();
    }

    @Test
    void updatedRowsTakeThePlaceOfThoseWithTheirKey() throws Exception {
        declare("watermark = \"version\"");
        upsert("since_last_export = true");
        sql("UPDATE t SET name = 'second', version = 5 WHERE id = 2", "INSERT INTO t VALUES (9, 'new', 6)");
        RunResult second = harness.run("orders");

        assertThat(table()).isEqualTo(source()).hasSize(5).contains("2 second 5");
        assertThat(lake.snapshots(TABLE)).hasSize(2);
        assertThat(latest().summary())
                .containsEntry("waybill.run", second.runId())
                .containsEntry("waybill.up-to", "6")
                .containsEntry("added-data-files", "1")
                .containsEntry("added-equality-delete-files", "1")
                .containsEntry("added-equality-deletes", "2");
        assertThat(lake.table(TABLE).schema().identifierFieldNames()).containsExactly("id");
        assertThat(orphans()).isEmpty();
    }

    @Test
    void whatIsNewChangedOrDeletedIsSoInTheTable() throws Exception {
        changes();
        sql(
                "UPDATE t SET name = 'second' WHERE id = 2",
                "DELETE FROM t WHERE id = 3",
                "INSERT INTO t VALUES (9, NULL, 0)");
        RunResult second = changes();

        assertThat(table()).isEqualTo(source()).containsExactly("1 first 1", "2 second 2", "4 first 4", "9 NULL 0");
        assertThat(lake.table(TABLE).schema().columns())
                .extracting(NestedField::name)
                .as("the table has no xt_record_type")
                .containsExactly("id", "name", "version");
        assertThat(second.files()).as("what is deleted has a file of its own").hasSizeGreaterThan(1);
        assertThat(latest().summary()).containsEntry("added-records", "2").containsEntry("added-equality-deletes", "3");
        assertThat(orphans()).isEmpty();
    }

    @Test
    void deletionsAloneAddNoRows() throws Exception {
        changes();
        sql("DELETE FROM t WHERE id = 1");
        RunResult second = changes();

        assertThat(table()).isEqualTo(source()).hasSize(3);
        assertThat(second.files()).hasSize(1);
        assertThat(latest().addedDataFiles(lake.table(TABLE).io())).isEmpty();
        assertThat(latest().operation()).isEqualTo("delete");
    }

    @Test
    void aRunWithoutChangesIsASnapshotThatChangesNothing() throws Exception {
        changes();
        changes();

        assertThat(table()).isEqualTo(source());
        assertThat(lake.snapshots(TABLE)).hasSize(2);
        assertThat(latest().addedDeleteFiles(lake.table(TABLE).io())).isEmpty();
    }

    @Test
    void afterManyBatchesTheTableIsTheSource() throws Exception {
        changes();
        Random random = new Random(7);
        int runs = 1;
        int failed = 0;
        for (int round = 0; round < 12; round++) {
            for (int change = 0; change < 6; change++) {
                int id = random.nextInt(15);
                switch (random.nextInt(3)) {
                    case 0 -> sql("DELETE FROM t WHERE id = " + id);
                    case 1 -> sql("MERGE INTO t VALUES (" + id + ", 'r" + round + "', " + change + ")");
                    default ->
                        sql("UPDATE t SET id = id + 100 WHERE id = " + id + " AND NOT EXISTS"
                                + " (SELECT 1 FROM t o WHERE o.id = " + (id + 100) + ")");
                }
            }
            if (random.nextInt(3) == 0) { // the batch is written, and goes nowhere: the next run has two
                lake.catalog().renameTable(TableIdentifier.parse(TABLE), TableIdentifier.parse("sales.away"));
                harness.loadAgain("orders.toml", flow("write = \"upsert\"", "since_last_export = \"changes\""));
                assertThat(harness.failure("orders").getMessage()).contains("has no table sales.orders");
                lake.catalog().renameTable(TableIdentifier.parse("sales.away"), TableIdentifier.parse(TABLE));
                failed++;
                continue;
            }
            changes();
            runs++;
            assertThat(table()).as("after round %s", round).isEqualTo(source());
        }

        changes();
        assertThat(table()).isEqualTo(source());
        assertThat(failed).isPositive();
        assertThat(lake.snapshots(TABLE)).hasSize(runs + 1);
        assertThat(orphans()).isEmpty();
    }

    @Test
    void ofSeveralBatchesOfARowTheLastCounts() throws Exception {
        sql(
                "CREATE TABLE feed (xt_record_type VARCHAR(9), xt_batch_id BIGINT, id INTEGER, name VARCHAR(9), version INTEGER,"
                        + " PRIMARY KEY (xt_batch_id, id))",
                "INSERT INTO feed VALUES ('new', 1, 1, 'a', 1), ('new', 1, 2, 'a', 1), ('new', 1, 3, 'a', 1)");
        String keys = "since_last_export = true\nexport_mode = \"changes_only\"\nexclude_columns = [\"xt_batch_id\"]";
        harness.load(
                "feed.toml", flow("create = true, write = \"upsert\"", keys).replace("\"t\"", "\"feed\""));
        harness.run("feed");
        sql(
                "INSERT INTO feed VALUES ('changed', 2, 1, 'b', 2), ('deleted', 2, 2, 'a', 1), ('changed', 2, 3, 'b', 2)",
                "INSERT INTO feed VALUES ('deleted', 3, 1, 'b', 2), ('new', 3, 2, 'c', 3), ('unchanged', 3, 3, 'b', 2)");
        harness.run("feed");

        assertThat(table()).containsExactly("2 c 3", "3 b 2");
        assertThat(lake.snapshots(TABLE)).hasSize(2);
    }

    private void loadFeed(String... rows) throws Exception {
        sql("INSERT INTO feed VALUES " + String.join(", ", rows));
        String keys = "since_last_export = true\nexport_mode = \"changes_only\"\nexclude_columns = [\"xt_batch_id\"]";
        harness.load(
                "feed.toml", flow("create = true, write = \"upsert\"", keys).replace("\"t\"", "\"feed\""));
    }

    @Test
    void keysThatACollationHoldsForEqualAreOfTwoRows() throws Exception {
        sql(
                "CREATE TABLE feed (xt_record_type VARCHAR(9), xt_batch_id BIGINT, id VARCHAR_IGNORECASE(9), name VARCHAR(9),"
                        + " version INTEGER, PRIMARY KEY (xt_batch_id, id))");
        loadFeed("('new', 1, 'A', 'a', 1)", "('new', 1, 'B', 'a', 1)");
        harness.run("feed");
        sql("INSERT INTO feed VALUES ('deleted', 2, 'A', 'a', 1), ('deleted', 2, 'B', 'a', 1),"
                + " ('new', 3, 'a', 'b', 2), ('new', 3, 'B', 'b', 2)");
        harness.run("feed");

        assertThat(table()).containsExactly("B b 2", "a b 2");
    }

    @Test
    void recordTypesFilledUpWithBlanksAreWhatTheyAre() throws Exception {
        sql("CREATE TABLE feed (xt_record_type CHAR(10), xt_batch_id BIGINT, id INTEGER, name VARCHAR(9),"
                + " version INTEGER, PRIMARY KEY (xt_batch_id, id))");
        loadFeed("('new', 1, 1, 'a', 1)", "('new', 1, 2, 'a', 1)");
        harness.run("feed");
        sql("INSERT INTO feed VALUES ('deleted', 2, 1, 'a', 1), ('changed', 2, 2, 'b', 2)");
        harness.run("feed");

        assertThat(table()).containsExactly("2 b 2");
    }

    @Test
    void otherRecordTypesAreRefused() throws Exception {
        sql("CREATE TABLE feed (xt_record_type VARCHAR_IGNORECASE(9), xt_batch_id BIGINT, id INTEGER, name VARCHAR(9),"
                + " version INTEGER, PRIMARY KEY (xt_batch_id, id))");
        loadFeed("('new', 1, 1, 'a', 1)", "('Deleted', 1, 2, 'a', 1)");

        assertThat(harness.failure("feed").getMessage())
                .contains("a row has \"Deleted\" for its record type, and rows take the place of those with their key:"
                        + " nobody can tell whether it is there or gone; new, changed, unchanged and deleted are record"
                        + " types, in small letters");
        assertThat(lake.has(TABLE)).isFalse();
    }

    @Test
    void twoRowsOfOneKeyAreRefusedBeforeAnythingIsDelivered() throws Exception {
        sql("CREATE TABLE u AS SELECT x / 2 AS id, 'n' AS name FROM system_range(1, 4)");
        harness.load("datasets.toml", "[[dataset]]\nid = \"u\"\ntable = \"U\"\nprimary_key = [\"id\"]\n");
        harness.load("u.toml", flow("create = true, write = \"upsert\"", "").replace("\"t\"", "\"u\""));

        assertThat(harness.failure("u").getMessage())
                .isEqualTo(
                        "rows take the place of those with their key, and 1 of 4 rows repeats an earlier one: id = 1;"
                                + " the key is id, and nothing was delivered");
        assertThat(lake.has(TABLE)).isFalse();
    }

    @Test
    void aKeyThatIsNullIsRefused() throws Exception {
        sql("CREATE TABLE u AS SELECT NULLIF(x, 2) AS id, 'n' AS name FROM system_range(1, 4)");
        harness.load("datasets.toml", "[[dataset]]\nid = \"u\"\ntable = \"U\"\nprimary_key = [\"id\"]\n");
        harness.load("u.toml", flow("create = true, write = \"upsert\"", "").replace("\"t\"", "\"u\""));

        assertThat(harness.failure("u").getMessage())
                .isEqualTo(
                        "row 2, column \"id\": NULL, in a column of the key, by which rows take the place of others");
        assertThat(lake.has(TABLE)).isFalse();
    }

    @Test
    void rowsWithoutAKeyAreRefused() throws Exception {
        sql("ALTER TABLE t DROP PRIMARY KEY");

        assertThat(refusal("write = \"upsert\"", ""))
                .isEqualTo(
                        "delivery \"lake\": rows take the place of those with their key, and nobody has said the key of"
                                + " data set \"t\"; declare it in datasets.toml: primary_key = [\"<column>\"]");
    }

    @Test
    void aKeyThatDoesNotLeaveAsItIsIsRefused() throws Exception {
        assertThat(refusal("write = \"upsert\"", "columns = [\"name\"]"))
                .isEqualTo(
                        "columns: column \"id\" of the key is not among those that are exported, and rows take the place"
                                + " of those with their key at delivery \"lake\"; add it");
        assertThat(refusal(
                        "write = \"upsert\"",
                        "transform = [{ column = \"id\", method = \"generalize\", bucket = 10 }]"))
                .contains("transform: column \"id\" of the key is to be")
                .contains("different rows would have one; hash and tokenize are allowed");
        declare("primary_key = [\"id\"]\ncolumns = [{ name = \"id\", type = \"double\" }]");
        assertThat(refusal("write = \"upsert\"", ""))
                .startsWith("delivery \"lake\": column \"id\" of the key is double, whose equal values may be written"
                        + " differently");
    }

    @Test
    void changesWithoutTheirRecordTypeAreRefused() throws Exception {
        assertThat(refusal(
                        "create = true, write = \"upsert\"",
                        "since_last_export = \"changes\"\nexclude_columns = [\"xt_record_type\"]"))
                .contains("columns: \"xt_record_type\" tells which rows are deleted, and has to be exported as it is");
    }

    @Test
    void whatKnowsNoKeysIsRefusedWhenTheFlowIsLoaded() {
        assertThatThrownBy(() -> harness.load(
                        "orders.toml", flow("write = \"upsert\"", "export_mode = \"batch\"\nbatch_id = 3")))
                .hasStackTraceContaining("orders.toml:4: export_mode: \"batch\" does not go with delivery"
                        + " \"lake\", where rows take the place of those with their key: an earlier batch would take the"
                        + " place of later ones");
        assertThatThrownBy(() -> harness.load(
                        "orders.toml", flow("write = \"upsert\"", "report = { metrics = [{ function = \"count\" }] }")))
                .hasStackTraceContaining("the rows of a report have none");
        assertThatThrownBy(() -> harness.load("orders.toml", flow("write = \"upsert\"", "processes = 2")))
                .hasStackTraceContaining(
                        "none of them would know of a key that is there twice; parallelism is allowed");
    }

    /** Files of the table would lack the column, too, be it of the key or not. */
    @Test
    void columnsThatPathsAloneTellOfAreRefusedWhenTheFlowIsLoaded() {
        assertThatThrownBy(() -> harness.load(
                        "orders.toml",
                        flow("write = \"upsert\"", "path_columns = \"leave_out\"")
                                + "[[properties.export.delivery]]\nuri = \"out/id={column:id}/t.parquet\"\n"))
                .hasStackTraceContaining(
                        "orders.toml:4: path_columns: \"leave_out\" does not go with iceberg, where no path tells of columns");

        harness.context().getRegistry().bind("table", delivery("iceberg://lake/sales.orders"));
        harness.context().getRegistry().bind("folders", delivery("out/id={column:id}/t.parquet"));
        assertThatThrownBy(() -> harness.context()
                        .getEndpoint("waybill:begin/t?sourceDatasetId=t&format=parquet&pathColumns=leave_out"
                                + "&deliveries=#folders,#table")
                        .createProducer()
                        .start())
                .hasStackTraceContaining(
                        "waybill:begin/t: pathColumns: \"leave_out\" does not go with iceberg, where no path tells of columns");
    }

    private static DeliveryBean delivery(String uri) {
        DeliveryBean bean = new DeliveryBean();
        bean.set(DeliveryKeys.ID, uri.startsWith("iceberg") ? "table" : "folders");
        bean.set(DeliveryKeys.URI, uri);
        if (uri.startsWith("iceberg")) {
            bean.set(DeliveryKeys.CONNECTION, "lake");
        }
        return bean;
    }

    @Test
    void oneBatchIsRefusedWhereARunAsksForIt() throws Exception {
        harness.load("orders.toml", flow("create = true, write = \"upsert\"", ""));

        assertThat(harness.failure("orders", Map.of("WaybillMode", "batch", "WaybillBatchId", "3"))
                        .getMessage())
                .isEqualTo(
                        "export_mode: \"batch\" does not go with delivery \"lake\", where rows take the place of those"
                                + " with their key: an earlier batch would take the place of later ones");
    }

    @Test
    void thePlanSaysWhatBecomesOfRows() throws Exception {
        harness.load(
                "orders.toml",
                flow("create = true, write = \"upsert\"", "filters = [{ column = \"name\", op = \"not_null\" }]"));
        Plan plan = Planning.of(harness.context(), harness.flows().flows().get("orders"), null)
                .plan(Planner.Request.look("look", FlowHarness.NOW.atZone(ZoneOffset.UTC)));

        assertThat(PlanJson.of(plan, List.of(), "")
                        .path("deliveries")
                        .path(0)
                        .path("delivered")
                        .asText())
                .startsWith("exactly once: one snapshot of the table a run")
                .endsWith(
                        "; rows take the place of those with their key, id; what is deleted in the source stays, and so"
                                + " does a row whose key has changed, under the old one; rows that filters leave out stay as they"
                                + " were");
    }

    @Test
    void aKeyThatHasThePartitionsDeletesInThem() throws Exception {
        sql(
                "DROP TABLE t",
                "CREATE TABLE t (id INTEGER, name VARCHAR(9), version INTEGER, PRIMARY KEY (id, name))",
                "INSERT INTO t VALUES (1, 'de', 1), (1, 'at', 1), (2, 'de', 1)");
        String options = "create = true, write = \"upsert\", partitionBy = \"name\"";
        export(options, "");
        sql("UPDATE t SET version = 2 WHERE id = 1");
        export(options, "");

        assertThat(table()).containsExactly("1 at 2", "1 de 2", "2 de 1");
        assertThat(lake.table(TABLE).spec().isPartitioned()).isTrue();
    }

    @Test
    void partitionsOfOtherColumnsThanTheKeysAreRefused() throws Exception {
        assertThat(refusal("create = true, write = \"upsert\", partitionBy = \"name\"", ""))
                .isEqualTo(
                        "iceberg: table sales.orders takes no rows by their key (write = \"upsert\"): it is partitioned"
                                + " by name, and the key, id, does not have column name: a row that has changed it would stay in"
                                + " its former partition, too; partition by columns of the key, bucket(16, column) for example, or"
                                + " not at all");
    }

    @Test
    void filesOfPartitionsOfBeforeAreRefused() throws Exception {
        upsert("");
        lake.table(TABLE).updateSpec().addField("id").commit();

        assertThat(refusal("write = \"upsert\"", ""))
                .contains("it has files of other partitions than those of now (none), whose rows no file of keys would"
                        + " delete; have its files written anew first (rewrite_data_files)");
    }

    @Test
    void filesOfAllPartitionsAreDeletedFromOnceThereAreNone() throws Exception {
        sql("UPDATE t SET name = 'x'");
        export("create = true, partitionBy = \"name\"", "");
        lake.table(TABLE).updateSpec().removeField("name").commit();
        sql("UPDATE t SET name = 'y', version = 7 WHERE id = 2");
        export("write = \"upsert\"", "");

        assertThat(table()).isEqualTo(source()).hasSize(4);
    }

    private Table make(int version, Schema schema) {
        lake.catalog().createNamespace(Namespace.of("sales"));
        return lake.catalog()
                .createTable(
                        TableIdentifier.parse(TABLE),
                        schema,
                        PartitionSpec.unpartitioned(),
                        Map.of(TableProperties.FORMAT_VERSION, Integer.toString(version)));
    }

    private static Schema columns(Set<Integer> key) {
        return new Schema(
                List.of(
                        NestedField.required(1, "id", Types.IntegerType.get()),
                        NestedField.optional(2, "name", Types.StringType.get()),
                        NestedField.required(3, "version", Types.IntegerType.get())),
                key);
    }

    @Test
    void aTableOfTheFirstFormatIsRefused() throws Exception {
        make(1, columns(Set.of()));

        assertThat(refusal("write = \"upsert\"", ""))
                .contains(
                        "it is of format version 1, in which no file deletes rows; set its property format-version = 2");
    }

    @Test
    void aTableOfTheThirdFormatIsTaken() throws Exception {
        make(3, columns(Set.of()));
        export("write = \"upsert\"", "");
        sql("UPDATE t SET name = 'second'");
        export("write = \"upsert\"", "");

        assertThat(table()).isEqualTo(source()).hasSize(4);
    }

    @Test
    void anotherKeyThanTheTablesIsRefused() throws Exception {
        make(2, columns(Set.of(3)));

        assertThat(refusal("write = \"upsert\"", ""))
                .contains("its identifier fields are version, and the key of the rows is id; both have to be one");
    }

    @Test
    void aKeyThatGetsWiderFindsItsRows() throws Exception {
        upsert("");
        sql(
                "ALTER TABLE t ALTER COLUMN id BIGINT",
                "UPDATE t SET name = 'wide' WHERE id = 1",
                "INSERT INTO t VALUES" + " (5000000000, 'far', 1)");
        upsert("");

        assertThat(table()).isEqualTo(source()).contains("1 wide 1", "5000000000 far 1");
    }

    @Test
    void aColumnThatIsAddedIsNullInRowsThatWereNotReplaced() throws Exception {
        declare("watermark = \"version\"");
        upsert("since_last_export = true");
        sql("ALTER TABLE t ADD COLUMN note VARCHAR(9)", "UPDATE t SET note = 'n', version = 9 WHERE id = 1");
        upsert("since_last_export = true");

        assertThat(lake.rows(TABLE))
                .extracting(row -> row.getField("note"))
                .containsExactlyInAnyOrder("n", null, null, null);
    }

    @Test
    void aHashedKeyReplacesAsItsValueWould() throws Exception {
        sql(
                "DROP TABLE t",
                "CREATE TABLE t (id VARCHAR(9) PRIMARY KEY, name VARCHAR(9), version INTEGER)",
                "INSERT INTO t VALUES ('ada', 'a', 1), ('bob', 'b', 1)");
        harness.property("waybill.privacy-keys.k", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        String keys = "transform = [{ column = \"id\", method = \"hash\", key = \"k\" }]";
        upsert(keys);
        sql("UPDATE t SET version = 2 WHERE id = 'bob'");
        upsert(keys);

        assertThat(lake.rows(TABLE)).extracting(row -> row.getField("version")).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void filesThatWaitEncryptedBringTheirKeys() throws Exception {
        harness.property("waybill.staging.cipher", "AES/CTR/NoPadding");
        harness.property("waybill.staging.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        upsert("max_rows_per_file = 2");
        sql("UPDATE t SET name = 'second' WHERE id > 2");
        upsert("max_rows_per_file = 2");

        assertThat(table()).isEqualTo(source());
        assertThat(harness.file("staging")).doesNotExist();
    }
}
