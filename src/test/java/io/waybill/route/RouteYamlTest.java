package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A printed route is the flow: it reads back equal, and writes the same bytes without the flow's file. */
class RouteYamlTest {

    private static final String FLOW = """
            id = "everything"
            name = "Uses each option"
            namespace = "billing"

            [properties.export]
            source_dataset_id = "orders"
            file_path = "{{root}}/out/{ds}/orders + more 100% & (all)_{part}.csv"
            export_mode = "batch"
            batch_id = 2
            columns = ["id", "note, with a comma", "amount", "details"]
            order_by = ["amount desc", "id"]
            limit = 900
            max_rows_per_file = 400
            compression = "gzip"
            if_exists = "overwrite"
            filters = [
              { column = "amount", op = "between", values = [0, 5000.5] },
              { column = "note, with a comma", op = "!=", value = "{{secret}} & 100% + \\"quoted\\" #1" },
              { column = "due", op = ">=", value = 2025-01-01 },
              { column = "due", last = "100 years" },
            ]
            overlap = "queue"
            schema_change = "notify"
            dead_letter = "file:{{root}}/undelivered?allowNullBody=true&charset=utf-8"
            redelivery = { maximum_redeliveries = 7, redelivery_delay = "3s", back_off_multiplier = 1.5, maximum_redelivery_delay = "1h" }
            exporter_config = { delimiter = ";", null_string = "\\\\N", quote_mode = "all", line_ending = "crlf", date_format = "dd.MM.yyyy" }

            [[properties.export.notifications]]
            uri = "file:{{root}}/notices?fileName=${header.WaybillRunId}.json"
            on = ["success", "schema_change"]

            [[properties.export.notifications]]
            uri = "log:{{secret}}?level=WARN"

            [[triggers]]
            id = "nightly"
            type = "schedule"
            schedule = "0 2 * * 1-5"
            timezone = "Europe/Vienna"
            enabled = false

            [[triggers]]
            id = "often"
            type = "interval"
            every = "PT1H30M"
            start_at = 2026-01-01T06:00:00+01:00
            repeat = 10

            [[triggers]]
            id = "weekly"
            type = "weekly"
            at = "02:30"
            on = ["monday", "thursday"]
            jitter = "10m"
            catch_up = true
            enabled = false

            [[triggers]]
            id = "fresh"
            type = "on_new_data"
            channel = "Orders loaded & ready"
            enabled = false
            """;

    private static final String DATA_SETS = """
            [[dataset]]
            id = "orders"
            query = "SELECT * FROM all_orders WHERE id > 0"
            kind = "batch_tracked"
            primary_key = ["id"]
            columns = [
              { name = "details", type = "json" },
              { name = "amount", type = "decimal(10,2)", required = true },
              { name = "email", pii = true },
            ]
            """;

    @TempDir
    private Path folder;

    private HikariDataSource database;

