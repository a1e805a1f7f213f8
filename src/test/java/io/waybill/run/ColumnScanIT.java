package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.database.Source;
import io.waybill.flow.DataSet;
import io.waybill.query.Catalog;
import io.waybill.route.RouteYaml;
import java.nio.file.Files;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks that are proposed, and runs that stop before columns that nobody has looked at. */
class ColumnScanIT {

    private static final String TABLE =
            "CREATE TABLE people (id integer PRIMARY KEY, login varchar(100), birth_date date,"
                    + " note varchar(100), amount decimal(10, 2))";

    private static final String ROWS = "INSERT INTO people VALUES (1, 'ann@shop.example', NULL, 'x', 1.5),"
            + " (2, 'bob@shop.example', NULL, NULL, 2), (3, NULL, NULL, 'y', 3)";

    private static final String STRICT =
            "[properties.export]\nsource_dataset_id = \"people\"\npii_policy = \"strict\"\nfile_path = \"{{root}}/people.csv\"\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private void open(String product) throws Exception {
        harness.open(TestDatabases.of(product), TABLE, ROWS);
    }

    private void declare(String columns) throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [" + columns + "]\n");
    }

    private ColumnScan scan() throws Exception {
        DataSet dataSet = harness.flows().dataSets().get("people");
        try (Connection connection = harness.database().getConnection()) {
            Source source = new Catalog(connection, "db").find(dataSet, "");
            return new ColumnScan(source, dataSet, null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void marksAreProposedByValuesAndByNames(String product) throws Exception {
        open(product);
        declare("{ name = \"login\", type = \"varchar(100)\", required = true }");

        assertThat(scan().propose(harness.database(), "db"))
                .extracting(ColumnScan.Proposal::column, ColumnScan.Proposal::why)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("login", "100 % of 2 values look like e-mail addresses"),
                        org.assertj.core.groups.Tuple.tuple("birth_date", "its name is that of a date of birth"));
        assertThat(scan().propose(harness.database(), "db"))
                .extracting(ColumnScan.Proposal::line)
                .containsExactly(
                        "{ name = \"login\", type = \"text\", pii = true, required = true }",
                        "{ name = \"birth_date\", pii = true }");
    }

    @Test
    void whatIsMarkedOrLookedAtIsNotProposedAgain() throws Exception {
        open("h2");
        declare("{ name = \"login\", pii = false }, { name = \"birth_date\", pii = true }");

        assertThat(scan().propose(harness.database(), "db")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void aRunStopsBeforeAColumnThatLooksSoAndIsNotDeclared(String product) throws Exception {
        open(product);
        declare("{ name = \"birth_date\", pii = true }");
        harness.load("people.toml", STRICT);

        assertThat(harness.failure("people"))
                .hasMessage("pii_policy: \"strict\" stops before column \"login\" (100 % of 2 values look like e-mail"
                        + " addresses), which columns of data set \"people\" does not name; write { name = \"login\", pii = true"
                        + " } there, or pii = false where it identifies nobody");
        assertThat(harness.file("people.csv")).doesNotExist();
        assertThat(harness.file("staging"))
                .satisfiesAnyOf(
                        staging -> assertThat(staging).doesNotExist(),
                        staging -> assertThat(staging).isEmptyDirectory());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{ name = \"login\", pii = true }", "{ name = \"login\", pii = false }", "{ name = \"login\" }"})
    void aRunGoesOnWhereTheColumnIsDeclared(String declared) throws Exception {
        open("h2");
        declare(declared + ", { name = \"birth_date\", pii = true }");
        harness.load("people.toml", STRICT);

        harness.run("people");

        assertThat(harness.file("people.csv"))
                .content()
                .startsWith(declared.contains("true") ? "id,note,amount\n" : "id,login,note,amount\n");
    }

    @Test
    void aColumnThatCameLaterStopsTheNextRunUnlessItIsLeftOut() throws Exception {
        open("h2");
        declare("{ name = \"login\", pii = true }, { name = \"birth_date\", pii = true }");
        harness.load("people.toml", STRICT);
        harness.load("some.toml", STRICT.replace("people.csv", "some.csv") + "exclude_columns = [\"last_name\"]\n");
        harness.run("people");
        TestDatabases.execute(harness.database(), "ALTER TABLE people ADD COLUMN last_name varchar(50)");

        assertThat(harness.failure("people"))
                .hasMessageStartingWith(
                        "pii_policy: \"strict\" stops before column \"last_name\" (its name is that of a"
                                + " person's name), which columns of data set \"people\" does not name");
        assertThat(harness.run("some").rows()).isEqualTo(3);
    }

    @Test
    void aPrintedRouteStopsLikewise() throws Exception {
        open("h2");
        declare("{ name = \"birth_date\", pii = false }");
        harness.load("people.toml", STRICT);
        String printed = new RouteYaml(harness.context())
                .print(
                        harness.flows().flows().get("people"),
                        harness.flows().dataSets().get("people"));

        assertThat(printed).contains("piiPolicy: strict").contains("birth_date: no_pii");
        try (FlowHarness other = new FlowHarness(harness.folder(), harness.database())) {
            other.load("printed.yaml", printed);

            assertThat(other.failure("people"))
                    .hasMessageStartingWith(
                            "pii_policy: \"strict\" stops before column \"login\" (100 % of 2 values look");
        }
    }
}
