package io.waybill.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.ExportKeys;
import io.waybill.flow.FileFormat;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.Trigger;
import io.waybill.flow.toml.FlowReader;
import io.waybill.flow.toml.TomlText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FlowFormTest {

    private static final String ORDERS = """
            # The orders, each night.
            [properties.export]
            source_dataset_id = "orders"   # of the shop
            file_path = 'exports/orders_{ds}.csv'
            filters = [{ column = "status", op = "=", value = "paid" }]
            limit = 1_000

            [properties.export.exporter_config]
            delimiter = "\\t"

            [[triggers]]
            type = "interval"
            every = "1h"
            start_at = 2026-01-15T02:00:00
            """;

    private static FlowForm form(String text) {
        List<FormProblem> problems = new FlowReader(placeholder -> placeholder)
                .read("routes/orders.toml", text).problems().stream()
                        .map(problem -> FormProblem.of(problem.toString()))
                        .toList();
        return FlowForm.of(TomlText.of(text), problems);
    }

    private static Field field(String text, String name) {
        return form(text).fields().stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Fills in some controls, and leaves all others as they are shown. */
    private static String filled(String text, String... controls) {
        FlowForm form = form(text);
        Map<String, String> values = new HashMap<>();
        for (Field field : form.fields()) {
            boolean isPlace = field.entry() == Entry.PLACE;
            boolean isFlag = field.entry() == Entry.FLAG;
            String shown = isPlace ? field.folder() : isFlag ? String.valueOf(field.isTicked()) : field.value();
            values.put(Filling.FIELD + field.name(), shown);
            if (isPlace) {
                values.put(Filling.FILE_NAME + field.name(), field.fileName());
            }
        }
        for (int i = 0; i < controls.length; i += 2) {
            assertThat(values.put(controls[i], controls[i + 1])).as(controls[i]).isNotNull();
        }
        Filling filling = Filling.of(form, name -> Optional.ofNullable(values.get(name)));
        assertThat(filling.refused()).isEmpty();
        return filling.text().text();
    }

    @Test
    void showsWhatTheTextSays() {
        assertThat(field(ORDERS, "properties.export.source_dataset_id").value()).isEqualTo("orders");
        assertThat(field(ORDERS, "properties.export.limit").value()).isEqualTo("1000");
        assertThat(field(ORDERS, "properties.export.file_path").folder()).isEqualTo("exports/");
        assertThat(field(ORDERS, "properties.export.file_path").fileName()).isEqualTo("orders_{ds}.csv");
        assertThat(field(ORDERS, "properties.export.exporter_config.delimiter").value())
                .isEqualTo("\"\\t\"");
        assertThat(field(ORDERS, "triggers[0].start_at").value()).isEqualTo("2026-01-15T02:00");
        assertThat(field(ORDERS, "triggers[0].enabled").isTicked()).isTrue();
        assertThat(field(ORDERS, "properties.export.compression").choices())
                .containsExactly("none", "gzip", "zstd", "zip");
    }

    @Test
    void hasAFieldOrGroupForEachKeyOnce() {
        List<String> names = form(ORDERS).sections().stream()
                .flatMap(section -> section.parts().stream())
                .map(part -> part instanceof Field field ? field.name() : ((Group) part).name())
                .toList();
        List<String> expected = Stream.concat(
                        ExportKeys.all().stream()
                                .filter(key -> key.isInFlows() && !key.name().contains("."))
                                .map(key -> "properties.export." + key.name()),
                        FlowKeys.ALL.stream()
                                .map(Key::name)
                                .filter(name -> !List.of("id", "flow_type", "properties", "input")
                                        .contains(name)))
                .toList();
        assertThat(names).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void offersADateOrATimeOfDayWhereAKeyTakesNothingElse() {
        assertThat(field(ORDERS, "triggers[0].start_at").inputType()).isEqualTo("datetime-local");
        assertThat(field(ORDERS, "triggers[0].end_at").inputType()).isEqualTo("datetime-local");
        assertThat(field(ORDERS, "triggers[0].every").inputType()).isEqualTo("text");
        String withZone = ORDERS.replace("2026-01-15T02:00:00", "2026-01-15T02:00:00Z");
        assertThat(field(withZone, "triggers[0].start_at").inputType()).isEqualTo("text");
        String daily = "[properties.export]\nfile_path = 'a.csv'\n[[triggers]]\ntype = 'daily'\nat = '02:00'\n";
        assertThat(field(daily, "triggers[0].at").inputType()).isEqualTo("time");
        assertThat(field(daily.replace("'daily'", "'once'"), "triggers[0].at").inputType())
                .isEqualTo("text"); // what it has now would be lost
    }

    @Test
    void takesPairsOfNamesThatAreAnybodys() {
        String text = "[properties.export]\nfile_path = 'a.csv'\nprivacy = { email = 'mask', name = \"hash\" }\n";
        assertThat(field(text, "properties.export.privacy").pairs())
                .containsExactly(Map.entry("email", "mask"), Map.entry("name", "hash"));
        assertThat(paired(text, List.of("email", "name", ""), List.of("mask", "hash", "")))
                .isEqualTo(text);
        assertThat(paired(text, List.of("email", "phone"), List.of("mask", "drop")))
                .contains("email = 'mask'", "phone = \"drop\"")
                .doesNotContain("name =");
        assertThat(paired(text, List.of(""), List.of(""))).doesNotContain("privacy");
        assertThatThrownBy(() -> Filling.paired(List.of("a", "a "), List.of("1", "2")))
                .hasMessage("\"a\" stands there twice");
    }

    @Test
    void takesWhatBecomesOfAColumnInDetailAsATable() {
        String text = """
                [properties.export]
                file_path = 'a.csv'
                privacy = { email = 'mask', phone = { transform = "mask", keep_last = 2 } }
                """;
        Field privacy = field(text, "properties.export.privacy");
        assertThat(privacy.entry()).isEqualTo(Entry.PAIRS);
        String phone = privacy.pairs().get("phone");
        assertThat(phone).isEqualTo("{ transform = \"mask\", keep_last = 2 }");
        assertThat(paired(text, List.of("email", "phone"), List.of("mask", phone)))
                .isEqualTo(text);
        assertThat(paired(text, List.of("email", "phone"), List.of("mask", "{ transform = \"mask\", keep_last = 4 }")))
                .contains("phone = { transform = \"mask\", keep_last = 4 }", "email = 'mask'");
        assertThat(paired(text, List.of("email"), List.of("{ transform = \"truncate\", length = 3 }")))
                .contains("email = { transform = \"truncate\", length = 3 }")
                .doesNotContain("phone");
        String wrong = paired(text, List.of("email"), List.of("{ what"));
        assertThat(wrong).contains("email = \"{ what\"");
        String headers = "[properties.export]\nfile_path = 'http://a/'\nheaders = { A = \"{{b}}\" }\n";
        assertThat(field(headers, "properties.export.headers").pairs()).containsEntry("A", "{{b}}");
    }

    /** What the form has no field for, and why. */
    private static final Map<String, String> IN_THE_TEXT_ALONE = Map.of(
            "id", "it is the flow's file's name, which the form asks for once; the text may say another",
            "flow_type", "the table under [properties] tells it");

    @Test
    void hasAFieldForEachKeyThatATextMayHaveButForThoseThatSayWhyNot() {
        Set<String> filledIn = new TreeSet<>();
        String lists = "delivery = [{}]\ntransform = [{}]\nfilters = [{}]\nexpect = [{}]\nnotifications = [{}]\n"
                + "report = { metrics = [{}], having = [{}] }\n";
        for (FileFormat format : FileFormat.all()) {
            for (Trigger.Type type : Trigger.Type.values()) {
                addFields(
                        "[properties.export]\nformat = '" + format.extension() + "'\n" + lists
                                + "[[triggers]]\ntype = '" + Form.lower(type) + "'\n",
                        filledIn);
            }
        }
        for (String feed : List.of("change_feed", "delta_publishing")) {
            addFields("[input]\ncolumns = [{}]\n[properties." + feed + "]\nnotifications = [{}]\n", filledIn);
        }
        Set<String> keys = new TreeSet<>();
        addKeys("", FlowKeys.ALL, keys);
        keys.removeAll(filledIn);
        assertThat(keys).containsExactlyInAnyOrderElementsOf(IN_THE_TEXT_ALONE.keySet());
    }

    private static void addFields(String text, Set<String> names) {
        FlowForm.of(TomlText.of(text), List.of()).fields().stream()
                .filter(field -> field.entry() != Entry.TEXT)
                .map(field -> field.name().replaceAll("\\[\\d+]", ""))
                .forEach(names::add);
    }

    private static void addKeys(String section, List<Key<?>> keys, Set<String> all) {
        for (Key<?> key : keys) {
            boolean isOptionOfRoutes = !key.isInFlows()
                    || section.equals("properties.export.") && key.name().contains(".");
            if (isOptionOfRoutes) {
                continue; // in flows it stands in its table
            }
            if (key.form() instanceof Form.Table table && !table.keys().isEmpty()) {
                addKeys(section + key.local() + ".", table.keys(), all);
            } else {
                all.add(section + key.local());
            }
        }
    }

    private static String paired(String text, List<String> names, List<String> values) {
        Map<String, String> controls = Map.of("f:properties.export.privacy", Filling.paired(names, values));
        return Filling.of(form(text), name -> Optional.ofNullable(controls.get(name)))
                .text()
                .text();
    }

    @Test
    void takesTicksForNamesAndKeepsTheOrderThatTheyHaveAlready() {
        String text = ORDERS.replace("limit = 1_000", "columns = ['b', 'a', 'c']");
        assertThat(ticked(text, "a", "b", "c")).isEqualTo(text);
        assertThat(ticked(text, "a", "b", "d")).contains("columns = [\"b\", \"a\", \"d\"]");
        assertThat(ticked(text, "a, b")).contains("columns = [\"a, b\"]");
        assertThat(ticked(text)).doesNotContain("columns");
    }

    private static String ticked(String text, String... names) {
        Map<String, String> controls = Map.of(
                "t:properties.export.columns", "true", "f:properties.export.columns", Filling.ticked(List.of(names)));
        return Filling.of(form(text), name -> Optional.ofNullable(controls.get(name)))
                .text()
                .text();
    }

    @Test
    void leavesATextToTheByteThatNothingIsFilledInto() {
        assertThat(filled(ORDERS)).isEqualTo(ORDERS);
        String odd = "properties.export = { source_dataset_id = 'a', file_path = 5, columns = 'x', limit = 'many',\n"
                + " format = 'none', checksums = 'yes', batch_id = '5', privacy = { a = 'mask' } }\n";
        assertThat(filled(odd)).isEqualTo(odd);
    }

    @Test
    void writesEachValueAsItsKeyIsWritten() {
        assertThat(filled(ORDERS, "f:properties.export.limit", "20")).isEqualTo(ORDERS.replace("1_000", "20"));
        assertThat(filled(ORDERS, "f:properties.export.limit", "many")).isEqualTo(ORDERS.replace("1_000", "\"many\""));
        assertThat(filled(ORDERS, "f:properties.export.columns", "id, a\\,b"))
                .contains("columns = [\"id\", \"a,b\"]\n");
        assertThat(filled(ORDERS, "f:properties.export.checksums", "true")).contains("checksums = true\n");
        assertThat(filled(ORDERS, "f:properties.export.since_last_export", "true"))
                .contains("since_last_export = true\n");
        assertThat(filled(ORDERS, "f:properties.export.since_last_export", "changes"))
                .contains("since_last_export = \"changes\"\n");
        assertThat(filled(ORDERS, "f:properties.export.batch_id", "5")).contains("batch_id = 5\n");
        assertThat(filled(ORDERS, "f:properties.export.batch_id", "\"5\"")).contains("batch_id = \"5\"\n");
        assertThat(filled(ORDERS, "f:properties.export.exporter_config.delimiter", ";"))
                .isEqualTo(ORDERS.replace("\\t", ";"));
        assertThat(filled(ORDERS, "f:triggers[0].enabled", "false")).contains("enabled = false\n");
        assertThat(filled(ORDERS, "f:name", "Orders \"all\"")).startsWith("name = \"Orders \\\"all\\\"\"\n\n# The");
    }

    @Test
    void putsFolderAndFileNameTogether() {
        assertThat(filled(ORDERS, "n:properties.export.file_path", "o.csv"))
                .isEqualTo(ORDERS.replace("'exports/orders_{ds}.csv'", "\"exports/o.csv\""));
        assertThat(filled(ORDERS, "f:properties.export.file_path", "s3://lake/in"))
                .isEqualTo(ORDERS.replace("'exports/orders_{ds}.csv'", "\"s3://lake/in/orders_{ds}.csv\""));
    }

    @Test
    void removesWhatIsEmptiedAndTheTableWithTheLastOfItsKeys() {
        assertThat(filled(ORDERS, "f:properties.export.limit", "")).isEqualTo(ORDERS.replace("limit = 1_000\n", ""));
        assertThat(filled(ORDERS, "f:properties.export.exporter_config.delimiter", ""))
                .isEqualTo(ORDERS.replace("[properties.export.exporter_config]\ndelimiter = \"\\t\"\n\n", ""));
    }

    @Test
    void addsAndRemovesTablesOfLists() {
        FlowForm form = form(ORDERS);
        assertThat(form.added("triggers").text())
                .isEqualTo(ORDERS + "\n[[triggers]]\ntype = \"daily\"\nat = \"02:00\"\n");
        assertThat(form.added("properties.export.filters").text()).contains("value = \"paid\" }, {}]");
        assertThat(form.removed("properties.export.filters[0]").text()).contains("filters = []\n");
        assertThatThrownBy(() -> form.removed("properties.export"))
                .hasMessage("\"properties.export\" is no part of this form");
        assertThatThrownBy(() -> form.added("triggers[0]")).hasMessage("\"triggers[0]\" is no list of this form");
    }

    @Test
    void showsOfATriggerWhatItsTypeHas() {
        assertThat(form(ORDERS).fields().stream().map(Field::name))
                .contains("triggers[0].every", "triggers[0].start_at", "triggers[0].end_at", "triggers[0].repeat")
                .doesNotContain("triggers[0].on", "triggers[0].schedule");
        String wrong = ORDERS + "at = \"02:00\"\n";
        assertThat(field(wrong, "triggers[0].at").problems())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("is not a key that is known here");
    }

    @Test
    void withAnotherTypeOrFormatTheKeysGoThatWereOfUseToTheOneBeforeAlone() {
        assertThat(filled(ORDERS, "f:triggers[0].type", "on_new_data"))
                .isEqualTo(ORDERS.replace("interval", "on_new_data").replace("start_at = 2026-01-15T02:00:00\n", ""));
        assertThat(filled(ORDERS, "f:properties.export.format", "parquet"))
                .contains("format = \"parquet\"")
                .doesNotContain("exporter_config");
        String wrong = ORDERS + "at = \"02:00\"\n";
        assertThat(filled(wrong, "f:triggers[0].every", "2h")).endsWith("at = \"02:00\"\n");
    }

    @Test
    void showsAProblemAtItsField() {
        String wrong = ORDERS.replace("1_000", "\"many\"").replace("\\t", ";;").replace("\"1h\"", "\"soon\"");
        assertThat(field(wrong, "properties.export.limit").problems())
                .containsExactly("\"many\" is text; a whole number of at least 1 is expected");
        assertThat(field(wrong, "properties.export.exporter_config.delimiter").problems())
                .hasSize(1);
        assertThat(field(wrong, "triggers[0].every").problems()).hasSize(1);
        FlowForm form = form(wrong);
        assertThat(form.problems().stream().map(form::placeOf))
                .containsExactlyInAnyOrder(
                        "f-properties.export.limit",
                        "f-properties.export.exporter_config.delimiter",
                        "f-triggers[0].every");
    }

    @Test
    void tellsOneOfSeveralTriggersFromTheOthers() {
        String two = ORDERS + "\n[[triggers]]\ntype = \"daily\"\nat = \"25:00\"\n";
        assertThat(field(two, "triggers[1].at").problems()).hasSize(1);
        assertThat(field(two, "triggers[0].every").problems()).isEmpty();
    }

    @Test
    void beginsANewExportThatCanRun() {
        TomlText begun = FlowForm.begun("orders", "");
        assertThat(new FlowReader(placeholder -> placeholder)
                        .read("o.toml", begun.text())
                        .problems())
                .isEmpty();
        assertThat(begun.text()).isEqualTo("""
                [properties.export]
                source_dataset_id = "orders"
                file_path = "exports/{flow_id}_{ds_nodash}.csv"
                format = "csv"
                """);
    }

    @Test
    void hasAFormForFeedsToo() {
        String feed = "[properties.change_feed]\nsource_dataset_id = \"orders\"\nstrategy = \"what\"\n";
        assertThat(field(feed, "properties.change_feed.strategy").problems()).hasSize(1);
        assertThat(filled(feed, "f:input.primary_key", "id")).endsWith("\n[input]\nprimary_key = [\"id\"]\n");
    }

    @Test
    void saysWhatKeysAreForWithoutPointingIntoTheDocumentation() {
        for (Field field : form(ORDERS).fields()) {
            assertThat(Words.plain(field.key().means()))
                    .doesNotContain("](", ".md", "[[")
                    .doesNotEndWith(" ");
        }
        assertThat(Words.pieces("a `b` of [c](d.md), e: [below](#x)"))
                .containsExactly(
                        new Words.Piece("a ", false),
                        new Words.Piece("b", true),
                        new Words.Piece(" of ", false),
                        new Words.Piece("c", false),
                        new Words.Piece(", e", false));
    }
}
