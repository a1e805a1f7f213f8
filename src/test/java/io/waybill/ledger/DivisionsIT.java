package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.WaybillException;
import io.waybill.facts.FileFacts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of a run that several processes read, on each database that may hold a ledger. */
class DivisionsIT {

    private static final String RUN = "20260115T020000-000001";

    private static final Division DIVISION =
            new Division(RUN, "orders", "d".repeat(64), "Europe/Berlin", "00000003-0000001B-1 0f", "token", 3);

    @TempDir
    private Path folder;

    private HikariDataSource database;
    private Ledger coordinator;
    private final List<Ledger> ledgers = new ArrayList<>();

    private void open(String product) {
        database = switch (product) {
            case "postgresql" -> TestLedgers.postgres();
            case "h2" -> TestLedgers.h2();
            case "sqlite" -> {
                HikariDataSource pool = new HikariDataSource();
                pool.setDataSource(TestDatabases.sqlite(folder.resolve("ledger.db")));
                yield pool;
            }
            default -> TestDatabases.of(product);
        };
        coordinator = another();
        coordinator.begin("orders", RUN);
        coordinator.divisions().begin(DIVISION, List.of("10", "20", "größer"));
    }

    /** That of another process. */
    private Ledger another() {
        Ledger ledger = Ledger.open(database, Clock.systemUTC(), null);
        ledgers.add(ledger);
        return ledger;
    }

    @AfterEach
    void close() {
        ledgers.forEach(Ledger::close);
        database.close();
    }

    private static List<RangeFile> file(String name) {
        return List.of(new RangeFile(new FileFacts(name, 7, 70, "a".repeat(64), 2), 90));
    }

    private void endLeases() {
        TestDatabases.execute(database, "UPDATE waybill_range SET lease_until_ms = 1 WHERE lease_until_ms IS NOT NULL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "sqlite"})
    void rangesAreLeasedReadAndKeptInTheirOrder(String product) {
        open(product);
        Divisions worker = another().divisions();

        assertThat(worker.open()).containsExactly(DIVISION);
        assertThat(coordinator.divisions().open()).isEmpty(); // its own
        RangeLease first = coordinator.divisions().lease(DIVISION).orElseThrow();
        RangeLease second = worker.lease(DIVISION).orElseThrow();
        assertThat(first).isEqualTo(new RangeLease(RUN, 1, 1, null, "10"));
        assertThat(second).isEqualTo(new RangeLease(RUN, 2, 1, "10", "20"));
        assertThat(worker.done(second, file("2.csv"))).isTrue();
        assertThat(coordinator.divisions().done(first, List.of())).isTrue();

        assertThat(worker.lease(DIVISION)).contains(new RangeLease(RUN, 3, 1, "20", "größer"));
        assertThat(coordinator.divisions().lease(DIVISION)).contains(new RangeLease(RUN, 4, 1, "größer", null));
        assertThat(worker.lease(DIVISION)).isEmpty();
        assertThat(coordinator.divisions().files(RUN, 2)).isEqualTo(file("2.csv"));
        assertThat(coordinator.divisions().of(RUN)).extracting(RangeState::rows).containsExactly(0L, 7L, null, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void whoIsNotHeardOfLosesItsRangeAndRecordsNothing(String product) {
        open(product);
        Divisions lost = another().divisions();
        Divisions next = another().divisions();
        RangeLease before = lost.lease(DIVISION).orElseThrow();

        endLeases();
        assertThat(lost.renew(before)).isTrue(); // in time: nobody else has asked
        endLeases();
        RangeLease after = next.lease(DIVISION).orElseThrow();

        assertThat(after).isEqualTo(new RangeLease(RUN, 1, 2, null, "10"));
        assertThat(lost.renew(before)).isFalse();
        assertThat(lost.done(before, file("lost.csv"))).isFalse();
        lost.giveBack(before);
        assertThat(next.renew(after)).isTrue();
        assertThat(next.done(after, file("next.csv"))).isTrue();
        assertThat(next.done(after, file("again.csv"))).isFalse();
        assertThat(coordinator.divisions().files(RUN, 1)).isEqualTo(file("next.csv"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void aRangeThatIsGivenBackIsAnybodysAtOnce(String product) {
        open(product);
        Divisions worker = another().divisions();

        worker.giveBack(worker.lease(DIVISION).orElseThrow());

        assertThat(coordinator.divisions().lease(DIVISION)).contains(new RangeLease(RUN, 1, 2, null, "10"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void noMoreReadThanTheFlowSays(String product) {
        open(product);

        assertThat(another().divisions().lease(DIVISION)).isPresent();
        assertThat(another().divisions().lease(DIVISION)).isPresent();
        // one of the three is who runs it, be it busy or not
        assertThat(another().divisions().lease(DIVISION)).isEmpty();
        assertThat(coordinator.divisions().lease(DIVISION)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void manyWhoAskAtOnceGetARangeEach(String product) throws Exception {
        open(product);
        Division wide = new Division(RUN, "orders", "d".repeat(64), "UTC", null, "token", 64);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Optional<RangeLease>>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Divisions worker = another().divisions();
                all.add(() -> worker.lease(wide));
            }
            List<Integer> numbers = new ArrayList<>();
            for (Future<Optional<RangeLease>> lease : threads.invokeAll(all)) {
                lease.get().map(RangeLease::number).ifPresent(numbers::add);
            }
            assertThat(numbers).containsExactlyInAnyOrder(1, 2, 3, 4);
        } finally {
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void withTheRunAllItsLeasesEnd(String product) {
        open(product);
        Divisions worker = another().divisions();
        RangeLease lease = worker.lease(DIVISION).orElseThrow();
        Ledger next = another();
        TestDatabases.execute(
                database,
                "UPDATE waybill_lock SET lease_until_ms = 1, lease_boot_ms = 1, owner = 'gone 1 2020-01-01T00:00:00Z'");

        next.takeOver(next.abandoned(RUN).orElseThrow()).orElseThrow();

        assertThat(worker.renew(lease)).isFalse();
        assertThat(worker.done(lease, file("1.csv"))).isFalse();
        assertThat(worker.lease(DIVISION)).isEmpty();
        assertThat(worker.open()).isEmpty();
        assertThat(next.divisions().files(RUN, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql"})
    void whoDoesNotHoldTheRunDoesNotDivideIt(String product) {
        open(product);
        Divisions worker = another().divisions();

        assertThatThrownBy(() -> worker.begin(DIVISION, List.of()))
                .isInstanceOf(WaybillException.class)
                .hasMessageContaining("another process has cleaned up after it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void rangesAreForgottenWithTheirRun(String product) {
        open(product);
        RangeLease lease = coordinator.divisions().lease(DIVISION).orElseThrow();
        coordinator.divisions().done(lease, file("1.csv"));
        coordinator.fail(RUN, RunEntry.Status.FAILED, 0, "so", null);

        coordinator.forget(Clock.systemUTC().instant().plusSeconds(60), 10);

        assertThat(coordinator.divisions().of(RUN)).isEmpty();
        assertThat(coordinator.divisions().files(RUN, 1)).isEmpty();
    }
}
