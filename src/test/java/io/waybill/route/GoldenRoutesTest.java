package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each flow of {@code routes/} and of {@code golden/flows} is printed as the file of its id in {@code golden/routes} has it, to the letter:
 * routes that were printed by a version before go on working as long as nothing here changes.
 *
 * <p>{@code -Dwrite} writes the files, where a change is meant.
 */
class GoldenRoutesTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path FLOWS = GOLDEN.resolve("flows");
    private static final Path DEMO = Path.of("routes");

    static List<String> demoFlows() throws Exception {
        return ids(DEMO, Path.of("application.properties"));
    }

    static List<String> flowsOfAllKeys() throws Exception {
        return ids(FLOWS, FLOWS.resolve("application.properties"));
    }

    @ParameterizedTest
    @MethodSource("demoFlows")
    void aDemoFlowIsPrintedAsBefore(String id) throws Exception {
        compare(DEMO, Path.of("application.properties"), id);
    }

    @ParameterizedTest
    @MethodSource("flowsOfAllKeys")
    void aFlowIsPrintedAsBefore(String id) throws Exception {
        compare(FLOWS, FLOWS.resolve("application.properties"), id);
    }

    @Test
    void noFlowIsMissing() throws Exception {
        try (Stream<Path> golden = Files.list(GOLDEN.resolve("routes"))) {
            assertThat(golden.map(file -> file.getFileName().toString().replace(".camel.yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(demoFlows().stream(), flowsOfAllKeys().stream())
                            .toList());
        }
    }

    private static List<String> ids(Path folder, Path properties) throws Exception {
        try (DefaultCamelContext context = context(properties)) {
            FlowFolder flows = FlowFolder.read(folder, FlowRoutesLoader.placeholders(context));
            assertThat(flows.problems()).isEmpty();
            return List.copyOf(flows.flows().keySet());
        }
    }

    private static void compare(Path folder, Path properties, String id) throws Exception {
        Path golden = GOLDEN.resolve("routes").resolve(id + ".camel.yaml");
        String printed = print(folder, properties, id);
        if (System.getProperty("write") != null) {
            Files.writeString(golden, printed);
        }
        assertThat(printed).isEqualTo(Files.readString(golden));
    }

    private static String print(Path folder, Path properties, String id) throws Exception {
        try (DefaultCamelContext context = context(properties)) {
            FlowFolder flows = FlowFolder.read(folder, FlowRoutesLoader.placeholders(context));
            Flow flow = flows.flows().get(id);
            return new RouteYaml(context).print(flow, flows.dataSetOf(flow).orElse(null));
        }
    }

    private static DefaultCamelContext context(Path properties) throws IOException {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().addLocation("file:" + properties);
        context.build();
        context.start();
        return context;
    }
}
