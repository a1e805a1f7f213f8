package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.TestDatabases;
import io.waybill.cli.Launcher.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code waybill preview}: what would leave, before anything does. */
class PreviewCommandIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    @BeforeEach
    void makeFlows() throws Exception {
        org.h2.jdbcx.JdbcDataSource database = new org.h2.jdbcx.JdbcDataSource();
        database.setURL("jdbc:h2:file:" + work.resolve("db"));
        TestDatabases.execute(
                database,
                "CREATE TABLE \"people\" (\"id\" integer, \"email\" varchar, \"born\" date, \"share\" decimal(8, 2),"
                        + " \"note\" varchar, \"secret\" varchar)",
                "INSERT INTO \"people\" SELECT x, 'user' || x || '@shop.example', DATE '1990-05-06', x * 10,"
                        + " CASE WHEN x = 3 THEN NULL WHEN x = 4 THEN 'two' || CHAR(10) || 'lines; é' ELSE 'x' END,"
                        + " 'secret' || x FROM system_range(1, 30)");
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/datasets.toml"), """
                [[dataset]]
                id = "people"
                table = "people"
                watermark = "id"
                columns = [{ name = "secret", pii = true }]
                """);
        flow("people", "file_path = \"out/people.csv\"");
    }

    private void flow(String id, String rest) throws IOException {
        Files.writeString(work.resolve("routes/" + id + ".toml"), """
                [properties.export]
                source_dataset_id = "people"
                order_by = ["id"]
                filters = [{ column = "id", op = ">", value = 1 }]
                """ + rest + """

                exporter_config = { delimiter = ";", null_string = "-", encoding = "windows-1252" }

                [properties.export.privacy]
                email = { transform = "mask", keep_first = 2 }
                born = { transform = "generalize", to = "year" }
                """);
    }

    private String atATerminal(int columns, String command) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script, which makes terminals, is not installed");
        return Launcher.in(work)
                .calledBy("sh", "-c", "exec script -qec \"stty cols " + columns + "; $0 " + command + "\" /dev/null")
                .with(Map.of("NO_COLOR", "1"))
                .run()
                .out()
                .replace("\r\n", "\n");
    }

    @Test
    void showsTheRowsAsTheFileBeginsAndRecordsNothing() throws Exception {
        Ended preview = COMMANDS.run("preview", "people", "--rows", "3");

        assertThat(preview.err()).isEmpty();
        assertThat(preview.exitCode()).isZero();
        assertThat(COMMANDS.run("history").out()).isEqualTo("no runs\n");
        assertThat(work.resolve("out")).doesNotExist();

        assertThat(COMMANDS.run("run", "people").exitCode()).isZero();
        String file =
                Files.readString(work.resolve("out/people.csv"), java.nio.charset.Charset.forName("windows-1252"));
        assertThat(file).startsWith(preview.out());
        assertThat(preview.out())
                .endsWith("\"two\nlines; é\"\n")
                .contains(";20.00;")
                .doesNotContain("secret");
        assertThat(preview.out().lines()).hasSize(5);
    }

    @Test
    void isATableAtATerminalWhichItFits() throws Exception {
        assertThat(atATerminal(120, "preview people --rows 3")).isEqualTo("""
                people: people, full, as csv, the first 3 rows of more

                id  email               born        share  note
                 2  us****************  1990-01-01  20.00  x
                 3  us****************  1990-01-01  30.00  NULL
                 4  us****************  1990-01-01  40.00  two\\nlines; é

                email: masked but for the first 2
                born: beginning of the year
                secret is left out: marked pii; pii_policy = "allow" exports such columns
                """);
        assertThat(atATerminal(30, "preview people --rows 3"))
                .contains("and 2 columns more, for which the terminal is too narrow; --json shows all");
    }

    @Test
    void otherTextsAndProgramsHaveTheSameValues() throws Exception {
        assertThat(COMMANDS.run("preview", "people", "--rows", "1", "--format", "jsonl")
                        .out())
                .startsWith("{\"id\":2,\"email\":\"us")
                .contains("\"born\":\"1990-01-01\",\"share\":20.00,");

        JsonNode json = new ObjectMapper()
                .readTree(COMMANDS.run("preview", "people", "--rows", "30", "--json")
                        .out());
        assertThat(json.get("rows")).hasSize(29);
        assertThat(json.get("more").asBoolean()).isFalse();
        assertThat(json.at("/rows/1/note").isNull()).isTrue();
        assertThat(json.has("text")).isFalse();
        assertThat(json.at("/columns/1/leaves").asText()).startsWith("masked");
    }

    @Test
    void ofAFormatThatIsNoTextItIsATable() throws Exception {
        Files.writeString(work.resolve("routes/columnar.toml"), """
                [properties.export]
                source_dataset_id = "people"
                file_path = "out/people.parquet"
                columns = ["id", "share"]
                limit = 2
                """);
        assertThat(COMMANDS.run("preview", "columnar").out()).isEqualTo("""
                columnar: people, full, as parquet, all 2 rows

                id  share
                 1  10.00
                 2  20.00
                """);
        assertThat(COMMANDS.run("preview", "columnar", "--format", "csv").out())
                .isEqualTo("id,share\n1,10.00\n2,20.00\n");
    }

    @Test
    void whatIsNewStaysNew() throws Exception {
        flow("fresh", "file_path = \"out/fresh_{run_id}.csv\"\nsince_last_export = true");
        String first = COMMANDS.run("preview", "fresh").out();
        assertThat(COMMANDS.run("preview", "fresh").out()).isEqualTo(first);
        assertThat(COMMANDS.run("watermark").out()).doesNotContain("fresh");

        assertThat(COMMANDS.run("run", "fresh").out()).contains("29 rows");
        assertThat(COMMANDS.run("preview", "fresh").out()).hasLineCount(1); // the header
    }

    @Test
    void whatIsNotUnderstoodIsRefused() throws Exception {
        assertThat(COMMANDS.run("preview", "people", "--rows", "0"))
                .isEqualTo(Ended.of(2, "", "error: --rows: 0 is not between 1 and 500\n"));
        assertThat(COMMANDS.run("preview", "people", "--format", "parquet"))
                .isEqualTo(Ended.of(
                        2, "", "error: --format: \"parquet\" is no format of text; allowed: csv, tsv, json, jsonl\n"));
        assertThat(COMMANDS.run("preview", "people", "--format", "csv", "--json")
                        .err())
                .isEqualTo("error: --format: does not go with --json, whose rows have a form of their own\n");
        assertThat(COMMANDS.run("preview", "peple").err())
                .startsWith("error: there is no flow \"peple\"; did you mean \"people\"?");

        Files.writeString(
                work.resolve("routes/feed.toml"),
                "[properties.change_feed]\nsource_dataset_id = \"people\"\n[input]\nprimary_key = [\"id\"]\n");
        assertThat(COMMANDS.run("preview", "feed"))
                .isEqualTo(Ended.of(
                        2,
                        "",
                        "error: flow \"feed\" is a feed, whose rows stay where they are; preview a flow that exports"
                                + " them\n"));
        Files.writeString(work.resolve("routes/changed.toml"), """
                [properties.export]
                source_dataset_id = "people"
                file_path = "out/changed_{batch_id}.csv"
                since_last_export = "changes"
                """);
        assertThat(COMMANDS.run("preview", "changed").err())
                .startsWith("error: flow \"changed\" exports what has changed since its last run, which only a run"
                        + " finds; waybill plan changed shows its columns");
    }
}
