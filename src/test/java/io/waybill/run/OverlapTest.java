package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A flow that is started while it runs. */
class OverlapTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT 1 AS id");

    private Ledger ledger;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void start() throws Exception {
        ledger = harness.ledger();
        for (String overlap : new String[] {"skip", "queue"}) {
            harness.load(
                    overlap + ".toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/" + overlap
                            + ".csv\"\noverlap = \"" + overlap + "\"\n");
            ledger.begin(overlap, "under-way-" + overlap);
        }
    }

    @AfterEach
    void stop() throws Exception {
        threads.shutdown();
    }

    @Test
    void skipRefusesTheSecondRun() {
        assertThatThrownBy(() -> harness.run("skip"))
                .isInstanceOf(FlowHeldException.class)
                .hasMessageContaining("is running since 2026-01-15T23:30:00Z (run under-way-skip, process ");
    }

    @Test
    void queueWaitsForItsTurnAndOnlyOneDoes() throws Exception {
        List<Future<RunResult>> two =
                List.of(threads.submit(() -> harness.run("queue")), threads.submit(() -> harness.run("queue")));
        await().until(() -> two.stream().anyMatch(Future::isDone));
        Future<RunResult> refused = two.get(0).isDone() ? two.get(0) : two.get(1);
        Future<RunResult> waiting = refused == two.get(0) ? two.get(1) : two.get(0);
        assertThatThrownBy(refused::get)
                .hasRootCauseMessage("flow \"queue\" is running, and another run waits for its end");
        assertThat(waiting.isDone()).isFalse();

        ledger.commit("under-way-queue", 0);

        assertThat(waiting.get().rows()).isEqualTo(1);
        assertThat(ledger.runs("queue", Status.DONE, 10)).hasSize(2);
    }

    /** The first run after a start takes its time to begin: it opens the ledger, and looks at what others have left. */
    @Test
    void whatComesWhileARunBeginsWaitsForNoOther() throws Exception {
        ledger.commit("under-way-queue", 0);
        HeldOnceClock clock = new HeldOnceClock(harness.component().getClock());
        harness.component().setClock(clock);
        Future<RunResult> first = threads.submit(() -> harness.run("queue"));
        await().until(clock::holds);

        Future<RunResult> second = threads.submit(() -> harness.run("queue"));

        assertThat(second.get().rows()).isEqualTo(1);
        clock.letGo();
        assertThat(first.get().rows()).isEqualTo(1);
    }

    /** Who asks it first waits for the answer. */
    private static final class HeldOnceClock extends Clock {

        private final Clock clock;
        private final AtomicBoolean isAsked = new AtomicBoolean();
        private final CountDownLatch gone = new CountDownLatch(1);

        HeldOnceClock(Clock clock) {
            this.clock = clock;
        }

        boolean holds() {
            return isAsked.get();
        }

        void letGo() {
            gone.countDown();
        }

        @Override
        public Instant instant() {
            if (isAsked.compareAndSet(false, true)) {
                try {
                    gone.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return clock.instant();
        }

        @Override
        public ZoneId getZone() {
            return clock.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return clock.withZone(zone);
        }
    }

    @Test
    void whoWaitsGivesUpWhenTheProcessStops() throws Exception {
        Future<RunResult> waiting = threads.submit(() -> harness.run("queue"));
        Future<RunResult> other = threads.submit(() -> harness.run("queue"));
        await().until(() -> waiting.isDone() || other.isDone());

        harness.context().getShutdownStrategy().setTimeout(1);
        harness.context().stop();

        await().until(() -> waiting.isDone() && other.isDone());
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(Exception.class);
        assertThatThrownBy(other::get).hasCauseInstanceOf(Exception.class);
    }
}
