package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a flow is printed as holds by the JSON schema of Camel's YAML DSL, which editors and other tools check it by. */
class YamlSchemaTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    private static DefaultCamelContext context;
    private static JsonSchema schema;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        context = new DefaultCamelContext();
        context.getPropertiesComponent().addLocation("file:application.properties");
        context.build();
        context.start();
        try (var in = YamlSchemaTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            schema = JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(in);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        context.close();
    }

    static List<String> demoFlows() throws Exception {
        return List.copyOf(FlowFolder.read(Path.of("routes"), FlowRoutesLoader.placeholders(context))
                .flows()
                .keySet());
    }

    @ParameterizedTest
    @MethodSource("demoFlows")
    void aDemoFlowIsPrintedAsTheSchemaHasIt(String id) throws Exception {
        assertThat(violations(FlowFolder.read(Path.of("routes"), FlowRoutesLoader.placeholders(context)), id))
                .isEmpty();
    }

    static List<Path> printedRoutes() throws Exception {
        try (Stream<Path> printed = Files.list(Path.of("src/test/resources/golden/routes"))) {
            return printed.sorted().toList();
        }
    }

    /** Which are as flows are printed: GoldenRoutesTest holds that. */
    @ParameterizedTest
    @MethodSource("printedRoutes")
    void aGoldenRouteIsAsTheSchemaHasIt(Path route) throws Exception {
        assertThat(schema.validate(YAML.readTree(route.toFile()))).isEmpty();
    }

    static List<Path> routesByHand() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("routesByHand")
    void aRouteByHandIsAsTheSchemaHasIt(Path route) throws Exception {
        assertThat(schema.validate(YAML.readTree(route.toFile()))).isEmpty();
    }

    @Test
    void aFlowThatUsesEachOptionIsPrintedAsTheSchemaHasIt() throws Exception {
        Files.writeString(folder.resolve("datasets.toml"), """
                [[dataset]]
                id = "orders"
                table = "true"
                limits = { max_rows = 1000 }
                primary_key = ["id"]
                """);
        Files.writeString(folder.resolve("many.toml"), """
                id = "many"
                name = "true"
                description = "12"
                [properties.export]
                source_dataset_id = "orders"
                file_path = "out/{ds}/true.csv"
                since_last_export = true
                checksums = true
                skip_empty = true
                reader = "jdbc"
                parallelism = 3
                overlap = "queue"
                schema_change = "notify"
                dead_letter = "file:undelivered?allowNullBody=true&charset=utf-8"
                exporter_config = { include_header = false, formula_guard = true, null_string = "true" }
                filters = [
                  { column = "paid", op = "=", value = true },
                  { column = "true", op = "in", values = ["true", "12", "no"] },
                ]

                [[properties.export.delivery]]
                uri = "https://example.com/{ds}"
                headers = { "X-Dry-Run" = "true", "X-Count" = 12 }
                options = { throwExceptionOnFailure = true }

                [[properties.export.delivery]]
                uri = "mailto:somebody@example.com?subject=true"
                connection = "post"

                [[properties.export.delivery]]
                uri = "sftp://host/inbox/"
                connection = "partner"

                [[properties.export.notifications]]
                uri = "file:notices?allowNullBody=true&fileName=${header.WaybillRunId}.json"

                [[triggers]]
                id = "nightly"
                type = "schedule"
                schedule = "0 2 * * 1-5"
                enabled = false

                [[triggers]]
                id = "soon"
                type = "stream"
                max_rows = 100

                [[triggers]]
                id = "weekly"
                type = "weekly"
                at = "02:00"
                on = ["monday", "friday"]
                catch_up = true

                [[triggers]]
                id = "monthly"
                type = "monthly"
                at = "02:00"
                day = 12
                jitter = "90s"

                [[triggers]]
                id = "fresh"
                type = "on_new_data"
                channel = "true"
                """);

        FlowFolder flows = FlowFolder.read(folder, FlowRoutesLoader.placeholders(context));

        assertThat(flows.problems()).isEmpty();
        assertThat(violations(flows, "many")).isEmpty();
    }

    private static Set<ValidationMessage> violations(FlowFolder flows, String id) throws Exception {
        Flow flow = flows.flows().get(id);
        String yaml = new RouteYaml(context).print(flow, flows.dataSetOf(flow).orElse(null));
        return schema.validate(YAML.readTree(yaml));
    }
}
