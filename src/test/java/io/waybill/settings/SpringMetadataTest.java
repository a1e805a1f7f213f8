package io.waybill.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** By what Spring Boot's tools complete settings: the starter's metadata are what the settings declare. {@code -Dwrite} writes them. */
class SpringMetadataTest {

    private static final Path FILE = Path.of("starter/src/main/resources/META-INF/spring-configuration-metadata.json");

    private static final String TEXTS = "java.util.Map<java.lang.String,java.lang.String>";

    private final ObjectMapper json = new ObjectMapper();
    private final ArrayNode properties = json.createArrayNode();
    private final ArrayNode hints = json.createArrayNode();

    @Test
    void metadataOfTheStarterAreTheSettings() throws Exception {
        SettingsTable.GENERAL.forEach(setting -> add(setting.name(), setting, setting.means()));
        addGroup(SettingGroup.LEDGER.prefix(), "of the ledger", SettingsTable.DATA_SOURCE);
        properties
                .addObject()
                .put("name", SettingGroup.LEDGER.prefix() + "property")
                .put("type", TEXTS)
                .put("description", "Properties of the ledger's driver.");
        addNamed(SettingGroup.DATA_SOURCE, "Databases by their names; DataSource beans go by theirs.");
        addGroup(SettingGroup.DATA_SOURCE.prefix() + "<name>.", "of a data source", SettingsTable.DATA_SOURCE);
        addNamed(SettingGroup.CONNECTION, "Connections to destinations by their names, each of a type.");
        properties
                .addObject()
                .put("name", SettingGroup.CONNECTION.prefix() + "<name>.type")
                .put("type", String.class.getName())
                .put("description", "One of " + String.join(", ", SettingsTable.connectionTypes()) + ".");
        addHint(SettingGroup.CONNECTION.prefix() + "<name>.type", SettingsTable.connectionTypes());
        ofConnections()
                .forEach((setting, types) -> add(
                        SettingGroup.CONNECTION.prefix() + "<name>." + setting.name(),
                        setting,
                        "Of " + String.join(", ", types) + (setting.means().isEmpty() ? "" : ": " + setting.means())));
        addNamed(SettingGroup.PRIVACY_KEY, sentence(SettingsTable.PRIVACY_KEY.means()));
        ObjectNode all = json.createObjectNode();
        all.putArray("groups").addObject().put("name", "waybill");
        all.set("properties", properties);
        all.set("hints", hints);
        String declared =
                json.writer(new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE))
                                .writeValueAsString(all)
                        + "\n";

        if (System.getProperty("write") != null) {
            Files.writeString(FILE, declared);
        }

        assertThat(FILE).hasContent(declared);
        assertThat(properties.findValuesAsText("name")).doesNotHaveDuplicates();
    }

    private void addGroup(String prefix, String of, List<Key<?>> settings) {
        settings.forEach(setting -> add(
                prefix + setting.name(),
                setting,
                (setting.means().isEmpty() ? setting.name() : setting.means()) + " (" + of + ")"));
    }

    /** Whose names are the user's own: to Spring, a map. */
    private void addNamed(SettingGroup group, String means) {
        properties
                .addObject()
                .put("name", group.prefix().substring(0, group.prefix().length() - 1))
                .put("type", TEXTS)
                .put("description", means);
    }

    /** Each setting with the types of connections that have it; of those of one name, the first says what it is for. */
    private static Map<Key<?>, List<String>> ofConnections() {
        Map<String, Key<?>> byName = new LinkedHashMap<>();
        Map<Key<?>, List<String>> types = new LinkedHashMap<>();
        for (String type : SettingsTable.connectionTypes()) {
            for (Key<?> setting : SettingsTable.ofConnection(type)) {
                Key<?> first = byName.computeIfAbsent(setting.name(), name -> setting);
                types.computeIfAbsent(first, key -> new ArrayList<>()).add(type);
            }
        }
        return types;
    }

    private void add(String name, Key<?> setting, String means) {
        Class<?> type = setting.form() instanceof Form.Said<?> said ? said.type() : String.class;
        ObjectNode property = properties
                .addObject()
                .put("name", name)
                .put("type", type.getName())
                .put("description", sentence(means));
        if (type == Long.class && setting.otherwise() != null) {
            property.put("defaultValue", Long.parseLong(setting.otherwise().toString()));
        } else if (type == Boolean.class && setting.otherwise() != null) {
            property.put(
                    "defaultValue", Boolean.parseBoolean(setting.otherwise().toString()));
        } else if (setting.otherwise() != null) {
            property.put("defaultValue", setting.otherwise().toString());
        }
        if (type == String.class
                && setting.form() instanceof Form.Said<?> said
                && !said.allowed().isEmpty()) {
            addHint(name, said.allowed());
        }
    }

    private void addHint(String name, Collection<?> allowed) {
        ArrayNode values = hints.addObject().put("name", name).putArray("values");
        allowed.forEach(value -> values.addObject().put("value", value.toString()));
    }

    private static String sentence(String means) {
        String text = means.strip();
        return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }
}
