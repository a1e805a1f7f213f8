package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.flow.WaybillException;
import io.waybill.ledger.RunEntry.FileEntry;
import io.waybill.ledger.RunEntry.Status;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger on each database that may hold it. */
class LedgerIT {

    private static final Instant NOW = Instant.parse("2026-01-15T02:00:00Z");

    private HikariDataSource database;
    private Ledger ledger;

    private void open(String product) {
        database = switch (product) {
            case "postgresql" -> TestDatabases.postgres();
            case "mariadb" -> TestDatabases.mariadb();
            default -> TestDatabases.h2();
        };
        ledger = at(NOW);
    }

    private Ledger at(Instant instant) {
        return Ledger.open(database, Clock.fixed(instant, ZoneOffset.UTC), null);
    }

    @AfterEach
    void close() {
        ledger.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void aRunIsRecordedStageByStage(String product) {
        open(product);

        ledger.begin("orders", "r1");
        assertThat(ledger.find("r1")).singleElement().satisfies(run -> {
            assertThat(run.status()).isEqualTo(Status.RUNNING);
            assertThat(run.stage()).isEqualTo(RunStage.PLAN);
            assertThat(run.owner()).isEqualTo(Owner.current());
            assertThat(run.startedAt()).isEqualTo(NOW);
            assertThat(run.endedAt()).isNull();
        });
        ledger.planned("r1", "batch", "invoices", "42", "/exports", "orders.waybill.json");
        ledger.staged(
                "r1",
                List.of(new FileEntry("a.csv", 2, 10, "a".repeat(64)), new FileEntry("b.csv", 1, 5, "b".repeat(64))));
        ledger.committing("r1");
        assertThat(ledger.find("r1").get(0).stage()).isEqualTo(RunStage.COMMIT);
        at(NOW.plusSeconds(7)).end("r1", Status.DONE, 3, null);

        RunEntry run = at(NOW).runs("orders", Status.DONE, 10).get(0);
        assertThat(run.stage()).isEqualTo(RunStage.END);
        assertThat(run.endedAt()).isEqualTo(NOW.plusSeconds(7));
        assertThat(run.batchId()).isEqualTo("42");
        assertThat(run.rows()).isEqualTo(3);
        assertThat(run.bytes()).isEqualTo(15);
        assertThat(run.files()).extracting(FileEntry::name).containsExactly("a.csv", "b.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void aFlowIsHeldByOneRunAtATime(String product) {
        open(product);
        ledger.begin("orders", "r1");

        assertThatThrownBy(() -> ledger.begin("orders", "r2"))
                .isInstanceOf(WaybillException.class)
                .hasMessage("flow \"orders\" is running since 2026-01-15T02:00:00Z (run r1, "
                        + Owner.current().words() + "); a flow never runs twice at once");
        ledger.begin("others", "r3");
        ledger.end("r1", Status.FAILED, 0, "x".repeat(5000));
        ledger.begin("orders", "r4");

        assertThat(ledger.find("r2")).isEmpty();
        assertThat(ledger.find("r1").get(0).error()).hasSize(4000);
        assertThat(ledger.runs(null, null, 10)).extracting(RunEntry::runId).containsExactly("r4", "r3", "r1");
        assertThat(ledger.runs(null, null, 2)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void ofManyThatBeginAtOnceOneRuns(String product) throws Exception {
        open(product);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<Boolean>> starts = java.util.stream.IntStream.range(0, 12)
                .<Callable<Boolean>>mapToObj(i -> () -> {
                    try {
                        ledger.begin("orders", "r" + i);
                        return true;
                    } catch (WaybillException e) {
                        assertThat(e).hasMessageEndingWith("a flow never runs twice at once");
                        return false;
                    }
                })
                .toList();
        int begun = 0;
        for (Future<Boolean> start : threads.invokeAll(starts)) {
            begun += start.get() ? 1 : 0;
        }
        threads.shutdown();

        assertThat(begun).isEqualTo(1);
        assertThat(ledger.runs(null, null, 100)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void whoDiesOrFallsSilentLosesTheFlow(String product) {
        open(product);
        ledger.begin("dead", "r1");
        ledger.begin("silent", "r2");
        ledger.begin("alive", "r3");
        TestDatabases.execute(
                database,
                // a process of this machine that cannot be, and one of a machine that nobody can look into
                "UPDATE waybill_lock SET owner = '" + new Owner(Owner.current().host(), 2_000_000_000L, NOW)
                        + "' WHERE flow = 'dead'",
                "UPDATE waybill_lock SET owner = '" + new Owner("elsewhere", 1, NOW) + "' WHERE flow = 'silent'");

        assertThat(ledger.abandoned()).extracting(RunEntry::runId).containsExactly("r1");
        Ledger later = at(NOW.plus(Ledger.LEASE).plusSeconds(1));
        later.renew("r3");
        assertThat(later.abandoned()).extracting(RunEntry::runId).containsExactlyInAnyOrder("r1", "r2");
        RunEntry silent = later.abandoned().stream()
                .filter(run -> run.flow().equals("silent"))
                .findFirst()
                .orElseThrow();
        assertThat(later.takeOver(silent)).isTrue();
        assertThat(later.takeOver(silent)).isFalse();
        later.end("r2", Status.INTERRUPTED, 0, "gone");
        later.begin("silent", "r4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb"})
    void aRunIsFoundByTheEndsOfItsId(String product) {
        open(product);
        ledger.begin("a", "20260115T020000-aaaaaa");
        ledger.begin("b", "20260115T020000-bbbbbb");

        assertThat(ledger.find("bbbbbb")).extracting(RunEntry::flow).containsExactly("b");
        assertThat(ledger.find("2026")).hasSize(2);
        assertThat(ledger.find("%")).isEmpty();
    }
}
