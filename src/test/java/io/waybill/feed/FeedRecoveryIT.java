package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Owner;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.route.step.Planning;
import io.waybill.run.FeedPlanner;
import io.waybill.run.FeedRun;
import java.time.Instant;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the next run makes of one whose process was killed. */
class FeedRecoveryIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny().withLedgerIn(this::newLedger);

    HikariDataSource newLedger() {
        return TestLedgers.h2();
    }

    private FeedFixture over(Product product) throws Exception {
        return new FeedFixture(
                        harness,
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5))",
                        "INSERT INTO t VALUES (1, 'a'), (2, 'b')")
                .feed("");
    }

    /** A process that is killed when it has written its batch, or shortly before. */
    private void kill(boolean written) throws Exception {
        Ledger ledger = harness.ledger();
        ledger.begin("f", "dead");
        FeedPlanner planner =
                Planning.ofFeed(harness.context(), harness.flows().flows().get("f"), null);
        FeedPlan plan = planner.plan();
        try (BatchWriter writer = planner.writer(plan)) {
            long id = writer.prepare(null, 0);
            ledger.planned("dead", FeedRun.planned(plan, id, Instant.EPOCH));
            writer.write(id, "dead", () -> {
                if (!written) {
                    throw new IllegalStateException("killed");
                }
            });
        } catch (IllegalStateException e) {
            assertThat(written).isFalse();
        }
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        TestDatabases.execute(
                harness.ledgerDatabase(),
                "UPDATE waybill_lock SET owner = '" + gone + "'",
                "UPDATE waybill_run SET owner = '" + gone + "'");
    }

    private RunEntry dead() {
        return harness.ledger().run("dead").orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void aBatchThatIsWrittenIsDoneAndNotWrittenAgain(Product product) throws Exception {
        FeedFixture feed = over(product);
        kill(true);

        assertThat(feed.run().changes().words()).isEqualTo("0 new, 0 changed, 0 deleted, 2 unchanged");

        assertThat(dead().status()).isEqualTo(Status.DONE);
        assertThat(dead().rows()).isEqualTo(2);
        assertThat(dead().planned().batchId()).isEqualTo("1");
        assertThat(feed.batch(1)).containsExactly("new 1,a", "new 2,b");
        assertThat(harness.ledger().abandoned()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBatchThatIsNotWrittenHasLeftNothing(Product product) throws Exception {
        FeedFixture feed = over(product);
        kill(false);

        assertThat(feed.run().changes().words()).isEqualTo("2 new, 0 changed, 0 deleted, 0 unchanged");

        assertThat(dead().status()).isEqualTo(Status.INTERRUPTED);
        assertThat(dead().error()).endsWith("ended before the run did");
        assertThat(feed.rows("SELECT xt_batch_id, run_id FROM " + feed.quoted("f_batches")))
                .hasSize(1)
                .noneMatch(row -> row.contains("dead"));
    }

    @ParameterizedTest
    @EnumSource(names = "H2")
    void anotherFlowsRunClosesItToo(Product product) throws Exception {
        over(product);
        kill(true);
        harness.load("e.toml", "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/e.csv\"\n");

        harness.run("e");

        assertThat(dead().status()).isEqualTo(Status.DONE);
    }
}
