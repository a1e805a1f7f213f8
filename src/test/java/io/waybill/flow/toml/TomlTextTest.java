package io.waybill.flow.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TomlTextTest {

    private static final String ORDERS = """
            # The orders, each night.
            name = "Orders"   # for people

            [properties.export]
            source_dataset_id = 'orders'
            # where the shop looks
            file_path = "exports/orders.csv"
            filters = [
              { column = "status", op = "=", value = "paid" },  # paid ones
              { column = "total", op = ">", value = 1_000 }
            ]

            [properties.export.exporter_config]
            delimiter = ";" # Excel

            # at night
            [[triggers]]
            type = "daily"
            at = "02:00"
            """;

    private static String with(String text, String path, Object value) {
        return TomlText.of(text).with(TomlPath.parse(path), value).text();
    }

    private static String without(String text, String path) {
        return TomlText.of(text).without(TomlPath.parse(path)).text();
    }

    @Test
    void changesAValueAndNothingAroundIt() {
        assertThat(with(ORDERS, "name", "All \"orders\""))
                .isEqualTo(ORDERS.replace("\"Orders\"  ", "\"All \\\"orders\\\"\"  "));
        assertThat(with(ORDERS, "triggers[0].at", "03:30")).isEqualTo(ORDERS.replace("02:00", "03:30"));
        assertThat(with(ORDERS, "properties.export.filters[1].value", 5L)).isEqualTo(ORDERS.replace("1_000", "5"));
    }

    @Test
    void leavesTheSpellingOfAValueThatIsTheSame() {
        assertThat(with(ORDERS, "properties.export.source_dataset_id", "orders"))
                .isEqualTo(ORDERS);
        assertThat(with(ORDERS, "properties.export.filters[1].value", 1000L)).isEqualTo(ORDERS);
    }

    @Test
    void addsAKeyBehindTheLastOfItsTable() {
        assertThat(with(ORDERS, "properties.export.exporter_config.header", false))
                .isEqualTo(ORDERS.replace("# Excel\n", "# Excel\nheader = false\n"));
        assertThat(with(ORDERS, "description", "x"))
                .isEqualTo(ORDERS.replace("# for people\n", "# for people\ndescription = \"x\"\n"));
    }

    @Test
    void addsTheFirstKeyOfAFileAboveItsHeaders() {
        assertThat(with("# said of a\n[a]\nx = 1\n", "name", "n"))
                .isEqualTo("name = \"n\"\n\n# said of a\n[a]\nx = 1\n");
        assertThat(with("", "name", "n")).isEqualTo("name = \"n\"\n");
        assertThat(with("# alone", "name", "n")).isEqualTo("# alone\nname = \"n\"");
    }

    @Test
    void addsATableBehindThoseBesideIt() {
        assertThat(with(ORDERS, "properties.export.encryption.type", "pgp"))
                .isEqualTo(
                        ORDERS.replace("# at night", "[properties.export.encryption]\ntype = \"pgp\"\n\n# at night"));
    }

    @Test
    void addsAnElementToAListOfTables() {
        assertThat(with(ORDERS, "triggers[1]", Map.of("type", "on_new_data")))
                .isEqualTo(ORDERS + "\n[[triggers]]\ntype = \"on_new_data\"\n");
        assertThat(with(ORDERS, "properties.export.delivery[0]", Map.of("uri", "s3://b/")))
                .isEqualTo(ORDERS.replace(
                        "# at night", "[[properties.export.delivery]]\nuri = \"s3://b/\"\n\n# at night"));
    }

    @Test
    void addsAnElementToAListInBrackets() {
        assertThat(with(ORDERS, "properties.export.filters[2]", Map.of("column", "id")))
                .isEqualTo(ORDERS.replace("1_000 }", "1_000 },\n  { column = \"id\" }"));
        assertThat(with("a = [1, 2]", "a[2]", 3L)).isEqualTo("a = [1, 2, 3]");
        assertThat(with("a = []", "a[0]", 3L)).isEqualTo("a = [3]");
        assertThat(with("a = [\n  1, # one\n]", "a[1]", 3L)).isEqualTo("a = [\n  1,\n  3, # one\n]");
    }

    @Test
    void addsToInlineTables() {
        assertThat(with("a = { x = 1 }", "a.y", 2L)).isEqualTo("a = { x = 1, y = 2 }");
        assertThat(with("a = {}", "a.y.z", 2L)).isEqualTo("a = { y.z = 2 }");
        assertThat(with("a = {\n  x = 1 # one\n  y = 2\n}", "a.z", 3L))
                .isEqualTo("a = {\n  x = 1 # one\n  y = 2,\n  z = 3\n}");
    }

    @Test
    void keepsTablesThatDottedKeysMake() {
        assertThat(with("[e]\na.b = 1\nc = 2\n", "e.a.d", 3L)).isEqualTo("[e]\na.b = 1\na.d = 3\nc = 2\n");
        assertThat(with("[e]\na.b = 1\nc = 2\n", "e.a.d.e", 3L)).isEqualTo("[e]\na.b = 1\na.d.e = 3\nc = 2\n");
        assertThat(without("[e]\na.b = 1\nc = 2\na.d = 3\n", "e.a")).isEqualTo("[e]\nc = 2\n");
    }

    @Test
    void removesAKeyWithItsLineAndLeavesCommentsOfTheirOwn() {
        assertThat(without(ORDERS, "properties.export.file_path"))
                .isEqualTo(ORDERS.replace("file_path = \"exports/orders.csv\"\n", ""));
        assertThat(without(ORDERS, "name")).isEqualTo(ORDERS.replace("name = \"Orders\"   # for people\n", ""));
    }

    @Test
    void removesElements() {
        assertThat(without(ORDERS, "properties.export.filters[0]"))
                .isEqualTo(
                        ORDERS.replace("  { column = \"status\", op = \"=\", value = \"paid\" },  # paid ones\n", ""));
        assertThat(without(ORDERS, "properties.export.filters[1]"))
                .isEqualTo(ORDERS.replace("},  # paid ones", "}  # paid ones")
                        .replace("  { column = \"total\", op = \">\", value = 1_000 }\n", ""));
        assertThat(without("a = [1, 2, 3]", "a[2]")).isEqualTo("a = [1, 2]");
        assertThat(without("a = [1, 2, 3]", "a[0]")).isEqualTo("a = [2, 3]");
        assertThat(without("a = { x = 1, y = 2 }", "a.y")).isEqualTo("a = { x = 1 }");
        assertThat(without("a = { x = 1 }", "a.x")).isEqualTo("a = {  }");
    }

    @Test
    void removesATableWithWhatIsSaidAboveIt() {
        assertThat(without(ORDERS, "triggers[0]")).isEqualTo(ORDERS.substring(0, ORDERS.indexOf("\n# at night")));
        assertThat(without("[[t]]\na = 1\n[t.x]\nb = 1\n\n# 2\n[[t]]\na = 2\n", "t[0]"))
                .isEqualTo("# 2\n[[t]]\na = 2\n");
    }

    @Test
    void addsBelowTheElementThatIsMeant() {
        assertThat(with("[[t]]\na = 1\n\n# 2\n[[t]]\na = 2\n", "t[0].x.b", 1L))
                .isEqualTo("[[t]]\na = 1\n\n[t.x]\nb = 1\n\n# 2\n[[t]]\na = 2\n");
    }

    @Test
    void keepsLineBreaksOfBothKinds() {
        assertThat(with("a = 1\r\nb = 2\r\n", "c", 3L)).isEqualTo("a = 1\r\nb = 2\r\nc = 3\r\n");
        assertThat(with("a = 1\r\nb = 2", "c", 3L)).isEqualTo("a = 1\r\nb = 2\r\nc = 3");
        assertThat(without("a = 1\r\nb = 2\r\n", "a")).isEqualTo("b = 2\r\n");
    }

    @Test
    void isNotMisledByWhatTextsSay() {
        String text =
                "\uFEFFa = \"\"\"\n# no comment\n[b]\nc = 1 \\\"\"\"\"\"\n'd e' = 'x, ] }' # ö = 5\n\"ö\".f = [ '#', \"]\" ]\n";
        assertThat(with(text, "\"d e\"", "ü")).isEqualTo(text.replace("'x, ] }'", "\"ü\""));
        assertThat(with(text, "\"ö\".f[1]", "[")).isEqualTo(text.replace("\"]\"", "\"[\""));
        assertThat(without(text, "a")).isEqualTo(text.substring(0, 1) + text.substring(text.indexOf("'d e'")));
    }

    @Test
    void knowsWhereATextEndsThatEndsInAQuoteOfItsOwn() {
        String text = "a = {\n  b = \"\"\"say \\\"this\\\" or \"that\"\"\"\"\n  c = 'x'\n}\n";
        assertThat(TomlText.of(text).value(TomlPath.parse("a.b"))).contains("say \"this\" or \"that\"");
        assertThat(with(text, "a.c", "y")).isEqualTo(text.replace("'x'", "\"y\""));
    }

    @Test
    void replacesDatesWithASpaceAsAWhole() {
        assertThat(with("a = 2026-01-02 03:04:05   # then\n", "a", "x")).isEqualTo("a = \"x\"   # then\n");
    }

    @Test
    void refusesWhatIsNoTable() {
        assertThatThrownBy(() -> with("a = 1\n", "a.b", 2L)).hasMessage("a.b: cannot be changed here; change the text");
        assertThatThrownBy(() -> with("a = [1]\n", "a[3]", 2L)).hasMessage("a[3]: there are 1 of these");
        assertThatThrownBy(() -> TomlText.of("a = \n")).hasMessageStartingWith("line 1: ");
    }

    @Test
    void readsPathsAsItWritesThem() {
        for (String path : List.of("a", "a.b_c[0].d-e", "\"a b\".c", "\"ä.\\\"\"[12]", "a[0][1]")) {
            assertThat(TomlPath.parse(path)).hasToString(path);
        }
        for (String path : List.of("a..b", ".a", "a.", "a[", "a[x]", "a b", "a[0]b")) {
            assertThatThrownBy(() -> TomlPath.parse(path))
                    .as(path)
                    .hasMessage("\"" + path + "\" is not the path of a key");
        }
    }
}
