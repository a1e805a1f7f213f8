package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.LogHeard;
import io.waybill.TestDatabases;
import io.waybill.feed.FeedPlan;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.DataSetsReader;
import io.waybill.flow.toml.FlowReader;
import io.waybill.route.step.Planning;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tables of a feed hold what they compare, and have its marks. */
class MarkedFeedsIT {

    private static final String PEOPLE = """
            [[dataset]]
            id = "people"
            table = "people"
            columns = [{ name = "email", pii = true }]
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::postgres,
            "CREATE TABLE people (id integer PRIMARY KEY, email text, city text)",
            "INSERT INTO people VALUES (1, 'ann@example.org', 'Wien')");

    @BeforeEach
    void declare() throws Exception {
        declare("");
    }

    private void declare(String more) throws Exception {
        Files.writeString(harness.file("datasets.toml"), PEOPLE + more);
    }

    private String exported(String dataSet) throws Exception {
        harness.export("source_dataset_id = \"" + dataSet + "\"\nfile_path = \"{{root}}/" + dataSet + ".csv\"");
        return Files.readString(harness.file(dataSet + ".csv"));
    }

    private void runFeed(String id, String type, String keys) throws Exception {
        harness.load(id + ".toml", "[properties." + type + "]\n" + keys);
        harness.run(id);
    }

    @Test
    void aDeclaredTableOfAFeedHasTheMarksOfItsSource() throws Exception {
        declare(
                "[[dataset]]\nid = \"changes\"\ntable = \"fd_change_feed\"\ncolumns = [{ name = \"city\", pii = true }]\n");
        runFeed("fd", "change_feed", "source_dataset_id = \"people\"\n");

        assertThat(exported("changes")).contains("id").doesNotContain("Wien", "ann@");
    }

    @Test
    void whoSaysThatAColumnOfAFeedsTableIdentifiesNobodyIsBelieved() throws Exception {
        declare(
                "[[dataset]]\nid = \"changes\"\ntable = \"fd_change_feed\"\ncolumns = [{ name = \"email\", pii = false }]\n");
        runFeed("fd", "change_feed", "source_dataset_id = \"people\"\n");

        assertThat(exported("changes")).contains("ann@");
    }

    @Test
    void aFeedOverTheTableOfAFeedHasItsMarks() throws Exception {
        runFeed("fd", "change_feed", "source_dataset_id = \"people\"\n");
        runFeed("second", "change_feed", "source_dataset_id = \"fd_state\"\n");

        assertThat(exported("second_change_feed")).contains("Wien").doesNotContain("ann@");
        assertThat(exported("second_state")).contains("Wien").doesNotContain("ann@");
    }

    @Test
    void valuesOfBeforeHaveTheMarksOfTheirColumns() throws Exception {
        runFeed("dp", "delta_publishing", "source_dataset_id = \"people\"\nold_values = true\n");
        TestDatabases.execute(harness.database(), "UPDATE people SET email = 'new@example.org', city = 'Graz'");
        harness.run("dp");

        assertThat(exported("dp_delta_transaction")).contains("Wien", "Graz").doesNotContain("ann@", "new@");
    }

    @Test
    void theMarksOfAnExportOfChangesAreThoseOfItsTable() throws Exception {
        declare("[[dataset]]\nid = \"state\"\ntable = \"x_state\"\n");
        harness.load(
                "x.toml",
                "[properties.export]\nsource_dataset_id = \"people\"\nsince_last_export = \"changes\"\npii_policy = \"allow\"\nfile_path = \"{{root}}/x.csv\"\n");
        harness.run("x");

        assertThat(exported("state")).contains("Wien").doesNotContain("ann@");
    }

    @Test
    void aMarkThatIsTakenAwayHoldsOnForWhatWasWrittenWithIt() throws Exception {
        runFeed("fd", "change_feed", "source_dataset_id = \"people\"\n");
        assertThat(exported("fd_change_feed")).doesNotContain("ann@");
        Files.writeString(harness.file("datasets.toml"), "[[dataset]]\nid = \"other\"\ntable = \"people\"\n");

        assertThat(exported("fd_change_feed")).contains("Wien").doesNotContain("ann@");
        assertThat(exported("people")).contains("ann@");
    }

    @Test
    void eachRunSaysWhatTheTablesHoldAndHowTheyAreMarkedElsewhere() throws Exception {
        harness.load("fd.toml", "[properties.change_feed]\nsource_dataset_id = \"people\"\n");

        try (LogHeard log = LogHeard.of("io.waybill.route.step.FeedProducer")) {
            harness.run("fd");

            assertThat(log.told())
                    .filteredOn(line -> line.contains("marked pii"))
                    .singleElement()
                    .asString()
                    .matches(
                            "Flow fd: run \\S+: marked pii: email, as it is, in fd_change_feed and fd_state; where these"
                                    + " are read without this flow beside them, datasets.toml has to mark them:\n"
                                    + "\\[\\[dataset]]\nid = \"fd_change_feed\"\ntable = \"fd_change_feed\"\n"
                                    + "columns = \\[\\{ name = \"email\", pii = true }]\n"
                                    + "\\[\\[dataset]]\nid = \"fd_state\"\ntable = \"fd_state\"\n"
                                    + "columns = \\[\\{ name = \"email\", pii = true }]");
        }
    }

    @Test
    void eachRunOverAViewSaysThatMarksAreNotFollowed() throws Exception {
        TestDatabases.execute(harness.database(), "CREATE VIEW who AS SELECT id, email AS contact FROM people");
        declare("[[dataset]]\nid = \"who\"\ntable = \"who\"\nprimary_key = [\"id\"]\n");
        harness.load("fd.toml", "[properties.change_feed]\nsource_dataset_id = \"who\"\n");

        try (LogHeard log = LogHeard.of("io.waybill.route.step.FeedProducer")) {
            harness.run("fd");

            assertThat(log.told())
                    .anySatisfy(line -> assertThat(line)
                            .contains("who is a view, and what it reads is not followed: columns that are marked pii in"
                                    + " people leave as they are where it shows them"));
        }
    }

    @Test
    void thePlanSaysWhatTheTablesHoldAndHowTheyAreMarkedElsewhere() {
        DataSet people = new DataSetsReader(text -> text)
                .read("datasets.toml", PEOPLE)
                .orThrow()
                .get("people");
        Flow flow = new FlowReader(text -> text)
                .read("dp.toml", "[properties.delta_publishing]\nsource_dataset_id = \"people\"\nold_values = true\n")
                .orThrow();

        FeedPlan plan = Planning.ofFeed(harness.context(), flow, people).plan();

        assertThat(plan.facts())
                .contains(new FeedPlan.Fact(
                        "marked pii",
                        "email, as it is, in dp_delta_transaction and dp_state; where these are read without this flow beside them,"
                                + " datasets.toml has to mark them"));
        assertThat(plan.markingLines())
                .containsExactly(
                        "[[dataset]]",
                        "id = \"dp_delta_transaction\"",
                        "table = \"dp_delta_transaction\"",
                        "columns = [{ name = \"email\", pii = true }, { name = \"xt_old_email\", pii = true }]",
                        "[[dataset]]",
                        "id = \"dp_state\"",
                        "table = \"dp_state\"",
                        "columns = [{ name = \"email\", pii = true }]");
    }
}
