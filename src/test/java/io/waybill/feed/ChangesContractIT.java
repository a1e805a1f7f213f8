package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.run.Discard;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What has to hold of an export of changes has to hold of what each row is now, though earlier batches wait with it. */
class ChangesContractIT {

    private static final String CONTRACT = """
            order_by = ["id"]
            [[properties.export.expect]]
            column = "id"
            unique = true
            [[properties.export.expect]]
            column = "n"
            between = [0, 100]
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private ChangesFixture over(Product product) throws Exception {
        return new ChangesFixture(
                harness,
                product,
                "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5), n integer)",
                "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4)");
    }

    private void tick() {
        harness.component().setClock(Clock.offset(harness.component().getClock(), Duration.ofMinutes(1)));
    }

    /** @param rows how many rows have values that are now */
    private void discard(int rows) throws Exception {
        RunResult result = harness.fail("f");
        assertThat(result.error())
                .isEqualTo("1 of 2 expectations does not hold: n is between 0 and 100 (1 of "
                        + (rows == 1 ? "1 row" : rows + " rows") + " violates it)");
        new Discard(harness.ledger())
                .discard(harness.ledger().run(result.runId()).orElseThrow(), "mended");
    }

    @ParameterizedTest
    @EnumSource
    void whatWasDiscardedAndMendedGoesOutAsItIsNow(Product product) throws Exception {
        ChangesFixture export = over(product).load(CONTRACT);
        export.run();
        export.execute(
                "UPDATE t SET n = 900 WHERE id = 1",
                "DELETE FROM t WHERE id = 2",
                "INSERT INTO t VALUES (5, 'e', 5), (6, 'f', 6)");
        discard(3);
        export.execute(
                "UPDATE t SET n = 90 WHERE id = 1",
                "INSERT INTO t VALUES (2, 'B', 22)",
                "DELETE FROM t WHERE id IN (3, 5)",
                "UPDATE t SET n = 66 WHERE id = 6");

        RunResult mended = export.run();

        assertThat(export.lines(mended))
                .containsExactly("changed,1,a,90", "changed,2,B,22", "deleted,3,c,3", "new,6,f,66");
        assertThat(export.lines(harness.run("f", Map.of(WaybillConstants.RERUN, mended.runId()))))
                .containsExactlyElementsOf(export.lines(mended));
        assertThat(export.exported()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotMendedIsQuarantinedAgain(Product product) throws Exception {
        ChangesFixture export = over(product).load(CONTRACT);
        export.execute("UPDATE t SET n = -1 WHERE id = 4");
        discard(4);
        export.execute("UPDATE t SET n = 10 WHERE id = 1");
        discard(4);
        export.execute("DELETE FROM t WHERE id = 4");

        assertThat(export.exported()).containsExactly("new,2,b,2", "new,3,c,3", "new,1,a,10");
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfAQueryAreToldByTheKeyOfTheTable(Product product) throws Exception {
        ChangesFixture export =
                over(product).load("[[properties.export.expect]]\nsql = \"SELECT t.id, t.name FROM t WHERE n > 3\"");

        assertThat(harness.fail("f").expectations().get(0).rows()).containsExactly("id = 4");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDeletedGoesOutWithTheValuesThatHaveGoneOut(Product product) throws Exception {
        ChangesFixture export = over(product).load(CONTRACT);
        export.run();
        export.execute("UPDATE t SET n = 900, name = 'bad' WHERE id = 1");
        discard(1);
        export.execute("DELETE FROM t WHERE id = 1");

        assertThat(export.exported()).containsExactly("deleted,1,a,1");
    }

    /** A contract of a later day is none of what has gone out before. */
    @ParameterizedTest
    @EnumSource
    void valuesOfWhatIsDeletedAreNotHeldAgainstIt(Product product) throws Exception {
        ChangesFixture export = over(product).load("");
        export.run();
        export.load("""
                order_by = ["id"]
                [[properties.export.expect]]
                column = "n"
                between = [0, 3]
                in = [3]
                null_share = "0%"
                [[properties.export.expect]]
                min_rows = 2
                """).execute("DELETE FROM t WHERE id IN (1, 4)", "UPDATE t SET n = 3, name = 'B' WHERE id = 2");

        RunResult result = export.run();

        assertThat(export.lines(result)).containsExactly("deleted,1,a,1", "changed,2,B,3", "deleted,4,d,4");
        assertThat(result.expectations()).extracting(facts -> facts.measured()).contains("all of 1 row", "3 rows");
    }

    @ParameterizedTest
    @EnumSource
    void whatHasGoneOutIsTakenBackThoughTheWatermarkWasMovedBehindIt(Product product) throws Exception {
        ChangesFixture export = over(product).load(CONTRACT);
        export.run();
        export.execute("INSERT INTO t VALUES (5, 'e', 5)").run();
        tick();
        export.execute("INSERT INTO t VALUES (6, 'f', 600)");
        discard(1);
        harness.ledger().watermarks().set("f", "t", "xt_batch_id", "1");
        export.execute("DELETE FROM t WHERE id IN (5, 6)");

        RunResult result = export.run();

        assertThat(export.lines(result)).containsExactly("deleted,5,-,-");
        tick();
        export.execute("UPDATE t SET n = 30 WHERE id = 3").run();
        assertThat(harness.run("f", Map.of(WaybillConstants.RERUN, result.runId()))
                        .rows())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = "H2")
    void whatIsQuarantinedIsNotReleasedOnceItsTablesAreRemoved(Product product) throws Exception {
        ChangesFixture export = over(product).load(CONTRACT);
        export.run();
        export.execute("UPDATE t SET n = 900 WHERE id = 1");
        String runId = harness.fail("f").runId();
        harness.component().drop("f", export.planner().changes().feed());

        assertThat(harness.failure(
                        "f.redrive", Map.of(WaybillConstants.RUN_ID, runId, WaybillConstants.REASON, "known")))
                .hasMessage(
                        "run " + runId + " must not be delivered any more: its watermark was moved since, by waybill"
                                + " watermark set or waybill feed drop, and the next run goes on from there; waybill discard "
                                + runId + " --reason \"…\" removes its files");
    }
}
