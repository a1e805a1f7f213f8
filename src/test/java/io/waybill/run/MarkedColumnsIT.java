package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of columns that are marked pii when something is wrong with them: not their values. */
class MarkedColumnsIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::postgres,
            "CREATE TABLE t (id integer PRIMARY KEY, name text, ssn bigint, born date)",
            "INSERT INTO t VALUES (1, 'Ann 数', 918273645, DATE '1987-06-05')");

    @BeforeEach
    void declare() throws Exception {
        Files.writeString(harness.file("datasets.toml"), """
                [[dataset]]
                id = "t"
                table = "t"
                watermark = "born"
                columns = [{ name = "name", pii = true }, { name = "ssn", type = "decimal(5,0)", pii = true },
                  { name = "born", pii = true }]

                [[dataset]]
                id = "cast"
                query = "SELECT id, name FROM t WHERE CAST(name AS integer) > 0"
                primary_key = ["id"]
                columns = [{ name = "name", pii = true }]
                """);
    }

    private String failure(String keys) throws Exception {
        harness.load("x.toml", "[properties.export]\npii_policy = \"allow\"\n" + keys);
        return harness.failure("x").getMessage();
    }

    @Test
    void aValueThatItsTypeDoesNotHold() throws Exception {
        assertThat(failure("source_dataset_id = \"t\"\ncolumns = [\"ssn\"]\nfile_path = \"{{root}}/x.csv\""))
                .isEqualTo(
                        "row 1, column \"ssn\": the value is no decimal(5,0); it is not shown, nor what is wrong with it:"
                                + " values of this column are private");
    }

    @Test
    void aValueThatTheFormatCannotWrite() throws Exception {
        assertThat(failure("source_dataset_id = \"t\"\ncolumns = [\"name\"]\nfile_path = \"{{root}}/x.csv\"\n"
                        + "exporter_config = { encoding = \"iso-8859-1\" }"))
                .isEqualTo(
                        "row 1, column \"name\": the value cannot be written; it is not shown, nor what is wrong with it:"
                                + " values of this column are private");
    }

    @Test
    void aValueThatTheDatabaseFailsAt() throws Exception {
        assertThat(failure("source_dataset_id = \"cast\"\nfile_path = \"{{root}}/x.csv\""))
                .isEqualTo(
                        "reading failed after 0 rows: ERROR: invalid input syntax for type integer: … (what it quotes is not"
                                + " shown: it may be a value)");
    }

    private static final String HASHED =
            "[[properties.export.transform]]\ncolumn = \"email\"\nmethod = \"hash\"\nkey = \"k\"\n";

    /** A view's column may fail at a value of another, whatever becomes of that one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "columns = [\"id\", \"num\"]\n[[properties.export.transform]]\ncolumn = \"email\"\nmethod = \"exclude\"\n",
                "columns = [\"id\", \"num\"]\nreader = \"jdbc\"\n" + HASHED,
                HASHED + "[properties.export.report]\nmetrics = [{ function = \"sum\", column = \"num\" }]\n",
                "columns = [\"id\", \"num\"]\npii_policy = \"strict\"\n",
                "columns = [\"id\"]\n" + HASHED
                        + "[[properties.export.expect]]\nsql = \"SELECT id FROM badw WHERE num > 3\"\n",
            })
    void aValueThatTheDatabaseQuotesOfAFlowWithTreatments(String keys) throws Exception {
        harness.property("waybill.privacy-keys.k", "0011223344556677".repeat(4));
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE w (id integer PRIMARY KEY, email text)",
                "INSERT INTO w VALUES (1, 'secret1@example.org')",
                "CREATE VIEW badw AS SELECT id, email, email::int AS num FROM w");
        harness.load(
                "w.toml", "[properties.export]\nsource_dataset_id = \"badw\"\nfile_path = \"{{root}}/w.csv\"\n" + keys);

        assertThat(harness.failure("w"))
                .hasMessageEndingWith("ERROR: invalid input syntax for type integer: … (what it quotes is not shown: it"
                        + " may be a value)")
                .satisfies(
                        failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("secret1"));
    }

    /** Values may make what the database takes for SQL, or for names. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "reader = \"jdbc\"\n" + HASHED,
                "reader = \"copy\"\n" + HASHED,
                HASHED + "[properties.export.report]\nmetrics = [{ function = \"sum\", column = \"num\" }]\n",
                "pii_policy = \"strict\"\n",
                "since_last_export = true\n" + HASHED,
                HASHED + "[[properties.export.expect]]\nsql = \"SELECT id FROM badw WHERE num > 3\"\n",
            })
    void aValueThatTheDatabaseTakesForSql(String keys) throws Exception {
        harness.property("waybill.privacy-keys.k", "0011223344556677".repeat(4));
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE w (id integer PRIMARY KEY, email text)",
                "INSERT INTO w VALUES (1, 'secret1@example.org x')",
                "CREATE VIEW badw AS SELECT id, email, numnode(to_tsquery('simple', email)) AS num FROM w");
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"badw\"\ntable = \"badw\"\nwatermark = \"num\"\n");
        harness.load(
                "w.toml", "[properties.export]\nsource_dataset_id = \"badw\"\nfile_path = \"{{root}}/w.csv\"\n" + keys);

        assertThat(harness.failure("w"))
                .hasMessageEndingWith("SQLState 42601 (what the driver says is not shown: it may be a value)")
                .satisfies(
                        failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("secret1"));
    }

    @Test
    void aValueThatABatchOfAFeedFailsAt() throws Exception {
        harness.load("feed.toml", "[properties.change_feed]\nsource_dataset_id = \"cast\"\n");

        assertThat(harness.failure("feed"))
                .hasMessageEndingWith("ERROR: invalid input syntax for type integer: … (what it quotes is not shown: it"
                        + " may be a value)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"public.t", "T", "PUBLIC.T"})
    void aTableThatIsNamedOtherwiseThanItsDataSet(String name) throws Exception {
        String refusal = "source_dataset_id: \"" + name
                + "\" is the table that data set \"t\" declares, with columns marked pii; write source_dataset_id = \"t\"";

        assertThat(failure("source_dataset_id = \"" + name + "\"\nfile_path = \"{{root}}/x.csv\""))
                .isEqualTo(refusal);

        harness.load("feed.toml", "[properties.change_feed]\nsource_dataset_id = \"" + name + "\"\n");
        assertThat(harness.failure("feed")).hasMessage(refusal);
    }

    @Test
    void theTableOfAFeedHasTheMarksOfWhatItCompares() throws Exception {
        harness.load("fd.toml", "[properties.change_feed]\nsource_dataset_id = \"t\"\n");
        harness.run("fd");

        harness.export("source_dataset_id = \"fd_change_feed\"\nfile_path = \"{{root}}/feed.csv\"");

        assertThat(harness.file("feed.csv")).content().contains("id").doesNotContain("Ann", "918273645", "1987");
    }

    @Test
    void aWatermarkWhoseValuesTheLedgerWouldKeep() throws Exception {
        assertThat(failure("source_dataset_id = \"t\"\nsince_last_export = true\nfile_path = \"{{root}}/x.csv\""))
                .isEqualTo(
                        "watermark: column born is marked pii, and its values would be in the ledger and in waybills;"
                                + " name another column");
    }

    @Test
    void aTimeThatNamesOfFilesWouldTell() throws Exception {
        assertThat(
                        failure(
                                "source_dataset_id = \"t\"\nchunk_by = { column = \"born\", every = \"day\" }\nfile_path = \"{{root}}/x_{ds}.csv\""))
                .isEqualTo("chunk_by: column born is marked pii, and its values would be in the names of files; name"
                        + " another column");
    }

    @ParameterizedTest
    @ValueSource(strings = {"T", "PUBLIC.T", "public.t"})
    void aTableOfH2ThatIsNamedOtherwise(String name) throws Exception {
        harness.open(TestDatabases.h2InCapitals(), "CREATE TABLE t (id integer, name varchar, ssn bigint, born date)");

        assertThat(failure("source_dataset_id = \"" + name + "\"\nfile_path = \"{{root}}/x.csv\""))
                .contains("\"" + name + "\" is the table that data set \"t\" declares");
    }

    /** What is found by a name in small letters is marked by it, too. */
    @Test
    void aMarkHoldsForAColumnThatTheDatabaseWritesInCapitals() throws Exception {
        harness.open(
                TestDatabases.h2InCapitals(),
                "CREATE TABLE t (id integer, email varchar)",
                "INSERT INTO t VALUES (1, 'a@b')");
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"t\"\ntable = \"t\"\ncolumns = [{ name = \"email\", pii = true }]\n");

        harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"");

        assertThat(harness.file("t.csv")).hasContent("ID\n1\n");
    }
}
