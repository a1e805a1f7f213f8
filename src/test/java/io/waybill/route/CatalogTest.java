package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.route.step.WaybillComponent;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Camel's catalog says of {@code waybill:}, by which its tools complete and check routes, is what the keys declare. {@code -Dwrite}
 * writes it.
 */
class CatalogTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FILE = Path.of(
            "src/main/resources/META-INF",
            WaybillComponent.class.getPackageName().replace('.', '/'),
            "waybill.json");

    @Test
    void theCatalogSaysWhatTheKeysDeclare() throws Exception {
        String declared = print();
        if (System.getProperty("write") != null) {
            Files.writeString(FILE, declared);
        }
        assertThat(Files.readString(FILE)).isEqualTo(declared);
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

    private static String print() throws Exception {
        ObjectNode catalog = (ObjectNode) JSON.readTree(FILE.toFile());
        ((ObjectNode) catalog.get("component")).put("javaType", WaybillComponent.class.getName());
        ((ObjectNode) catalog.get("component")).put("version", version());
        catalog.set("headers", headers());
        catalog.set("properties", options((ObjectNode) catalog.get("properties")));
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return JSON.writer(printer).writeValueAsString(catalog) + "\n";
    }

    private static String version() throws Exception {
        Matcher version = Pattern.compile("<artifactId>waybill</artifactId>\\s*<version>(.*?)</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    private static ObjectNode headers() throws Exception {
        ObjectNode headers = JSON.createObjectNode();
        for (Field field : WaybillConstants.class.getDeclaredFields()) {
            Metadata metadata = field.getAnnotation(Metadata.class);
            if (metadata != null) {
                ObjectNode header = entry(headers, (String) field.get(null), "header", metadata.description());
                header.put("javaType", metadata.javaType());
                header.put("constantName", WaybillConstants.class.getName() + "#" + field.getName());
            }
        }
        return headers;
    }

    private static ObjectNode options(ObjectNode before) {
        ObjectNode options = JSON.createObjectNode();
        options.set("name", before.get("name"));
        StepOptions.all().forEach((name, key) -> {
            ObjectNode option = entry(options, name, "parameter", sentence(key));
            option.put("required", false).put("secret", key.isSecret());
            type(option, key);
            if (key.otherwise() != null && !(key.form() instanceof Form.Names)) {
                option.put("defaultValue", otherwise(key));
            }
        });
        ObjectNode lazy = (ObjectNode) before.get("lazyStartProducer");
        options.set("lazyStartProducer", lazy.put("index", options.size()));
        return options;
    }

    private static <T> String otherwise(Key<T> key) {
        return key.form().print(key.otherwise());
    }

    private static ObjectNode entry(ObjectNode entries, String name, String kind, String description) {
        ObjectNode entry = JSON.createObjectNode().put("index", entries.size()).put("kind", kind);
        entry.put("displayName", displayName(name)).put("group", "producer").put("label", "");
        entry.put("deprecated", false).put("autowired", false).put("description", description);
        entries.set(name, entry);
        return entry;
    }

    private static String displayName(String name) {
        String spaced = name.replaceAll("([a-z])([A-Z])", "$1 $2");
        return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
    }

    /** Without Markdown: links, and code. */
    private static String sentence(Key<?> key) {
        String plain = key.means()
                .replaceAll(":? ?\\[(below|above|[a-z]+\\.md)]\\([^)]*\\)", "")
                .replace("`", "");
        return Character.toUpperCase(plain.charAt(0)) + plain.substring(1) + ".";
    }

    private static void type(ObjectNode option, Key<?> key) {
        Form<?> form = key.form();
        if (form instanceof Form.Flag) {
            option.put("type", "boolean").put("javaType", "boolean");
        } else if (form instanceof Form.Whole) {
            option.put("type", "integer").put("javaType", "long");
        } else if (form instanceof Form.Choice<?> choice) {
            ArrayNode names = option.put("type", "enum")
                    .put("javaType", "java.lang.String")
                    .putArray("enum");
            List<String> allowed = choice.allowed();
            allowed.forEach(names::add);
        } else if (form instanceof Form.Table table) {
            String bean = StepOptions.beanOf(key).getName();
            option.put("type", table.isList() ? "array" : "object")
                    .put("javaType", table.isList() ? "java.util.List<" + bean + ">" : bean);
        } else {
            option.put("type", "string").put("javaType", "java.lang.String");
        }
    }
}
