package io.waybill.flow.toml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tomlj.Toml;

/**
 * {@code docs/flow.schema.json}, by which editors complete and check flow files, says what the keys' declarations say. {@code -Dwrite}
 * writes it.
 */
class FlowSchemaTest {

    private static final Path FILE = Path.of("docs/flow.schema.json");
    private static final Pattern EXAMPLE = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonSchema schema;

    @BeforeAll
    static void read() throws Exception {
        if (System.getProperty("write") != null) {
            Files.writeString(FILE, FlowSchema.print());
        }
        schema = JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(Files.readString(FILE));
    }

    @Test
    void theSchemaSaysWhatTheKeysDeclare() throws Exception {
        assertThat(FlowSchema.print()).isEqualTo(Files.readString(FILE));
    }

    static List<Path> flows() throws Exception {
        return Stream.of("routes", "src/test/resources/flows/good", "src/test/resources/golden/flows")
                .flatMap(folder -> Stream.of(Path.of(folder).toFile().listFiles()))
                .map(java.io.File::toPath)
                .filter(file -> file.toString().endsWith(".toml"))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("flows")
    void aRightFlowHoldsByIt(Path file) throws Exception {
        assertThat(violations(Files.readString(file))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/flows.md",
                "docs/reports.md",
                "docs/triggers.md",
                "docs/feeds.md",
                "docs/delivery.md"
            })
    void whatIsDocumentedHoldsByIt(String page) throws Exception {
        Matcher examples = EXAMPLE.matcher(Files.readString(Path.of(page)));
        while (examples.find()) {
            assertThat(violations(examples.group(1))).as(examples.group(1)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limt = 5",
                "limit = 0",
                "limit = \"5\"",
                "parallelism = 65",
                "skip_empty = \"yes\"",
                "export_mode = \"incremantal\"",
                "chunk_by = { column = \"t\", evry = \"day\" }",
                "exporter_config = { delimeter = \";\" }",
                "exporter_config = { quote_mode = \"al\" }",
                "filters = [{ op = \"=\", value = 1 }]",
                "report = { metrics = [{ function = \"sumn\" }] }",
                "report = { metrics = [{ function = \"percentile\", percent = 101 }] }",
                "report = { time_bucket = { column = \"t\", every = \"minute\" } }",
            })
    void aWrongFlowDoesNot(String key) throws Exception {
        String flow = "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"x.csv\"\n";

        assertThat(violations(flow)).isEmpty();
        assertThat(violations(flow + key + "\n")).isNotEmpty();
    }

    private static Set<ValidationMessage> violations(String text) throws Exception {
        JsonNode flow = JSON.readTree(Toml.parse(RelaxedToml.toStrict(text)).toJson());
        return schema.validate(flow);
    }
}
