package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code plan} prints of columns that are marked pii. */
class MarkedCommandsIT {

    private static final String HELD = "EMAIL, as it is, in people_change_feed and people_state; where these are read"
            + " without this flow beside them, datasets.toml has to mark them";

    private static final String UNFOLLOWED =
            "who is a view, and what it reads is not followed: columns that are marked pii in people leave as they are"
                    + " where it shows them; datasets.toml marks its own";

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    @BeforeEach
    void makeFlows() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE people (id integer PRIMARY KEY, email varchar)");
            statement.execute("CREATE VIEW who AS SELECT id, email AS contact FROM people");
        }
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/datasets.toml"), """
                [[dataset]]
                id = "people"
                table = "people"
                columns = [{ name = "email", pii = true }]

                [[dataset]]
                id = "who"
                table = "who"
                primary_key = ["ID"]
                """);
        Files.writeString(
                work.resolve("routes/people.toml"), "[properties.change_feed]\nsource_dataset_id = \"people\"\n");
        Files.writeString(work.resolve("routes/seen.toml"), "[properties.change_feed]\nsource_dataset_id = \"who\"\n");
        Files.writeString(
                work.resolve("routes/who.toml"),
                "[properties.export]\nsource_dataset_id = \"who\"\nfile_path = \"out/who.csv\"\n");
    }

    private static String plan(String flow) throws Exception {
        return COMMANDS.run("plan", flow).out();
    }

    private static JsonNode json(String flow) throws Exception {
        return new ObjectMapper().readTree(COMMANDS.run("plan", flow, "--json").out());
    }

    @Test
    void whatTheTablesOfAFeedHoldAndTheLinesThatMarkThem() throws Exception {
        String lines = """
                [[dataset]]
                id = "people_change_feed"
                table = "people_change_feed"
                columns = [{ name = "EMAIL", pii = true }]
                [[dataset]]
                id = "people_state"
                table = "people_state"
                columns = [{ name = "EMAIL", pii = true }]""";

        assertThat(plan("people"))
                .contains("marked pii   " + HELD + "\n")
                .contains("\nmarks of its tables, for a datasets.toml elsewhere\n" + lines.indent(2) + "\nSQL\n");
        assertThat(json("people").get("marked_pii").asText()).isEqualTo(HELD);
        assertThat(json("people").get("marking_lines")).map(JsonNode::asText).containsExactly(lines.split("\n"));
        assertThat(json("people").get("marks_not_followed").isNull()).isTrue();
    }

    @Test
    void aViewOfATableWithMarks() throws Exception {
        assertThat(plan("who")).contains("\n" + UNFOLLOWED + "\n");
        assertThat(json("who").get("marks_not_followed").asText()).isEqualTo(UNFOLLOWED);
        assertThat(plan("seen")).contains("marks        " + UNFOLLOWED + "\n");
        assertThat(json("seen").get("marks_not_followed").asText()).isEqualTo(UNFOLLOWED);
    }
}
