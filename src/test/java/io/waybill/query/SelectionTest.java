package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which columns leave, and as what. */
class SelectionTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE people (id integer primary key, name varchar not null, email varchar, score varchar, details varchar)",
            "INSERT INTO people VALUES (1, 'Ada', 'ada@example.com', '12.5', '{\"a\" : [1]}')");

    @BeforeEach
    void createPeople() throws Exception {
        Files.writeString(harness.file("datasets.toml"), """
                [[dataset]]
                id = "people"
                columns = [
                  { name = "email", pii = true },
                  { name = "score", type = "decimal(10,2)", required = true },
                  { name = "details", type = "json" },
                ]
                table = "people"

                [[dataset]]
                id = "adults"
                query = "SELECT id, name FROM people WHERE score > '10';"
                """);
    }

    private String export(String keys) throws Exception {
        harness.export("file_path = \"{{root}}/people.jsonl\"\n"
                + (keys.contains("source") ? "" : "source_dataset_id = \"people\"\n") + keys);
        return Files.readString(harness.file("people.jsonl")).strip();
    }

    @Test
    void columnsMarkedPiiStayOutUnlessTheFlowAllowsThem() throws Exception {
        assertThat(export("")).isEqualTo("{\"id\":1,\"name\":\"Ada\",\"score\":12.50,\"details\":{\"a\":[1]}}");
        assertThat(export("pii_policy = \"allow\"\nexclude_columns = [\"details\", \"score\"]"))
                .isEqualTo("{\"id\":1,\"name\":\"Ada\",\"email\":\"ada@example.com\"}");
        assertThat(export("pii_policy = \"allow\"\nselect = \"no_pii\"")).doesNotContain("email");
        assertThatThrownBy(() -> export("columns = [\"id\", \"email\"]"))
                .hasMessage(
                        "columns: \"email\" is marked pii; set pii_policy = \"allow\" to export it, or leave it out");
    }

    @Test
    void requiredIsTheKeyWhatIsNotNullAndWhatIsDeclaredSo() throws Exception {
        assertThat(export("select = \"required\"")).isEqualTo("{\"id\":1,\"name\":\"Ada\",\"score\":12.50}");
    }

    @Test
    void columnsComeInTheirOrderAndUnderTheGivenNames() throws Exception {
        assertThat(export("columns = [\"NAME\", \"id\"]")).isEqualTo("{\"NAME\":\"Ada\",\"id\":1}");
    }

    @Test
    void aDataSetMayBeAQuery() throws Exception {
        assertThat(export("source_dataset_id = \"adults\"")).isEqualTo("{\"id\":1,\"name\":\"Ada\"}");
    }

    @Test
    void nothingLeftToExportIsRefused() {
        assertThatThrownBy(() -> export("columns = [\"id\"]\nexclude_columns = [\"id\"]"))
                .hasMessage("columns: no column of data set \"people\" is left to export");
    }

    @Test
    void aDeclaredColumnThatIsNotThereIsRefusedWithItsPlace() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [{ name = \"mail\", pii = true }]\n");

        assertThatThrownBy(() -> export(""))
                .hasMessageContaining("columns: data set \"people\" has no column \"mail\"; did you mean \"email\"?");
    }

    @Test
    void anExportBeyondItsLimitsFailsAndDeliversNothing() throws Exception {
        TestDatabases.execute(harness.database(), "INSERT INTO people VALUES (2, 'Sean', NULL, NULL, NULL)");
        String limited = "[[dataset]]\nid = \"people\"\ntable = \"people\"\nlimits = { %s }\n";

        Files.writeString(harness.file("datasets.toml"), limited.formatted("max_rows = 2, max_bytes = 1000"));
        assertThat(export("")).contains("Sean");
        Files.delete(harness.file("people.jsonl"));
        Files.writeString(harness.file("datasets.toml"), limited.formatted("max_rows = 1"));
        assertThatThrownBy(() -> export(""))
                .hasMessage("data set \"people\": the export exceeds limits.max_rows = 1; nothing was delivered");
        Files.writeString(harness.file("datasets.toml"), limited.formatted("max_bytes = 10"));
        assertThatThrownBy(() -> export(""))
                .hasMessage("data set \"people\": the export exceeds limits.max_bytes = 10; nothing was delivered");
        assertThat(harness.file("people.jsonl")).doesNotExist();
    }

    @Test
    void aValueThatDoesNotFitItsDeclaredTypeFailsNamingRowAndColumn() throws Exception {
        TestDatabases.execute(harness.database(), "INSERT INTO people VALUES (2, 'Sean', NULL, '1.005', NULL)");
        assertThatThrownBy(() -> export("order_by = \"id\""))
                .hasMessage("row 2, column \"score\": 1.005 does not fit decimal(10,2)");

        TestDatabases.execute(harness.database(), "UPDATE people SET score = '1', details = '{not json' WHERE id = 2");
        assertThatThrownBy(() -> export("order_by = \"id\""))
                .hasMessageStartingWith("row 2, column \"details\": the text is not JSON: Unexpected character ('n'");
    }
}
