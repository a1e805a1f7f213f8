package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.FormatKind;
import io.waybill.route.step.WaybillComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.DataFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Camel's catalog says of {@code waybill:} and of the data formats, by which its tools complete and check routes, is what the keys
 * declare. {@code -Dwrite} writes it. What it says of the other components, Camel's own build tool writes at each build.
 */
class CatalogTest {

    private static final Path MAIN = Path.of("src/main/resources/META-INF");
    private static final Path SERVICES = MAIN.resolve("services/org/apache/camel");
    private static final Path GENERATED = Path.of("src/generated/resources/META-INF/services/org/apache/camel");

    private static Path fileOf(Class<?> type, String name) {
        return MAIN.resolve(type.getPackageName().replace('.', '/')).resolve(name + ".json");
    }

    private static void compare(Path file, String declared) throws Exception {
        if (System.getProperty("write") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, declared);
        }
        assertThat(file).hasContent(declared);
    }

    @Test
    void theCatalogSaysWhatTheKeysDeclare() throws Exception {
        Path file = fileOf(WaybillComponent.class, "waybill");

        compare(file, CatalogJson.component(file));
    }

    static Stream<FormatKind> kinds() {
        return ServiceLoader.load(FormatKind.class).stream().map(ServiceLoader.Provider::get);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void itSaysOfADataFormatWhatItsOptionsDeclare(FormatKind kind) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            DataFormat format = context.createDataFormat(kind.dataFormat());

            compare(fileOf(format.getClass(), kind.dataFormat()), CatalogJson.dataFormat(kind, format.getClass()));
        }
    }

    /** Camel's build tool does that for Camel's own jars alone. */
    @ParameterizedTest
    @CsvSource({"component, components", "dataformat, dataFormats"})
    void theJarNamesAllThereAre(String what, String key) throws Exception {
        try (Stream<Path> generated = Files.list(GENERATED.resolve(what))) {
            List<String> names = generated
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();

            compare(SERVICES.resolve(what + ".properties"), CatalogJson.properties(key, names));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "limit, 5, true",
        "limit, five, false",
        "skipEmpty, true, true",
        "skipEmpty, yes, false",
        "mode, incremental, true",
        "mode, incremantal, false",
        "limt, 5, false",
    })
    void camelsToolsCheckOptionsByIt(String option, String value, boolean right) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RuntimeCamelCatalog catalog =
                    context.getCamelContextExtension().getContextPlugin(RuntimeCamelCatalog.class);
            EndpointValidationResult result =
                    catalog.validateProperties("waybill", new HashMap<>(Map.of("name", "begin/x", option, value)));

            assertThat(result.isSuccess()).as(result.toString()).isEqualTo(right);
        }
    }
}
