package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.ledger.Occasion.Due;
import io.waybill.ledger.Occasion.News;
import io.waybill.ledger.RunEntry.Status;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What triggers start, and what pauses keep from starting, in each database that may hold a ledger. */
class FiringsIT {

    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Due NIGHTLY = new Due("orders.trigger.nightly", Instant.parse("2026-01-15T02:00:00Z"));

    @TempDir
    private Path folder;

    private HikariDataSource database;
    private Ledger ledger;

    private void open(String product) {
        database = switch (product) {
            case "postgresql" -> TestLedgers.postgres();
            case "h2" -> TestLedgers.h2();
            case "sqlite" -> TestDatabases.newSqlite(folder);
            default -> TestDatabases.of(product);
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

    private void done(String runId) {
        ledger.commit(runId, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aTimeHasOneRunHoweverManyTryAtOnce(String product) throws Exception {
        open(product);
        List<Callable<String>> tries = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String runId = "r" + i;
            tries.add(() -> {
                try {
                    ledger.begin("orders", runId, NIGHTLY);
                    done(runId);
                    return "ran";
                } catch (FiredAlreadyException e) {
                    return e.getMessage();
                }
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<String> outcomes = new ArrayList<>();
        for (Future<String> outcome : threads.invokeAll(tries)) {
            outcomes.add(outcome.get());
        }
        threads.shutdown();

        assertThat(outcomes).filteredOn("ran"::equals).hasSize(1);
        assertThat(outcomes)
                .filteredOn(outcome -> !outcome.equals("ran"))
                .hasSize(5)
                .containsOnly("flow \"orders\": what orders.trigger.nightly fires for has its run already");
        assertThat(ledger.runs("orders", null, 10)).hasSize(1);
        assertThat(ledger.firings().isFired("orders", NIGHTLY)).isTrue();
        assertThat(ledger.firings().isFired("others", NIGHTLY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aTimeIsNotHadWhereItsRunCannotBegin(String product) {
        open(product);
        ledger.begin("orders", "other");

        assertThatThrownBy(() -> ledger.begin("orders", "r1", NIGHTLY))
                .isInstanceOf(FlowHeldException.class)
                .hasMessageContaining("is running since 2026-01-15T12:00:00Z (run other, ");
        assertThat(ledger.firings().isFired("orders", NIGHTLY)).isFalse();
        done("other");
        ledger.begin("orders", "r1", NIGHTLY);

        assertThat(ledger.run("r1")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aTimeThatIsLeftOutHasHadItsTurn(String product) {
        open(product);
        ledger.firings().leaveOut("orders", NIGHTLY, NOW);
        ledger.firings().leaveOut("orders", NIGHTLY, NOW);

        assertThatThrownBy(() -> ledger.begin("orders", "r1", NIGHTLY)).isInstanceOf(FiredAlreadyException.class);
        Due again = new Due(NIGHTLY.trigger(), NIGHTLY.due(), true, null);
        assertThatThrownBy(() -> ledger.begin("orders", "r1", again)).isInstanceOf(FiredAlreadyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aRunThatNobodySawAnythingOfOrHadNoChanceGivesItsTimeToAnother(String product) {
        open(product);
        ledger.begin("orders", "killed", NIGHTLY);
        ledger.fail("killed", Status.INTERRUPTED, 0, "", null);
        assertThatThrownBy(() -> ledger.begin("orders", "r1", NIGHTLY)).isInstanceOf(FiredAlreadyException.class);
        Due missed = new Due(NIGHTLY.trigger(), NIGHTLY.due(), true, null);
        ledger.begin("orders", "r2", missed);
        ledger.fail("r2", Status.FAILED, 0, "its database is away", null);

        assertThatThrownBy(() -> ledger.begin("orders", "r3", missed)).isInstanceOf(FiredAlreadyException.class);
        Due instead = new Due(NIGHTLY.trigger(), NIGHTLY.due(), false, "r2");
        assertThat(ledger.firings().isFired("orders", instead)).isFalse();
        ledger.begin("orders", "r4", instead);

        done("r4");
        assertThatThrownBy(() -> ledger.begin("orders", "r5", instead)).isInstanceOf(FiredAlreadyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void theTablesThatARunHasDoneAreThoseOfTheRunThatHasItsTimeInItsPlace(String product) {
        open(product);
        ledger.begin("orders", "killed", NIGHTLY);
        ledger.begin("orders/a", "a", new Occasion.OfTable("killed"));
        done("a");
        ledger.begin("orders/b", "b", new Occasion.OfTable("killed"));
        ledger.fail("b", Status.INTERRUPTED, 0, "", null);
        ledger.fail("killed", Status.INTERRUPTED, 0, "", null);

        ledger.begin("orders", "again", new Due(NIGHTLY.trigger(), NIGHTLY.due(), true, null));

        assertThat(ledger.tables().of("again")).extracting(RunEntry::runId).containsExactly("a");
        assertThat(ledger.tables().of("killed")).extracting(RunEntry::runId).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aRunThatHasComeToItsEndAfterAllOrWhoseFilesAreKeptKeepsItsTime(String product) {
        open(product);
        Due instead = new Due(NIGHTLY.trigger(), NIGHTLY.due(), false, "r1");
        ledger.begin("orders", "r1", NIGHTLY);
        // what was away may have kept its end from the ledger
        assertThat(ledger.firings().isFired("orders", instead)).isFalse();
        done("r1");

        assertThat(ledger.firings().isFired("orders", instead)).isTrue();
        assertThatThrownBy(() -> ledger.begin("orders", "r2", instead)).isInstanceOf(FiredAlreadyException.class);

        Due later = new Due(NIGHTLY.trigger(), NIGHTLY.due().plusSeconds(1), false, "r3");
        ledger.begin("orders", "r3", later);
        ledger.fail("r3", Status.FAILED, 0, "", "dead-letter/r3");
        assertThat(ledger.firings().isFired("orders", later)).isTrue();
        assertThatThrownBy(() -> ledger.begin("orders", "r4", later)).isInstanceOf(FiredAlreadyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void idsThatDifferInCaseAreTwo(String product) {
        open(product);
        Due other = new Due(NIGHTLY.trigger().toUpperCase(Locale.ROOT), NIGHTLY.due());
        ledger.begin("orders", "r1", NIGHTLY);
        ledger.begin("Orders", "r2", NIGHTLY);
        done("r1");
        ledger.begin("orders", "r3", other);
        ledger.pauses().pause("orders");

        assertThat(ledger.runs("orders", null, 10)).extracting(RunEntry::runId).containsExactlyInAnyOrder("r1", "r3");
        assertThat(ledger.pauses().find("Orders")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void newDataIsOneRunsOfThoseThatHaveSeenTheSame(String product) {
        open(product);
        ledger.begin("orders", "r1", new News("orders.trigger.fresh", "41", null));
        done("r1");

        assertThatThrownBy(() -> ledger.begin("orders", "r2", new News("orders.trigger.fresh", "42", null)))
                .isInstanceOf(FiredAlreadyException.class);
        ledger.begin("orders", "r3", new News("orders.trigger.fresh", "42", "r1"));

        assertThat(ledger.firings().lastNews("orders", "orders.trigger.fresh"))
                .contains(new Firings.LastNews("42", "r3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aTriggerIsKnownSinceItSaysWhatItSays(String product) {
        open(product);
        Firings firings = ledger.firings();

        assertThat(firings.knownSince("orders", "t", "at 02:00", NOW)).isEqualTo(NOW);
        assertThat(firings.knownSince("orders", "t", "at 02:00", NOW.plusSeconds(9)))
                .isEqualTo(NOW);
        assertThat(firings.knownSince("orders", "t", "at 03:00", NOW.plusSeconds(9)))
                .isEqualTo(NOW.plusSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void ofProcessesThatStartTogetherAllKnowANewTriggerSinceTheFirst(String product) throws Exception {
        open(product);
        List<Callable<Instant>> starts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Instant now = NOW.plusSeconds(i);
            starts.add(() -> ledger.firings().knownSince("orders", "t", "at 02:00", now));
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        Set<Instant> known = new HashSet<>();
        for (Future<Instant> start : threads.invokeAll(starts)) {
            known.add(start.get());
        }
        threads.shutdown();

        assertThat(known).containsExactly(ledger.firings().knownSince("orders", "t", "at 02:00", NOW.plusSeconds(9)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void whatFellIntoAnEarlierPauseIsNotMissedOnceAnotherHasCome(String product) {
        open(product);
        ledger.firings().knownSince("orders", "t", "at 02:00", NOW);
        at(NOW.plusSeconds(10)).pauses().pause("orders");
        at(NOW.plusSeconds(20)).pauses().resume("orders");
        assertThat(ledger.firings().knownSince("orders", "t", "at 02:00", NOW.plusSeconds(25)))
                .isEqualTo(NOW);

        at(NOW.plusSeconds(30)).pauses().pause("orders");

        assertThat(ledger.firings().knownSince("orders", "t", "at 02:00", NOW.plusSeconds(35)))
                .isEqualTo(NOW.plusSeconds(20));
        assertThat(at(NOW.plusSeconds(40)).pauses().pause("orders")).isFalse();
        assertThat(ledger.pauses().find("orders").orElseThrow().since()).isEqualTo(NOW.plusSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void timesAreForgottenButForEachTriggersLast(String product) {
        open(product);
        Due later = new Due(NIGHTLY.trigger(), NIGHTLY.due().plusSeconds(1));
        Due other = new Due("orders.trigger.yearly", NIGHTLY.due());
        for (Due due : List.of(NIGHTLY, later, other)) {
            ledger.firings().leaveOut("orders", due, NOW);
        }

        ledger.firings().forget(NOW);
        assertThat(ledger.firings().isFired("orders", NIGHTLY)).isTrue();
        ledger.firings().forget(NOW.plusSeconds(1));

        assertThat(List.of(NIGHTLY, later, other))
                .extracting(due -> ledger.firings().isFired("orders", due))
                .containsExactly(false, true, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aPauseLastsUntilItIsEndedAndIsOnRecord(String product) {
        open(product);
        Pauses pauses = ledger.pauses();
        assertThat(pauses.resume("orders")).isFalse();
        assertThat(pauses.pause("orders")).isTrue();
        assertThat(pauses.pause("orders")).isFalse();
        assertThat(pauses.find("orders")).get().satisfies(pause -> {
            assertThat(pause.since()).isEqualTo(NOW);
            assertThat(pause.actor()).isEqualTo(System.getProperty("user.name"));
        });
        assertThat(pauses.all()).extracting(Pauses.Pause::flow).containsExactly("orders");
        assertThat(pauses.covers("orders", NOW.minusMillis(1))).isFalse();
        assertThat(pauses.covers("orders", NOW.plusSeconds(99))).isTrue();

        assertThat(at(NOW.plusSeconds(9)).pauses().resume("orders")).isTrue();

        assertThat(pauses.find("orders")).isEmpty();
        assertThat(pauses.all()).isEmpty();
        assertThat(pauses.covers("orders", NOW.plusSeconds(8))).isTrue();
        assertThat(pauses.covers("orders", NOW.plusSeconds(9))).isFalse();
        assertThat(pauses.pause("orders")).isTrue();
        assertThat(ledger.audit().of("orders"))
                .extracting(Audit.Entry::action)
                .containsExactlyInAnyOrder("pause", "resume", "pause");
        assertThat(pauses.all())
                .extracting(Pauses.Pause::flow, Pauses.Pause::since)
                .containsExactly(tuple("orders", NOW));
    }
}
