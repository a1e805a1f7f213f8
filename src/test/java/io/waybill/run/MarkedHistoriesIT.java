package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was marked when a batch was written stays marked in the tables of its feed. */
class MarkedHistoriesIT {

    private static final String PEOPLE = "[[dataset]]\nid = \"people\"\ntable = \"people\"\n";

    private static final String MARK = "columns = [{ name = \"email\", pii = true }]\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private void open(String product) throws Exception {
        open(product.equals("H2") ? TestDatabases.h2InCapitals() : TestDatabases.of(product));
    }

    private void open(HikariDataSource database) throws Exception {
        harness.open(
                database,
                "CREATE TABLE people (id integer PRIMARY KEY, email varchar(40), city varchar(40))",
                "INSERT INTO people VALUES (1, 'ann@example.org', 'Wien')");
        declare(PEOPLE + MARK);
    }

    private void declare(String dataSets) throws Exception {
        Files.writeString(harness.file("datasets.toml"), dataSets);
    }

    private void runFeed(String type, String keys) throws Exception {
        harness.loadAgain("fd.toml", "[properties." + type + "]\nsource_dataset_id = \"people\"\n" + keys);
        harness.run("fd");
    }

    /** The source loses the column, and the flow is refused until its line is gone. */
    private void lose() throws Exception {
        TestDatabases.execute(harness.database(), "ALTER TABLE people DROP COLUMN email");
        assertThat(harness.failure("fd")).hasMessageContaining("has no column \"email\"");
        declare(PEOPLE);
    }

    private String exported(String dataSet) throws Exception {
        harness.export("source_dataset_id = \"" + dataSet + "\"\nfile_path = \"{{root}}/" + dataSet + ".csv\"");
        return Files.readString(harness.file(dataSet + ".csv"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "H2"})
    void alsoWhereTheSourceHasLostTheColumn(String product) throws Exception {
        open(product);
        runFeed("change_feed", "");
        lose();

        assertThat(exported("fd_change_feed")).contains("Wien").doesNotContain("ann@");
        runFeed("change_feed", "");

        assertThat(exported("fd_change_feed")).contains("Wien").doesNotContain("ann@");
        assertThat(exported("fd_state")).contains("Wien").doesNotContain("ann@");
    }

    @Test
    void andItsValuesOfBefore() throws Exception {
        open("postgresql");
        runFeed("delta_publishing", "old_values = true\n");
        TestDatabases.execute(harness.database(), "UPDATE people SET email = 'new@example.org', city = 'Graz'");
        harness.run("fd");
        lose();
        runFeed("delta_publishing", "old_values = true\n");

        assertThat(exported("fd_delta_transaction")).contains("Wien", "Graz").doesNotContain("ann@", "new@");
    }

    @Test
    void alsoWhereTheFlowReadsTheColumnNoMore() throws Exception {
        open("postgresql");
        runFeed("change_feed", "");
        harness.loadAgain(
                "fd.toml",
                "[input]\ncolumns = [{ name = \"id\" }, { name = \"city\" }]\n[properties.change_feed]\nsource_dataset_id = \"people\"\n");
        harness.run("fd");
        declare(PEOPLE);

        assertThat(exported("fd_change_feed")).contains("Wien").doesNotContain("ann@");
    }

    @Test
    void alsoWhereTheTableHasAnotherName() throws Exception {
        open("H2");
        runFeed("change_feed", "");
        declare("");
        TestDatabases.execute(
                harness.database(),
                "ALTER TABLE \"fd_change_feed\" RENAME TO kept",
                "CREATE SYNONYM was FOR \"fd_state\"");

        assertThat(exported("kept")).contains("Wien").doesNotContain("ann@");
        assertThat(exported("was")).contains("Wien").doesNotContain("ann@");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void tablesOfBeforeHaveTheMarksOfTheirNextBatch(String product) throws Exception {
        open(product);
        runFeed("change_feed", "");
        String words = " 'Waybill flow fd: the changes of people'";
        TestDatabases.execute(
                harness.database(),
                product.equals("mariadb")
                        ? "ALTER TABLE fd_change_feed COMMENT" + words
                        : "COMMENT ON TABLE fd_change_feed IS" + words);
        harness.run("fd");
        lose();

        assertThat(exported("fd_change_feed")).contains("Wien").doesNotContain("ann@");
    }

    @Test
    void untilADataSetOfTheTableSaysThatItIdentifiesNobody() throws Exception {
        open("postgresql");
        runFeed("change_feed", "");
        lose();
        declare(PEOPLE + "[[dataset]]\nid = \"fd_change_feed\"\ntable = \"fd_change_feed\"\n"
                + MARK.replace("true", "false"));

        assertThat(exported("fd_change_feed")).contains("ann@");
    }

    @Test
    void valuesOfSuchATableAreNotInMessages() throws Exception {
        open("postgresql");
        runFeed("change_feed", "");
        lose();
        harness.load(
                "x.toml",
                "[properties.export]\nsource_dataset_id = \"fd_change_feed\"\nfile_path = \"{{root}}/x.csv\"\n"
                        + "[[properties.export.expect]]\nsql = \"SELECT 1 FROM fd_change_feed WHERE CAST(email AS integer) = 1\"\n");

        assertThat(harness.failure("x")).message().doesNotContain("ann@");
    }

    @Test
    void aMarkThatIsNotAsciiIsReadAsItWasWritten() throws Exception {
        harness.open(
                TestDatabases.mariadb(),
                "CREATE TABLE people (id integer PRIMARY KEY, `naïve, 'é` varchar(40), city varchar(40))",
                "INSERT INTO people VALUES (1, 'ann@example.org', 'Wien')");
        declare(PEOPLE + MARK.replace("email", "naïve, 'é"));
        runFeed("change_feed", "");
        declare("");

        assertThat(exported("fd_change_feed")).contains("Wien").doesNotContain("ann@");
    }

    @Test
    void moreMarksThanTheCommentHasRoomForAreRefused() throws Exception {
        StringBuilder columns = new StringBuilder();
        StringBuilder marks = new StringBuilder("columns = [");
        for (int i = 10; i < 60; i++) {
            String name = "c".repeat(48) + i;
            columns.append(", ").append(name).append(" integer");
            marks.append(i == 10 ? "" : ", ").append("{ name = \"" + name + "\", pii = true }");
        }
        harness.open(TestDatabases.mariadb(), "CREATE TABLE people (id integer PRIMARY KEY" + columns + ")");
        declare(PEOPLE + marks + "]\n");
        harness.loadAgain("fd.toml", "[properties.change_feed]\nsource_dataset_id = \"people\"\n");

        assertThat(harness.failure("fd"))
                .hasMessageMatching("table fd_state: its comment has to name the columns that are marked pii, and would"
                        + " have \\d+ characters; the database takes 2048: leave some out of \\[input] columns");
    }
}