    @BeforeEach
    void createOrders() {
        database = TestDatabases.h2();
        TestDatabases.execute(
                database,
                "CREATE TABLE all_orders (id integer, \"note, with a comma\" varchar, amount varchar(20), details varchar, email"
                        + " varchar, due date, xt_batch_id integer)",
                "INSERT INTO all_orders SELECT x, CASE WHEN mod(x, 3) > 0 THEN 'note; ' || x ELSE '\\N' END, x || '.5', '{\"n\" : ' || x"
                        + " || '}', 'e', DATE '2025-06-01', mod(x, 2) + 1 FROM system_range(1, 3000)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private FlowHarness harness() {
        FlowHarness harness = new FlowHarness(folder, database);
        harness.context().getPropertiesComponent().addInitialProperty("secret", "s3cr3t");
        return harness;
    }

    private String print(FlowHarness harness, String id) throws Exception {
        FlowFolder read = FlowFolder.read(folder, FlowRoutesLoader.placeholders(harness.context()));
        Flow flow = read.flows().get(id);
        DataSet dataSet = read.dataSetOf(flow).orElse(null);
        return new RouteYaml(harness.context()).print(flow, dataSet);
    }

    private Map<String, byte[]> files() throws Exception {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(folder.resolve("out"))) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                if (!file.toString().endsWith(".waybill.json")) {
                    files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
                }
                Files.delete(file);
            }
        }
        return files;
    }

    @Test
    void aPrintedRouteWritesTheSameBytesWithoutItsFlow() throws Exception {
        Files.writeString(folder.resolve("datasets.toml"), DATA_SETS);
        String yaml;
        Map<String, byte[]> byFlow;
        try (FlowHarness harness = harness().load("everything.toml", FLOW)) {
            harness.run("everything");
            byFlow = files();
            yaml = print(harness, "everything");
        }
        Files.delete(folder.resolve("datasets.toml"));
        Files.delete(folder.resolve("everything.toml"));

        try (FlowHarness alone = harness().load("everything.camel.yaml", yaml)) {
            alone.run("everything");
        }

        assertThat(byFlow)
                .containsOnlyKeys(
                        "out/2026-01-16/orders + more 100% & (all)_1.csv.gz",
                        "out/2026-01-16/orders + more 100% & (all)_2.csv.gz",
                        "out/2026-01-16/orders + more 100% & (all)_3.csv.gz");
        assertThat(files()).usingRecursiveComparison().isEqualTo(byFlow);
    }

    @Test
    void aPrintedRouteReadsBackEqual() throws Exception {
        Files.writeString(folder.resolve("datasets.toml"), DATA_SETS);
        String loaded;
        String yaml;
        try (FlowHarness harness = harness().load("everything.toml", FLOW)) {
            yaml = print(harness, "everything");
            loaded = routes(harness);
        }
        try (FlowHarness alone = harness().load("everything.camel.yaml", yaml)) {
            assertThat(routes(alone)).isEqualTo(loaded);
        }
    }

    @Test
    void aPrintedRouteTriesADeliveryAgain() throws Exception {
        String flow = "id = \"again\"\n[properties.export]\nsource_dataset_id = \"all_orders\"\nlimit = 1\n"
                + "file_path = \"{{root}}/out/again.csv\"\n"
                + "redelivery = { maximum_redeliveries = 3, redelivery_delay = \"0s\" }\n";
        String yaml;
        try (FlowHarness harness = harness().load("again.toml", flow)) {
            yaml = print(harness, "again");
        }
        java.util.concurrent.atomic.AtomicInteger tries = new java.util.concurrent.atomic.AtomicInteger();
        try (FlowHarness alone = harness().load("again.camel.yaml", yaml)) {
            org.apache.camel.builder.AdviceWith.adviceWith(
                    alone.context(),
                    "again.delivery",
                    route -> route.interceptSendToEndpoint("file:*").process(exchange -> {
                        if (tries.incrementAndGet() < 4) {
                            throw new java.net.ConnectException("Connection refused");
                        }
                    }));

            assertThat(alone.run("again").rows()).isEqualTo(1);
        }
        assertThat(tries).hasValue(5); // the file at its fourth, and the waybill
    }

    private static String routes(FlowHarness harness) throws Exception {
        Model model = harness.context().getCamelContextExtension().getContextPlugin(Model.class);
        StringBuilder yaml = new StringBuilder();
        for (RouteDefinition route : model.getRouteDefinitions()) {
            yaml.append(org.apache.camel.support.PluginHelper.getModelToYAMLDumper(harness.context())
                    .dumpModelAsYaml(harness.context(), route, false, true, false, false));
        }
        return yaml.toString();
    }

    @Test
    void secretsStayPlaceholders() throws Exception {
        Files.writeString(folder.resolve("datasets.toml"), DATA_SETS);
        try (FlowHarness harness = harness().load("everything.toml", FLOW)) {
            assertThat(print(harness, "everything"))
                    .contains("{{secret}}", "{{root}}/out")
                    .doesNotContain("s3cr3t");
        }
    }

    @Test
    void aSecondFileOfTheSameIdIsRefused() throws Exception {
        String flow =
                "id = \"one\"\n[properties.export]\nsource_dataset_id = \"all_orders\"\nfile_path = \"{{root}}/out/o.csv\"\n";
        try (FlowHarness harness = harness().load("one.toml", flow)) {
            assertThatThrownBy(() -> harness.load("two.toml", flow))
                    .hasStackTraceContaining("id: \"one\" is the id of the route in " + folder + "/one.toml already");
        }
    }

    @Test
    void aScheduleStartsItsFlowInItsOwnTimeZone() throws Exception {
        String flow = "id = \"often\"\n[properties.export]\nsource_dataset_id = \"all_orders\"\n"
                + "file_path = \"{{root}}/out/often_{ts}.csv\"\n"
                + "[[triggers]]\ntype = \"manual\"\ntimezone = \"Europe/Vienna\"\n"
                + "[[triggers]]\ntype = \"schedule\"\nschedule = \"* * * * * ?\"\ntimezone = \"Asia/Tokyo\"\n";
        try (FlowHarness harness = harness().load("often.toml", flow)) {
            org.awaitility.Awaitility.await()
                    .until(() -> Files.exists(folder.resolve("out"))
                            && !names("waybill.json").isEmpty());
        }
        assertThat(names(".csv")).isNotEmpty().allMatch(name -> name.endsWith("+09:00.csv"));
    }

    private java.util.List<String> names(String ending) throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .toList();
        }
    }
}
