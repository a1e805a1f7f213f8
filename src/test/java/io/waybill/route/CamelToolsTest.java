package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.DataFormatModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Camel's tools, as editors and build plugins have them: they find the components and data formats of a jar by what its {@code
 * component.properties} and {@code dataformat.properties} name, complete their options and check endpoints.
 */
class CamelToolsTest {

    private static final String SERVICES = "META-INF/services/org/apache/camel/";

    private static final CamelCatalog CATALOG = new DefaultCamelCatalog();

    @BeforeAll
    static void addWhatTheJarNames() throws IOException {
        for (String name : named("component", "components")) {
            CATALOG.addComponent(name, typeOf("component", name), json(typeOf("component", name), name));
        }
        for (String name : named("dataformat", "dataFormats")) {
            CATALOG.addDataFormat(name, typeOf("dataformat", name), json(typeOf("dataformat", name), name));
        }
    }

    private static List<String> named(String what, String key) throws IOException {
        List<String> names = new ArrayList<>();
        for (URL each :
                Collections.list(CamelToolsTest.class.getClassLoader().getResources(SERVICES + what + ".properties"))) {
            Properties jar = new Properties();
            try (InputStream in = each.openStream()) {
                jar.load(in);
            }
            if (jar.getProperty("groupId").equals("io.waybill")) {
                names.addAll(List.of(jar.getProperty(key).split(" ")));
            }
        }
        return names;
    }

    private static String typeOf(String what, String name) throws IOException {
        Properties service = new Properties();
        service.load(new java.io.StringReader(resource(SERVICES + what + "/" + name)));
        return service.getProperty("class");
    }

    private static String json(String type, String name) throws IOException {
        return resource(
                "META-INF/" + type.substring(0, type.lastIndexOf('.')).replace('.', '/') + "/" + name + ".json");
    }

