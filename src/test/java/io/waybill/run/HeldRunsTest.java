package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.rows.HeldSources;
import io.waybill.rows.MapRows;
import io.waybill.rows.Rows;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HeldRunsTest {

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE t (id integer)").withLedgerIn(TestLedgers::h2);

    private final HeldRuns runs = new HeldRuns();

    private ActiveRun run() {
        return new ActiveRun("t", "r", Instant.EPOCH, new HeldSources(harness.context()));
    }

    @Test
    void aRunThatTheLedgerDoesNotKnowYetIsNotTakenForOneThatSomebodyElseGoesOnWith() {
        ActiveRun run = run();
        runs.add(run);

        runs.renewLeases(harness.ledger());

        assertThat(run.isCancelled()).isFalse();
    }

    @Test
    void aRunThatSomebodyElseGoesOnWithStops() {
        ActiveRun run = run();
        runs.add(run);
        harness.ledger().begin("t", "r");
        runs.recorded(run);
        runs.renewLeases(harness.ledger());
        assertThat(run.isCancelled()).isFalse();

        TestDatabases.execute(harness.ledgerDatabase(), "UPDATE waybill_lock SET fence = fence + 1");
        runs.renewLeases(harness.ledger());

        assertThat(run.isCancelled()).isTrue();
    }

    @Test
    void aRunThatHasEndedHoldsItsRowsNoMoreForThereMayBeAThousandOfOneFlow() {
        ActiveRun run = run();
        WeakReference<Rows> rows = readBy(run);

        run.end(Status.FAILED, "the disk is full", null);

        await().untilAsserted(() -> {
            System.gc();
            assertThat(rows.get()).isNull();
        });
        assertThat(run.result().error()).isEqualTo("the disk is full");
    }

    private static WeakReference<Rows> readBy(ActiveRun run) {
        Rows rows = new MapRows(List.<Map<String, ?>>of(Map.of("id", 1)).iterator());
        run.reading(rows);
        run.stopping(rows::cancel);
        return new WeakReference<>(rows);
    }
}
