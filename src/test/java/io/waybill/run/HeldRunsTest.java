package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.rows.HeldSources;
import java.time.Instant;
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
}
