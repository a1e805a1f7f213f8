package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person reads of a run that does not hold what it has to, and does about it. */
class QuarantineCommandsIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private Ended waybill(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    private JsonNode json(String... arguments) throws Exception {
        return new ObjectMapper().readTree(waybill(arguments).out());
    }

    private void execute(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @BeforeEach
    void makeFlow() throws Exception {
        execute(
                "CREATE TABLE orders (id integer PRIMARY KEY, note varchar)",
                "INSERT INTO orders SELECT x, CASE WHEN MOD(x, 4) = 0 THEN NULL ELSE 'n' || x END FROM system_range(1, 50)");
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/orders.toml"), """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "out/orders.csv"

                [[properties.export.expect]]
                column = "note"
                not_null = true

                [[properties.export.expect]]
                column = "id"
                between = [1, 40]
                severity = "warn"

                [[properties.export.expect]]
                min_rows = 10

                [[properties.export.expect]]
                sql = "SELECT id FROM orders WHERE id < 0"
                """);
    }

    private String quarantined() throws Exception {
        assertThat(waybill("run", "orders").exitCode()).isEqualTo(4);
        return json("history", "--json").get("runs").get(0).get("run_id").asText();
    }

    @Test
    void theRunSaysWhatDoesNotHoldAndWhatToDo() throws Exception {
        Ended run = waybill("run", "orders");

        String id = json("history", "--json").get("runs").get(0).get("run_id").asText();
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().replace(work.toRealPath().toString(), "."))
                .isEqualTo("""
                error: orders: run ID is quarantined, and nothing was delivered: 1 of 4 expectations does not hold: NOTE is not NULL (12 of 50 rows are NULL)
                error: its files are kept in ./data/dead-letter/ID; waybill release ID --reason "…" publishes them, waybill discard ID --reason "…" removes them
                  violated  NOTE is not NULL: 12 of 50 rows are NULL
                            ID = 4; ID = 8; ID = 12; ID = 16; ID = 20; ID = 24; ID = 28; ID = 32; ID = 36; ID = 40; and 2 more
                  warning   ID is between 1 and 40: 10 of 50 rows violate it
                            ID = 41; ID = 42; ID = 43; ID = 44; ID = 45; ID = 46; ID = 47; ID = 48; ID = 49; ID = 50
                """.replaceAll("\\bID(?= (is q|--))|(?<=letter/)ID", id));
        assertThat(work.resolve("out/orders.csv")).doesNotExist();
    }

    @Test
    void whatIsToldOfItIsToldInShowHistoryAndList() throws Exception {
        String id = quarantined();

        assertThat(waybill("show", id).out())
                .contains(
                        "status     quarantined\n",
                        "error      1 of 4 expectations does not hold: NOTE is not NULL (12 of 50 rows are NULL)\n",
                        "data/dead-letter/" + id + " (waybill release " + id + " or waybill discard " + id
                                + ", with --reason)\n",
                        "\nexpected\n",
                        "  violated  NOTE is not NULL: 12 of 50 rows are NULL\n            ID = 4; ID = 8;",
                        "  warning   ID is between 1 and 40: 10 of 50 rows violate it\n",
                        "  held      at least 10 rows: 50 rows\n",
                        "  held      no rows of: SELECT id FROM orders WHERE id < 0: none\n");
        assertThat(waybill("history", "--status", "quarantined").out())
                .contains(id)
                .contains("quarantined");
        assertThat(waybill("list").out()).contains("quarantined: " + id);
        JsonNode shown = json("show", id, "--json");
        assertThat(shown.get("status").asText()).isEqualTo("quarantined");
        assertThat(shown.get("expectations").get(0).get("state").asText()).isEqualTo("violated");
        assertThat(shown.get("expectations").get(0).get("violations").asInt()).isEqualTo(12);
        assertThat(shown.get("expectations").get(0).get("rows").get(9).asText()).isEqualTo("ID = 40");
        JsonNode listed = json("list", "--json").get("flows").get(0);
        assertThat(listed.get("quarantined_run").asText()).isEqualTo(id);
        assertThat(listed.get("next_run").isNull()).isTrue();
    }

    @Test
    void theResultOfTheRunIsJsonToo() throws Exception {
        Ended run = waybill("run", "orders", "--json");

        assertThat(run.exitCode()).isEqualTo(4);
        JsonNode result = new ObjectMapper().readTree(run.out());
        assertThat(result.get("status").asText()).isEqualTo("quarantined");
        assertThat(result.get("files")).isEmpty();
        assertThat(result.get("expectations")).hasSize(4);
        assertThat(result.get("expectations").get(1).get("state").asText()).isEqualTo("warned");
    }

    @Test
    void theNextRunIsRefusedWithTheSameExitCode() throws Exception {
        String id = quarantined();

        Ended next = waybill("run", "orders");

        assertThat(next.exitCode()).isEqualTo(4);
        assertThat(next.err())
                .isEqualTo("error: orders: flow \"orders\" begins no run while run " + id
                        + " is quarantined; waybill release " + id
                        + " --reason \"…\" publishes its files, waybill discard " + id
                        + " --reason \"…\" removes them\n");
    }

    @Test
    void aReleaseIsShownWithItsReason() throws Exception {
        String id = quarantined();

        Ended released = waybill("release", id, "--reason", "the notes come later");

        assertThat(released.err()).isEmpty();
        assertThat(released.exitCode()).isZero();
        assertThat(released.out())
                .startsWith("orders: run " + id + " is released: 50 rows, ")
                .contains("out/orders.csv\n", "out/orders.csv.waybill.json\n");
        assertThat(work.resolve("out/orders.csv")).exists();
        assertThat(waybill("show", id).out())
                .contains("status     done\n", "release    ", ": the notes come later\n", "violated  NOTE is not NULL")
                .doesNotContain("kept in");
        assertThat(waybill("verify", id).exitCode()).isZero();
        assertThat(waybill("list").out()).doesNotContain("quarantined");
        assertThat(waybill("release", id, "--reason", "again").err())
                .isEqualTo("error: run " + id + " is not quarantined: it is done\n");
        assertThat(waybill("release", id, "--reason", "again").exitCode()).isEqualTo(2);
    }

    @Test
    void aDiscardIsShownWithItsReasonAndTheFlowRunsAgain() throws Exception {
        String id = quarantined();

        Ended discarded = waybill("discard", id.substring(id.length() - 6), "--reason", "mended");

        assertThat(discarded.err()).isEmpty();
        assertThat(discarded.out()).isEqualTo("orders: run " + id + " is discarded: its files are removed\n");
        assertThat(work.resolve("data/dead-letter").resolve(id)).doesNotExist();
        assertThat(waybill("show", id).out()).contains("status     discarded\n", "discard    ", ": mended\n");
        execute("UPDATE orders SET note = 'n' WHERE note IS NULL");
        Ended run = waybill("run", "orders");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("orders: 50 rows, ")
                .contains("  warning   ID is between 1 and 40: 10 of 50 rows violate it\n")
                .doesNotContain("held");
        assertThat(waybill("discard", id, "--reason", "again").err())
                .isEqualTo("error: run " + id + " is not quarantined: it is discarded\n");
    }

    @Test
    void nothingIsDecidedWithoutAReason() throws Exception {
        String id = quarantined();

        for (String command : new String[] {"release", "discard"}) {
            Ended refused = waybill(command, id);
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err()).isEqualTo("error: --reason: is missing; say why, it is kept with the run\n");
            assertThat(waybill(command, id, "--reason", " ").err()).startsWith("error: --reason: is missing");
        }
        assertThat(waybill("redrive", id).err()).contains("run " + id + " is quarantined: ", "waybill release " + id);
        assertThat(waybill("redrive", "--discard", id).err())
                .isEqualTo("error: run " + id + " is quarantined; waybill discard " + id
                        + " --reason \"…\" removes its files\n");
        assertThat(waybill("redrive", "--all").out())
                .isEqualTo("orders: run " + id
                        + " is quarantined, and stays where it is: it waits for waybill release or waybill discard\n"
                        + "no run has a dead letter\n");
        assertThat(waybill("show", id).out()).contains("status     quarantined");
    }

    @Test
    void thePlanListsWhatIsExpected() throws Exception {
        assertThat(waybill("plan", "orders").out())
                .contains("one reader, by JDBC, in a snapshot\n")
                .endsWith("""

                        expected
                          NOTE is not NULL
                          ID is between 1 and 40 (warn)
                          at least 10 rows
                          no rows of: SELECT id FROM orders WHERE id < 0
                        """);
        assertThat(json("plan", "orders", "--json").get("expectations")).hasSize(4);
    }

    @Test
    void whatIsWrongIsFoundWithoutADatabaseAsFarAsThatGoes() throws Exception {
        Files.writeString(work.resolve("routes/wrong.toml"), """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "out/wrong.csv"

                [[properties.export.expect]]
                column = "note"
                matches = "(?=a)"

                [[properties.export.expect]]
                column = "nothing"
                unique = true
                """);

        assertThat(waybill("validate").err())
                .contains("wrong.toml:7: expect[1].matches: \"(?=a)\" is not a regular expression of RE2:");

        Files.writeString(
                work.resolve("routes/wrong.toml"),
                Files.readString(work.resolve("routes/wrong.toml")).replace("(?=a)", "a"));
        assertThat(waybill("validate").exitCode()).isZero();
        assertThat(waybill("validate", "--connect").err())
                .contains("expect: column \"nothing\" is not among those that are exported; these are ID, NOTE");
    }

    @Test
    void aRunWhoseFlowIsGoneIsListedAndToldHowToEnd() throws Exception {
        String id = quarantined();
        Files.move(work.resolve("routes/orders.toml"), work.resolve("orders.toml"));

        Ended released = waybill("release", id, "--reason", "known");

        assertThat(released.exitCode()).isEqualTo(2);
        assertThat(released.err())
                .isEqualTo("error: the files of run " + id
                        + " cannot be delivered: routes/ has no flow \"orders\" any more;"
                        + " put its file back, or give that its id again (id = \"orders\"); a printed route of its own takes"
                        + " them by direct:orders.redrive, with the header WaybillRunId and WaybillReason; waybill discard "
                        + id + " --reason \"…\" removes them\n");
        assertThat(waybill("list").out())
                .contains("run " + id + " of flow orders, which has no file here, is quarantined (waybill show " + id
                        + ")\n");
        JsonNode other = json("list", "--json").get("quarantined_without_file").get(0);
        assertThat(other.get("flow").asText()).isEqualTo("orders");
        assertThat(other.get("run_id").asText()).isEqualTo(id);
        assertThat(waybill("discard", id, "--reason", "the flow is gone").out())
                .isEqualTo("orders: run " + id + " is discarded: its files are removed\n");
        assertThat(json("list", "--json").get("quarantined_without_file")).isEmpty();
    }

    @Test
    void aLongReasonIsCutInTheHistoryAndWholeInShow() throws Exception {
        String sql = "SELECT id FROM orders WHERE id > 0" + " AND note IS NULL".repeat(12);
        Files.writeString(
                work.resolve("routes/long.toml"),
                "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"out/long.csv\"\n"
                        + ("[[properties.export.expect]]\nsql = \"" + sql + "\"\n").repeat(4));

        Ended run = waybill("run", "long");

        assertThat(run.err().lines().findFirst().orElseThrow().length()).isLessThan(600);
        assertThat(run.err())
                .contains("4 of 4 expectations do not hold: no rows of: SELECT id")
                .contains("; and 1 more\n");
        String history = waybill("history", "long").out();
        assertThat(history)
                .contains("4 of 4 expectations do not hold: no rows of: SELECT id")
                .contains("…\n")
                .doesNotContain("; and 1 more");
        String id = json("history", "long", "--json")
                .get("runs")
                .get(0)
                .get("run_id")
                .asText();
        assertThat(waybill("show", id).out()).contains("violated  no rows of: " + sql + ": 12 rows\n");
    }

    @Test
    void showTellsHowColumnsLeave() throws Exception {
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:file:./db\nwaybill.privacy-keys.k1 = "
                        + "0123456789abcdef".repeat(4) + "\n");
        Files.writeString(work.resolve("routes/hashed.toml"), """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "out/hashed.csv"

                [properties.export.privacy]
                note = { transform = "hash", key = "k1" }

                [[properties.export.expect]]
                max_rows = 1
                """);
        assertThat(waybill("run", "hashed").err()).contains("is quarantined");
        String id = json("history", "hashed", "--json")
                .get("runs")
                .get(0)
                .get("run_id")
                .asText();

        assertThat(waybill("show", id).out()).contains("column     NOTE: hash, with key k1\n");
        assertThat(waybill("release", id, "--reason", "known").exitCode()).isZero();

        assertThat(waybill("show", id).out()).contains("column     NOTE: hash, with key k1\n");
        assertThat(json("show", id, "--json").get("treatments"))
                .hasToString("[{\"column\":\"NOTE\",\"privacy\":\"hash\",\"key\":\"k1\"}]");
    }
}
