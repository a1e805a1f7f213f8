package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowReader;
import io.waybill.route.step.Planning;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table with marked columns that a flow names otherwise than its data set. */
class MarkedNamesIT {

    private static final String PEOPLE = """
            [[dataset]]
            id = "people"
            table = "people"
            columns = [{ name = "email", pii = true }]
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    @TempDir
    private Path files;

    private void open(String product, String... more) throws Exception {
        HikariDataSource database = switch (product) {
            case "sqlite" -> TestDatabases.newSqlite(files);
            case "duckdb" -> TestDatabases.duckdb(files);
            case "H2" -> TestDatabases.h2InCapitals();
            default -> TestDatabases.of(product);
        };
        harness.open(
                database,
                "CREATE TABLE people (id integer PRIMARY KEY, email varchar(40))",
                "INSERT INTO people VALUES (1, 'ann@example.org')");
        TestDatabases.execute(harness.database(), more);
        declare(PEOPLE);
    }

    private void declare(String dataSets) throws Exception {
        Files.writeString(harness.file("datasets.toml"), dataSets);
    }

    private String failure(String name) throws Exception {
        harness.load(
                "x.toml", "[properties.export]\nsource_dataset_id = '" + name + "'\nfile_path = \"{{root}}/x.csv\"\n");
        Exception failure = harness.failure("x");
        return failure == null ? "exported " + Files.readString(harness.file("x.csv")) : failure.getMessage();
    }

    private Plan plan(String name) throws Exception {
        Flow flow = new FlowReader(text -> text)
                .read(
                        "p.toml",
                        "[properties.export]\nsource_dataset_id = '" + name + "'\nfile_path = \"" + files
                                + "/p.csv\"\n")
                .orThrow();
        DataSet declared = harness.flows().dataSets().get(name);
        return Planning.of(harness.context(), flow, declared)
                .plan(Planner.Request.look("plan", FlowHarness.NOW.atZone(java.time.ZoneOffset.UTC)));
    }

    @ParameterizedTest
    @CsvSource({
        "mariadb, PEOPLE",
        "mariadb, {}.people",
        "mariadb, {}.PEOPLE",
        "h2, PEOPLE",
        "h2, public.people",
        "h2, PUBLIC.People",
        "H2, PEOPLE",
        "H2, public.PEOPLE",
        "H2, Public.people",
        "sqlite, PEOPLE",
        "sqlite, People",
        "sqlite, main.people",
        "sqlite, MAIN.People",
        "duckdb, PEOPLE",
        "duckdb, main.people",
        "duckdb, MAIN.PEOPLE",
    })
    void anotherSpellingOfTheTableIsRefused(String product, String name) throws Exception {
        open(product);
        String database =
                harness.database().getJdbcUrl().replaceFirst("\\?.*", "").replaceFirst(".*/", "");
        String spelt = name.replace("{}", database);

        assertThat(failure(spelt))
                .isEqualTo("source_dataset_id: \"" + spelt
                        + "\" is the table that data set \"people\" declares, with columns marked pii; write"
                        + " source_dataset_id = \"people\"");
    }

    /** Names stand without the quotes of SQL; with them they are those of no table. */
    @ParameterizedTest
    @CsvSource({
        "mariadb, `people`",
        "h2, \"people\"",
        "sqlite, \"people\"",
        "sqlite, [people]",
        "duckdb, \"people\"",
        "duckdb, memory.main.people"
    })
    void aNameInQuotesIsNoTables(String product, String name) throws Exception {
        open(product);

        assertThat(failure(name)).contains("is no table or view of data source");
    }

    @ParameterizedTest
    @ValueSource(strings = {"who", "WHO", "public.who"})
    void aSynonymOfH2IsItsTable(String name) throws Exception {
        open("H2", "CREATE SYNONYM who FOR people");

        assertThat(failure(name)).contains("\"" + name + "\" is the table that data set \"people\" declares");
    }

    @Test
    void theTableOfASynonymThatIsDeclaredIsItsTable() throws Exception {
        open("H2", "CREATE SYNONYM who FOR people");
        declare(PEOPLE.replace("table = \"people\"", "table = \"who\""));

        assertThat(failure("PEOPLE")).contains("\"PEOPLE\" is the table that data set \"people\" declares");
    }

    @ParameterizedTest
    @CsvSource({"mariadb, people", "h2, public.people", "sqlite, PEOPLE", "duckdb, main.people"})
    void aSecondDataSetOfTheTableHasItsMarks(String product, String table) throws Exception {
        open(product);
        declare(PEOPLE + "[[dataset]]\nid = \"again\"\ntable = \"" + table + "\"\n");

        assertThat(failure("again")).isEqualTo("exported id\n1\n");
    }

    @Test
    void aSecondDataSetOfTheTableMaySayThatAColumnIdentifiesNobody() throws Exception {
        open("h2");
        declare(PEOPLE
                + "[[dataset]]\nid = \"again\"\ntable = \"people\"\ncolumns = [{ name = \"email\", pii = false }]\n");

        assertThat(failure("again")).contains("ann@");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "sqlite", "duckdb"})
    void thePlanNamesAViewThatMayShowMarkedColumns(String product) throws Exception {
        open(product, "CREATE VIEW who AS SELECT id, email AS contact FROM people");
        harness.load("l.toml", "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/l.csv\"\n");

        assertThat(plan("who").unfollowed())
                .hasValue(
                        "who is a view, and what it reads is not followed: columns that are marked pii in people leave"
                                + " as they are where it shows them; datasets.toml marks its own");
        assertThat(plan("people").unfollowed()).isEmpty();
    }

    @Test
    void aViewThatIsMarkedItselfHasBeenLookedAt() throws Exception {
        open("h2", "CREATE VIEW who AS SELECT id, email AS contact FROM people");
        declare(PEOPLE
                + "[[dataset]]\nid = \"who\"\ntable = \"who\"\ncolumns = [{ name = \"contact\", pii = false }]\n");
        harness.load("l.toml", "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/l.csv\"\n");

        assertThat(plan("who").unfollowed()).isEmpty();
    }
}
