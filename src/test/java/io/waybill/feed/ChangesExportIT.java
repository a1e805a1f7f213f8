package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.run.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the files of an export hold that goes by what has changed. */
class ChangesExportIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private ChangesFixture over(Product product) throws Exception {
        return new ChangesFixture(
                harness,
                product,
                "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5), amount decimal(8, 2))",
                "INSERT INTO t VALUES (1, 'a', 1.50), (2, 'b', NULL), (3, 'c', 3.00)");
    }

    private void change(ChangesFixture export) {
        export.execute(
                "UPDATE t SET name = 'A' WHERE id = 1",
                "DELETE FROM t WHERE id = 2",
                "INSERT INTO t VALUES (4, NULL, 4)");
    }

    @ParameterizedTest
    @EnumSource
    void theFirstRunHasAllRowsAndTheNextWhatHasChanged(Product product) throws Exception {
        ChangesFixture export = over(product).load("order_by = [\"id\"]");

        RunResult first = export.run();
        change(export);
        RunResult second = export.run();

        assertThat(Files.readString(Path.of(first.files().get(0).name())))
                .isEqualTo("xt_record_type,id,name,amount\nnew,1,a,1.50\nnew,2,b,-\nnew,3,c,3.00\n");
        assertThat(export.lines(second)).containsExactly("changed,1,A,1.50", "deleted,2,b,-", "new,4,-,4.00");
        assertThat(second.files().get(0).name()).endsWith("/out/2.csv");
        assertThat(second.mode()).isEqualTo("changes_only");
        assertThat(second.batchId()).hasToString("2");
        assertThat(second.changes().words()).isEqualTo("1 new, 1 changed, 1 deleted, 1 unchanged");
        assertThat(harness.ledger().runs("f", null, 10))
                .hasSize(2)
                .allMatch(run -> run.status() == RunEntry.Status.DONE);
        assertThat(harness.ledger().watermarks().find("f")).hasValueSatisfying(watermark -> {
            assertThat(watermark.dataset()).isEqualTo("t");
            assertThat(watermark.column()).isEqualTo("xt_batch_id");
            assertThat(watermark.value()).isEqualTo("2");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aRunWithoutChangesFindsNothing(Product product) throws Exception {
        ChangesFixture export = over(product).load("skip_empty = true");
        export.run();

        RunResult again = export.run();

        assertThat(again.rows()).isZero();
        assertThat(again.files()).isEmpty();
        assertThat(again.changes().words()).isEqualTo("0 new, 0 changed, 0 deleted, 3 unchanged");
    }

    @ParameterizedTest
    @EnumSource
    void whatAFailedRunHasFoundGoesOutWithTheNextInTheOrderOfTheBatches(Product product) throws Exception {
        ChangesFixture export = over(product).load("order_by = [\"id desc\"]");
        export.run();
        Path out = harness.file("out");
        Path away = harness.file("away");
        Files.move(out, away);
        Files.createFile(out); // where the folder was, nothing can be delivered
        export.execute("UPDATE t SET amount = 9 WHERE id = 1", "DELETE FROM t WHERE id = 2");
        harness.fail("f");
        Files.delete(out);
        Files.move(away, out);
        export.execute("UPDATE t SET amount = 90 WHERE id = 1", "INSERT INTO t VALUES (2, 'n', 1)");

        assertThat(export.exported())
                .containsExactly("deleted,2,b,-", "changed,1,a,9.00", "new,2,n,1.00", "changed,1,a,90.00")
                .satisfies(lines -> assertThat(export.exported()).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void thePlanTellsOfTheTablesBeforeTheyAreThere(Product product) throws Exception {
        ChangesFixture export = over(product).load("parallelism = 4");

        Plan before = export.plan();
        export.run();
        Plan after = export.plan();

        assertThat(before.source().id()).isEqualTo("t");
        assertThat(before.window().words()).isEqualTo("xt_batch_id up to 1");
        assertThat(before.columns())
                .extracting(column -> column.name())
                .containsExactly("xt_record_type", "id", "name", "amount");
        assertThat(before.delivery().where(1)).endsWith("/out/1.csv");
        assertThat(before.guarantee()).startsWith("exact: each batch is one snapshot of the source");
        assertThat(String.join("\n", before.increment().notes()))
                .contains("by the key id; check: compares name, amount")
                .contains("deletions: seen")
                .contains("the first run makes the tables, and exports all rows as new ones");
        assertThat(after.window().words()).isEqualTo("xt_batch_id after 1 and up to 2");
        assertThat(after.query().sql()).contains("f_change_feed").doesNotContain("ORDER BY");
        assertThat(String.join("\n", after.increment().notes()))
                .contains("the last one is 1: 3 new, 0 changed, 0 deleted, 0 unchanged");
    }
}
