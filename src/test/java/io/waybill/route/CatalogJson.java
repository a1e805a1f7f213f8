package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Form;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import io.waybill.route.step.WaybillComponent;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.spi.Metadata;

/** What Camel's catalog is to say of {@code waybill:} and of the data formats: what the keys declare. */
final class CatalogJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private CatalogJson() {}

    /** @param before the file as it is, of which the head and what any component has are kept */
    static String component(Path before) throws Exception {
        ObjectNode catalog = (ObjectNode) JSON.readTree(before.toFile());
        ((ObjectNode) catalog.get("component"))
                .put("javaType", WaybillComponent.class.getName())
                .put("version", version())
                .put("producerOnly", false); // waybill:clock and waybill:listen begin routes
        catalog.set("headers", headers());
        catalog.set("properties", options((ObjectNode) catalog.get("properties")));
        return print(catalog);
    }

    /** @param type the class of the data format */
    static String dataFormat(FormatKind kind, Class<?> type) throws Exception {
        Metadata metadata = type.getAnnotation(Metadata.class);
        ObjectNode catalog = JSON.createObjectNode();
        catalog.putObject("dataformat")
                .put("kind", "dataformat")
                .put("name", kind.dataFormat())
                .put("title", metadata.title())
                .put("description", "Write rows, or lists of maps, as " + names(kind) + ".")
                .put("deprecated", false)
                .put("firstVersion", metadata.firstVersion())
                .put("label", "dataformat,transformation")
                .put("javaType", type.getName())
                .put("supportLevel", "Preview")
                .put("groupId", "io.waybill")
                .put("artifactId", "waybill")
                .put("version", version())
                .put("modelName", kind.dataFormat())
                .put("modelJavaType", type.getName());
        ObjectNode properties = catalog.putObject("properties");
        for (Key<?> key : kind.options()) {
            if (!properties.has(key.option())) { // a key may have another name
                putOption(properties, key, key.option(), "attribute", "common", "", sentence(key));
            }
        }
        return print(catalog);
    }

    private static String names(FormatKind kind) {
        return kind.formats().isEmpty()
                ? "what another data format of Camel's makes of them"
                : kind.formats().stream().map(FileFormat::extension).collect(Collectors.joining(", "));
    }

    /** @param key what the names stand behind: components, or dataFormats */
    static String properties(String key, List<String> names) throws Exception {
        return "# What Camel's tools look for in a jar.\n" + key + "=" + String.join(" ", names)
                + "\ngroupId=io.waybill\nartifactId=waybill\nversion=" + version()
                + "\nprojectName=Waybill\nprojectDescription=Exports data sets by Camel routes\n";
    }

    private static String print(ObjectNode catalog) throws Exception {
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
                ObjectNode header =
                        entry(headers, (String) field.get(null), "header", "producer", "", metadata.description());
                header.put("javaType", metadata.javaType());
                header.put("constantName", WaybillConstants.class.getName() + "#" + field.getName());
            }
        }
        return headers;
    }

    private static ObjectNode options(ObjectNode before) {
        ObjectNode options = JSON.createObjectNode();
        options.set("name", before.get("name"));
        ((ObjectNode) options.get("name"))
                .put("group", "common")
                .put(
                        "description",
                        "The flow to run; or a verb, a slash and the flow. The verbs: "
                                + Arrays.stream(Verb.values())
                                        .filter(verb -> verb != Verb.RUN)
                                        .map(Verb::label)
                                        .collect(Collectors.joining(", "))
                                + ".");
        StepOptions.all().forEach((name, key) -> {
            List<Verb> verbs = verbs(name);
            String label = side(verbs);
            putOption(
                    options,
                    key,
                    name,
                    "parameter",
                    label.isEmpty() ? "common" : label,
                    label,
                    sentence(key) + of(verbs));
        });
        ObjectNode lazy = (ObjectNode) before.get("lazyStartProducer");
        options.set("lazyStartProducer", lazy.put("index", options.size()));
        return options;
    }

    private static List<Verb> verbs(String option) {
        return Arrays.stream(Verb.values())
                .filter(verb -> StepOptions.of(verb).contains(option))
                .toList();
    }

    /** By which tools know what is for a route's beginning alone, and what for steps alone. */
    private static String side(List<Verb> verbs) {
        long beginnings = verbs.stream().filter(Verb::isBeginning).count();
        return beginnings == verbs.size() ? "consumer" : beginnings == 0 ? "producer" : "";
    }

    private static String of(List<Verb> verbs) {
        List<String> names = verbs.stream().map(Verb::shown).toList();
        int last = names.size() - 1;
        return " Of " + (last == 0 ? "" : String.join(", ", names.subList(0, last)) + " and ") + names.get(last) + ".";
    }

    private static void putOption(
            ObjectNode options, Key<?> key, String name, String kind, String group, String label, String description) {
        ObjectNode option = entry(options, name, kind, group, label, description);
        option.put("required", false).put("secret", key.isSecret());
        type(option, key);
        if (key.otherwise() != null && !(key.form() instanceof Form.Names)) {
            option.put("defaultValue", otherwise(key));
        }
    }

    private static <T> String otherwise(Key<T> key) {
        return key.form().print(key.otherwise());
    }

    private static ObjectNode entry(
            ObjectNode entries, String name, String kind, String group, String label, String description) {
        ObjectNode entry = JSON.createObjectNode().put("index", entries.size()).put("kind", kind);
        entry.put("displayName", displayName(name)).put("group", group).put("label", label);
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
                .replaceAll(", `\\[\\[.*]]`", "")
                .replace("`", "");
        String bean = StepOptions.beanOf(key) != null && key.form() instanceof Form.Table table
                ? table.isList() ? ": references of beans, separated by commas" : ": the reference of a bean"
                : "";
        return Character.toUpperCase(plain.charAt(0)) + plain.substring(1) + bean + ".";
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
            Class<?> of = StepOptions.beanOf(key);
            String bean = of == null ? "java.util.Map<java.lang.String, java.lang.String>" : of.getName();
            option.put("type", table.isList() ? "array" : "object")
                    .put("javaType", table.isList() ? "java.util.List<" + bean + ">" : bean);
        } else {
            option.put("type", "string").put("javaType", "java.lang.String");
        }
    }
}
