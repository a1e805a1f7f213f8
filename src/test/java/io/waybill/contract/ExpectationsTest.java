package io.waybill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.ExpectationFacts.State;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is expected of an export: whether it holds, what is told, and that nothing leaves where it does not. */
class ExpectationsTest {

    private static final String EXPORT = """
            [properties.export]
            source_dataset_id = "customers"
            file_path = "{{root}}/out/customers.csv"

            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(50), score DECIMAL(10, 2), state VARCHAR(10),"
                    + " weight DOUBLE PRECISION, born DATE, seen TIMESTAMP, touched TIMESTAMP WITH TIME ZONE, tags VARCHAR(10) ARRAY)",
            "INSERT INTO customers VALUES"
                    + " (1, 'ann@example.com', 1.50, 'new', 1.5, DATE '1990-01-01', TIMESTAMP '2026-01-15 22:00:00',"
                    + " TIMESTAMP WITH TIME ZONE '2026-01-15 23:00:00+00:00', ARRAY['a']),"
                    + " (2, NULL, 10.00, 'paid', 'NaN', DATE '2020-02-29', NULL, NULL, NULL),"
                    + " (3, 'bob', 99.90, 'gone', NULL, NULL, TIMESTAMP '2026-01-14 00:00:00', NULL, ARRAY['a']),"
                    + " (4, '', NULL, 'new', -0.0, DATE '1990-01-01', NULL, NULL, ARRAY[])");

    private RunResult run(String expectations) throws Exception {
        harness.load("t.toml", EXPORT + expectations);
        return harness.run("t");
    }

    private RunResult fail(String expectations) throws Exception {
        harness.load("t.toml", EXPORT + expectations);
        return harness.fail("t");
    }

    private static String expect(String keys) {
        return "[[properties.export.expect]]\n" + keys + "\n";
    }

    private List<String> out() throws Exception {
        Path out = harness.file("out");
        if (!Files.isDirectory(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> out.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** What is told of the one expectation that does not hold. */
    private String violated(String keys) throws Exception {
        RunResult result = fail(expect(keys));
        assertThat(result.status()).isEqualTo(Status.QUARANTINED);
        assertThat(out()).isEmpty();
        assertThat(result.expectations()).hasSize(1);
        ExpectationFacts facts = result.expectations().get(0);
        assertThat(facts.state()).isEqualTo(State.VIOLATED);
        return facts.words() + (facts.rows().isEmpty() ? "" : " " + facts.rows());
    }

    private String held(String keys) throws Exception {
        RunResult result = run(expect(keys));
        assertThat(result.status()).isEqualTo(Status.DONE);
        ExpectationFacts facts = result.expectations().get(0);
        assertThat(facts.state()).isEqualTo(State.HELD);
        assertThat(facts.rows()).isEmpty();
        return facts.words();
    }

    @Test
    void tellsOfRowsWhoseValueIsNullByTheirKeys() throws Exception {
        assertThat(violated("column = \"email\"\nnot_null = true"))
                .isEqualTo("email is not NULL (1 of 4 rows is NULL) [id = 2]");
    }

    @Test
    void takesAnEmptyTextForAValue() throws Exception {
        assertThat(held("column = \"state\"\nnot_null = true")).isEqualTo("state is not NULL (0 of 4 rows are NULL)");
        assertThat(held("column = \"email\"\nnull_share = \"25%\""))
                .isEqualTo("at most 25% of email is NULL (1 of 4 rows is NULL, 25%)");
    }
}
