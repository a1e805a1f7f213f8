package io.waybill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each expectation finds the same in each database; MySQL's server is not here, and has MariaDB's part. */
class ExpectationMatrixIT {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{run_id}.csv"
            """;

    /** Each by itself, and all in one flow. */
    private static final List<String> EXPECTED = List.of(
            "column = 'big'\nbetween = [-9223372036854775808, 9223372036854775807]",
            "column = 'big'\nin = [0]",
            "column = 'n'\nbetween = [0.5, 1]",
            "column = 'n'\nin = [0.50, '12345678901234.5678']",
            "column = 'n'\nunique = true",
            "column = 'v'\nin = ['ä', 'Ä']",
            "column = 'v'\nmatches = '\\pL'",
            "column = 'v'\nunique = true",
            "column = 'd'\nbetween = [2026-01-01, 2026-12-31]",
            "column = 'd'\nfresh_within = '1 day'",
            "column = 'seen'\nbetween = [2026-01-15T22:59:59Z, 2026-01-15T23:00:00Z]",
            "column = 'seen'\nfresh_within = '30 minutes'",
            "column = 'seen'\nfresh_within = '29 minutes'",
            "column = 'ok'\nin = [true]",
            "columns = ['ok', 'd']\nunique = true",
            "column = 'none'\nnot_null = true",
            "column = 'none'\nnull_share = '100%'",
            "column = 'none'\nin = ['x']\nmatches = 'x'\nunique = true",
            "min_rows = 4",
            "max_rows = 3",
            "change_of_rows = '1%'",
            "sql = 'SELECT id FROM t WHERE ok IS NULL'");

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

    private static String zoned(String product) {
        return switch (product) {
            case "mariadb" -> "TIMESTAMP NULL";
            case "sqlite" -> "TEXT";
            default -> "TIMESTAMP WITH TIME ZONE";
        };
    }

    /** MariaDB's texts have no zone: the session that inserts them is in UTC. */
    private static String at(String product, String time) {
        return product.equals("mariadb") ? "'" + time + "'" : "'" + time + "+00:00'";
    }

    private void open(String product, boolean isEmpty) throws Exception {
        String exact = product.equals("sqlite") ? "TEXT" : "NUMERIC(20, 4)";
        HikariDataSource database = database(product);
        harness.open(
                database,
                "CREATE TABLE t (id BIGINT PRIMARY KEY, big BIGINT, n " + exact + ", v VARCHAR(20), d "
                        + (product.equals("sqlite") ? "TEXT" : "DATE") + ", seen " + zoned(product)
                        + ", ok BOOLEAN, none VARCHAR(5))");
        if (!isEmpty) {
            TestDatabases.execute(
                    database,
                    product.equals("mariadb") ? "SET time_zone = '+00:00'" : "SELECT 1",
                    "INSERT INTO t VALUES (1, 9223372036854775807, '0.5', 'ä', '2026-01-15', "
                            + at(product, "2026-01-15 23:00:00") + ", true, NULL),"
                            + " (2, -9223372036854775808, '12345678901234.5678', 'Ä', '1969-12-31', "
                            + at(product, "2000-01-01 00:00:00") + ", false, NULL),"
                            + " (3, 0, '0.5000', 'ı1', NULL, NULL, NULL, NULL)");
        }
        if (product.equals("sqlite")) {
            Files.writeString(harness.file("datasets.toml"), """
                    [[dataset]]
                    id = "t"
                    table = "t"
                    columns = [{ name = "n", type = "decimal(20, 4)" }, { name = "d", type = "date" },
                      { name = "seen", type = "timestamptz" }, { name = "ok", type = "boolean" }]
                    """);
        }
    }

    private List<String> found() throws Exception {
        StringBuilder flow = new StringBuilder(FLOW);
        EXPECTED.forEach(keys ->
                flow.append("[[properties.export.expect]]\n").append(keys).append('\n'));
        harness.load("t.toml", flow.toString());
        return harness.fail("t").expectations().stream()
                .map(facts -> facts.words() + (facts.rows().isEmpty() ? "" : " " + facts.rows()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "sqlite", "duckdb"})
    void ofRowsOfAllKinds(String product) throws Exception {
        open(product, false);
        boolean tellsKeys = !product.equals("sqlite") && !product.equals("duckdb");

        assertThat(found())
                .containsExactly(
                        "big is between -9223372036854775808 and 9223372036854775807 (all of 3 rows)",
                        "big is one of 0 (2 of 3 rows violate it) [id = 1, id = 2]",
                        "n is between 0.5 and 1 (1 of 3 rows violates it) [id = 2]",
                        "n is one of 0.5, \"12345678901234.5678\" (all of 3 rows)",
                        "n is unique (1 of 3 rows repeats an earlier one) [id = 3]",
                        "v is one of \"ä\", \"Ä\" (1 of 3 rows violates it) [id = 3]",
                        "v matches \\pL (1 of 3 rows violates it) [id = 3]",
                        "v is unique (3 rows, none twice)",
                        "d is between 2026-01-01 and 2026-12-31 (1 of 3 rows violates it) [id = 2]",
                        "d is no older than 1 day (the newest is 2026-01-15)",
                        "seen is between 2026-01-15T22:59:59Z and 2026-01-15T23:00Z (1 of 3 rows violates it) [id = 2]",
                        "seen is no older than 30 minutes (the newest is 2026-01-15T23:00:00Z)",
                        "seen is no older than 29 minutes (the newest is 2026-01-15T23:00:00Z)",
                        "ok is one of true (1 of 3 rows violates it) [id = 2]",
                        "(ok, d) is unique (3 rows, none twice)",
                        "none is not NULL (3 of 3 rows are NULL) [id = 1, id = 2, id = 3]",
                        "at most 100% of none is NULL (3 of 3 rows are NULL, 100%)",
                        "none is one of \"x\" (all of 3 rows)",
                        "none matches x (all of 3 rows)",
                        "none is unique (3 rows, none twice)",
                        "at least 4 rows (3 rows)",
                        "at most 3 rows (3 rows)",
                        "at most 1% more or fewer rows than the last run (3 rows; no earlier run to compare with)",
                        "no rows of: SELECT id FROM t WHERE ok IS NULL (1 row) ["
                                + (tellsKeys ? "id = 3" : "row 1 of the query") + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "sqlite", "duckdb"})
    void ofAnEmptyTable(String product) throws Exception {
        open(product, true);

        assertThat(found())
                .filteredOn(words -> !words.endsWith(" (all of 0 rows)") && !words.endsWith(" (0 rows, none twice)"))
                .containsExactly(
                        "d is no older than 1 day (no rows)",
                        "seen is no older than 30 minutes (no rows)",
                        "seen is no older than 29 minutes (no rows)",
                        "none is not NULL (0 of 0 rows are NULL)",
                        "at most 100% of none is NULL (0 of 0 rows are NULL, 0%)",
                        "at least 4 rows (0 rows)",
                        "at most 3 rows (0 rows)",
                        "at most 1% more or fewer rows than the last run (0 rows; no earlier run to compare with)",
                        "no rows of: SELECT id FROM t WHERE ok IS NULL (none)");
    }
}
