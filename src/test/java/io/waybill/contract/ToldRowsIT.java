package io.waybill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which values of a query's rows are told: those of the data set's key, whatever the query calls them, and no others. */
class ToldRowsIT {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{run_id}.csv"
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    @TempDir
    private Path folder;

    private HikariDataSource database(String product) {
        return switch (product) {
            case "sqlite" -> TestDatabases.newSqlite(folder);
            case "duckdb" -> TestDatabases.duckdb(folder);
            default -> TestDatabases.of(product);
        };
    }

    private void open(String product) throws Exception {
        harness.open(
                database(product),
                "CREATE TABLE t (id BIGINT PRIMARY KEY, email VARCHAR(20))",
                "CREATE TABLE u (id VARCHAR(20) PRIMARY KEY, email VARCHAR(20))",
                "CREATE VIEW v AS SELECT email AS id FROM t",
                "INSERT INTO t VALUES (17, 'ann@x.org')",
                "INSERT INTO u VALUES ('bob@x.org', 'eve@x.org')");
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"t\"\ntable = \"t\"\nprimary_key = [\"id\"]\ncolumns = [{ name = \"email\", pii = true }]\n");
    }

    /** What is told of the rows of queries. */
    private List<List<String>> told(Stream<String> queries) throws Exception {
        StringBuilder flow = new StringBuilder(FLOW);
        queries.forEach(query -> flow.append("[[properties.export.expect]]\nsql = '''")
                .append(query)
                .append("'''\n"));
        harness.load("t.toml", flow.toString());
        RunResult result = harness.fail("t");
        assertThat(result.error()).contains("not hold").doesNotContain("x.org");
        return result.expectations().stream().map(facts -> facts.rows()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void aKeyIsToldWhateverItIsCalled(String product) throws Exception {
        open(product);

        assertThat(
                        told(
                                Stream.of(
                                        "SELECT id FROM t",
                                        "SELECT x.id AS email, x.email AS id FROM t x",
                                        "SELECT DISTINCT o.* FROM t AS o WHERE o.id > 1",
                                        "SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.email = t.email) AND email <> ') t'")))
                .containsExactly(List.of("id = 17"), List.of("email = 17"), List.of("id = 17"), List.of("id = 17"));
    }

    /** Where names alone say which column it is, there is one table, nothing gives it columns of other names, and no comment hides that. */
    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "h2"})
    void whereNamesMayDeceiveNothingIsTold(String product) throws Exception {
        open(product);

        assertThat(told(Stream.of(
                        "SELECT t.id, u.id FROM t JOIN u ON u.email <> t.email",
                        "SELECT id FROM t -- of t",
                        "SELECT id FROM t /* of t */",
                        "--\nSELECT t.id FROM u AS t -- '",
                        "SELECT t.id FROM (SELECT email AS id FROM t) --\nt",
                        "SELECT id FROM t WHERE email <> '#'")))
                .allSatisfy(rows -> assertThat(rows).containsExactly("row 1 of the query"));
    }

    @Test
    void whatH2AloneReadsSoDeceivesNobody() throws Exception {
        open("h2");

        assertThat(told(Stream.of(
                        "SELECT * FROM t AS o(email2, id)",
                        "SELECT * FROM t o(email2, id)",
                        "SELECT * FROM t AS \"o\" (email2, id) WHERE 1 = 1",
                        "SELECT id FROM // '\n(SELECT email AS id FROM t) t // '",
                        "SELECT id FROM /* /* */ t WHERE '' = ' */ (SELECT email AS id FROM t) t -- '",
                        "SELECT t.id FROM u AS U&\"!0054\" UESCAPE '!'",
                        "SELECT id FROM t INTERSECT SELECT 17",
                        "SELECT id, email FROM u UNION TABLE u",
                        "WITH t AS (SELECT id FROM u) TABLE t")))
                .allSatisfy(rows -> assertThat(rows).containsExactly("row 1 of the query"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "sqlite", "duckdb"})
    void whatIsOnlyCalledLikeAKeyIsNot(String product) throws Exception {
        open(product);

        assertThat(told(Stream.of(
                        "SELECT email AS id FROM t",
                        "SELECT CONCAT(email, '') AS id FROM t",
                        "SELECT id FROM u",
                        "SELECT id FROM v",
                        "SELECT t.id FROM u AS t",
                        "SELECT t.id FROM v t",
                        "SELECT id FROM (SELECT email AS id FROM t) t",
                        "SELECT id FROM (SELECT DISTINCT email AS id FROM t) /* AS */ AS t",
                        "WITH t AS (SELECT id FROM u) SELECT id FROM t",
                        "WITH w AS (SELECT 1 AS one), t (id) AS (SELECT id FROM u) SELECT id FROM t",
                        "SELECT id FROM u UNION SELECT email FROM t WHERE 1 = 0")))
                .allSatisfy(rows -> assertThat(rows).containsExactly("row 1 of the query"));
    }

    /** Their drivers tell no column's table, or not what its column is called there. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "duckdb"})
    void whereTheDriverDoesNotSayNothingIsTold(String product) throws Exception {
        open(product);

        assertThat(told(Stream.of("SELECT id FROM t"))).containsExactly(List.of("row 1 of the query"));
    }
}
