package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.route.step.Planning;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was delivered, compared with what the database adds up itself. */
class ReconciliationIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private void open(String product) throws Exception {
        boolean pg = product.equals("postgresql");
        boolean maria = product.equals("mariadb");
        harness.open(
                TestDatabases.of(product),
                "CREATE TABLE t (id integer NOT NULL, big bigint, small smallint, flag boolean, price decimal(30,10), ratio double precision,"
                        + " note varchar(200), raw " + (pg ? "bytea" : "varbinary(100)") + ", due date, local "
                        + (maria ? "datetime(6)" : "timestamp(6)") + ", moment "
                        + (maria ? "timestamp(6) NULL" : "timestamp(6) with time zone") + ")",
                "INSERT INTO t VALUES (1, 9223372036854775807, -7, true, 12345678901234567890.0123456789, 0.1, 'grün, ❄ und 😀', "
                        + (pg ? "'\\x00ff10'" : "x'00ff10'") + ", '1969-12-31', '1969-12-31 23:59:59.999999', "
                        + "'2026-01-15 02:00:00.123456" + (maria ? "" : "+00") + "')",
                "INSERT INTO t VALUES (2, 9223372036854775807, 7, false, -0.5, -1e300, '', "
                        + (pg ? "''" : "x''") + ", '9999-12-31', '2026-07-15 02:00:00', '2026-07-15 02:00:00.000001"
                        + (maria ? "" : "+00") + "')",
                "INSERT INTO t (id) VALUES (3)");
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
    }

    private RunResult run(String keys) throws Exception {
        harness.load(
                "f.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\n" + keys + "\n");
        return harness.run("f");
    }

    private Reconciliation compare(RunResult result) throws Exception {
        FlowFolder read = harness.flows();
        RunEntry entry = harness.ledger().find(result.runId()).get(0);
        Flow flow = read.flows().get("f");
        return Reconciliation.of(
                Planning.of(harness.context(), flow, read.dataSetOf(flow).orElse(null)),
                flow.timezone(),
                entry,
                Path.of(result.waybill()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void whatWasDeliveredIsWhatTheSourceHolds(String product) throws Exception {
        open(product);
        RunResult result = run("checksums = true\nsince_last_export = true");
        TestDatabases.execute(
                harness.database(), "INSERT INTO t (id, note) VALUES (4, 'later, and of another window')");

        Reconciliation same = compare(result);

        assertThat(same.differences()).isEmpty();
        assertThat(same.rows()).isEqualTo(3);
        assertThat(same.uncompared()).containsExactly("ratio");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "big = 1 | column big: sum 18446744073709551614, not 9223372036854775808 as in the source",
                "flag = NULL | column flag: 2 values, not 1 as in the source",
                "price = price + 0.0000000001 | column price: sum 12345678901234567889.5123456789, not 12345678901234567889.512345679 as in the source",
                "note = 'a' | column note: 19 bytes, not 1 as in the source",
                "due = '1970-01-02' | column due: sum 2932895, not 2932897 as in the source",
                "local = '1970-01-01 00:00:00' | column local: sum 1784080799999999, not 1784080800000000 as in the source",
            })
    void aDifferenceIsNamedByItsColumn(String change, String difference) throws Exception {
        for (String product : new String[] {"postgresql", "mariadb", "h2"}) {
            open(product);
            RunResult result = run("checksums = true");
            TestDatabases.execute(harness.database(), "UPDATE t SET " + change + " WHERE id = 1");

            assertThat(compare(result).differences()).as(product).containsExactly(difference);
            Files.delete(harness.file("out/t.csv"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void otherContentOfTheSameLengthIsFound(String product) throws Exception {
        open(product);
        RunResult result = run("checksums = true");
        TestDatabases.execute(harness.database(), "UPDATE t SET note = 'grün, ❄ und 😁' WHERE id = 1");

        assertThat(compare(result).differences())
                .containsExactly("column note: the same length, and other content as in the source");
    }

    @Test
    void rowsAndColumnsThatCameOrWentAreNamed() throws Exception {
        open("h2");
        RunResult result = run("checksums = true");
        TestDatabases.execute(
                harness.database(),
                "INSERT INTO t (id) VALUES (4)",
                "ALTER TABLE t DROP COLUMN small",
                "ALTER TABLE t ADD COLUMN extra integer");

        assertThat(compare(result).differences())
                .containsExactly(
                        "rows: 3 delivered, 4 in the source",
                        "column id: 3 values, not 4 as in the source",
                        "column extra: not delivered, and in the source now",
                        "column small: delivered, and not in the source any more");
    }

    @Test
    void aRunThatNotedNothingSaysHowTo() throws Exception {
        open("h2");
        RunResult result = run("");

        assertThatThrownBy(() -> compare(result))
                .hasMessage(
                        "run " + result.runId() + " did not note what its columns come to; set checksums = true in flow"
                                + " \"f\", for runs to come");
    }
}