    private static String resource(String path) throws IOException {
        try (InputStream in = CamelToolsTest.class.getClassLoader().getResourceAsStream(path)) {
            assertThat(in).describedAs(path).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void knowAllComponentsAndDataFormats() {
        assertThat(CATALOG.findComponentNames())
                .contains(
                        "waybill",
                        "rows",
                        "waybill-s3",
                        "waybill-sftp",
                        "waybill-ftp",
                        "waybill-ftps",
                        "waybill-kinesis",
                        "waybill-firehose");
        assertThat(CATALOG.findDataFormatNames())
                .contains("waybill-csv", "waybill-json", "waybill-parquet", "waybill-xlsx");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "waybill:orders | ",
                "waybill:orders?mode=batch&batchId=42 | ",
                "waybill:begin/orders?sourceDatasetId=orders&namespace=default&filePath=out/o.csv&limit=5 | ",
                "waybill:begin/orders?limit=five | limit=five",
                "waybill:begin/orders?limit={{most}} | ",
                "waybill:begin/orders?filters=#one,#two&dataSet=#orders | ",
                "waybill:begin/orders?compression=rar | compression=rar",
                "waybill:begin/orders?colour=blue | colour",
                "rows:shop?fetchSize=5000&reader=copy | ",
                "rows:shop?reader=cpoy | reader=cpoy",
                "rows:shop?fetchSize=many | fetchSize=many",
                "waybill-s3:lake?region=eu-central-1&autoCreateBucket=false | ",
                "waybill-s3:lake?autoCreateBucket=perhaps | autoCreateBucket=perhaps",
                "waybill-sftp:host:22/inbox?username=u&strictHostKeyChecking=yes | ",
                "waybill-ftp:host/inbox?passiveMode=true&username=u | ",
                "waybill-ftps:host/inbox?implicit=true&username=u | ",
                "waybill-ftp:host/inbox?passiveMode=maybe | passiveMode=maybe",
                "waybill-kinesis:orders?region=eu-central-1 | ",
                "waybill-firehose:orders?region=eu-central-1 | ",
                "waybill-firehose:orders?regoin=eu-central-1 | regoin",
            })
    void checkEndpoints(String uri, String wrong) {
        EndpointValidationResult result = CATALOG.validateEndpointProperties(uri);

        if (wrong == null) {
            assertThat(result.isSuccess()).as(result.summaryErrorMessage(true)).isTrue();
        } else {
            assertThat(result.isSuccess()).isFalse();
            assertThat(result.summaryErrorMessage(true)).contains(wrong.split("=")[0]);
        }
    }

    @Test
    void knowWhatIsForTheBeginningOfARouteAlone() {
        assertThat(CATALOG.validateEndpointProperties(
                                "waybill:clock/orders?trigger=nightly&type=daily&at=02:00", false, true, false)
                        .isSuccess())
                .isTrue();
        assertThat(CATALOG.validateEndpointProperties("waybill:clock/orders?limit=5", false, true, false)
                        .getNotConsumerOnly())
                .containsExactly("limit");
        assertThat(CATALOG.validateEndpointProperties("waybill:begin/orders?jitter=5m", false, false, true)
                        .getNotProducerOnly())
                .containsExactly("jitter");
    }

    @Test
    void completeTheOptionsOfAStep() {
        ComponentModel waybill = CATALOG.componentModel("waybill");

        assertThat(waybill.getEndpointParameterOptions())
                .filteredOn(option -> option.getName().startsWith("maxR"))
                .extracting(BaseOptionModel::getName)
                .contains("maxRowsPerFile");
        assertThat(option(waybill.getEndpointParameterOptions(), "maxRowsPerFile"))
                .satisfies(option -> assertThat(option.getType()).isEqualTo("integer"))
                .satisfies(option -> assertThat(option.getDescription())
                        .endsWith(" Of waybill:begin, waybill:take, waybill:export and waybill:sink."));
        assertThat(option(waybill.getEndpointParameterOptions(), "mode").getEnums())
                .contains("full", "incremental");
        assertThat(waybill.getEndpointPathOptions().get(0).getDescription())
                .contains("clock, listen, look, due, begin, take, stage");
        assertThat(waybill.getEndpointHeaders())
                .extracting(BaseOptionModel::getName)
                .contains("WaybillMode", "WaybillBatchId");
    }

    @Test
    void completeTheOptionsOfADataFormat() {
        DataFormatModel csv = CATALOG.dataFormatModel("waybill-csv");

        assertThat(csv.getJavaType()).isEqualTo("io.waybill.format.CsvDataFormat");
        assertThat(option(csv.getOptions(), "quoteMode"))
                .satisfies(option -> assertThat(option.getEnums()).contains("minimal", "all"))
                .satisfies(option -> assertThat(option.getDefaultValue()).isEqualTo("minimal"));
        assertThat(option(csv.getOptions(), "includeHeader").getType()).isEqualTo("boolean");
        assertThat(option(CATALOG.dataFormatModel("waybill-parquet").getOptions(), "rowGroupSize"))
                .satisfies(option -> assertThat(option.getType()).isEqualTo("integer"));
    }

    private static BaseOptionModel option(List<? extends BaseOptionModel> options, String name) {
        return options.stream()
                .filter(option -> option.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Stream<Path> printedRoutes() throws IOException {
        return Files.list(Path.of("src/test/resources/golden/routes")).sorted();
    }

    /** What is printed is what the tools take. */
    @ParameterizedTest
    @MethodSource("printedRoutes")
    void findNothingWrongWithAPrintedRoute(Path route) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RuntimeCamelCatalog catalog =
                    context.getCamelContextExtension().getContextPlugin(RuntimeCamelCatalog.class);
            int checked = 0;
            for (JsonNode endpoint : endpoints(new YAMLMapper().readTree(route.toFile()))) {
                if (endpoint.get("uri").asText().equals("waybill")) {
                    checked++;
                    Map<String, String> properties = new HashMap<>();
                    endpoint.path("parameters")
                            .properties()
                            .forEach(parameter -> properties.put(
                                    parameter.getKey(),
                                    withoutRaw(parameter.getValue().asText())));

                    EndpointValidationResult result = catalog.validateProperties("waybill", properties);

                    assertThat(result.isSuccess())
                            .as("%s: %s", endpoint, result.summaryErrorMessage(false))
                            .isTrue();
                }
            }
            assertThat(checked).isPositive();
        }
    }

    /** What Camel takes from around a value, the catalog does not. */
    private static String withoutRaw(String value) {
        return value.startsWith("RAW({{") ? value.substring("RAW(".length(), value.length() - 1) : value;
    }

    private static List<JsonNode> endpoints(JsonNode yaml) {
        return yaml.findParents("uri");
    }
}
