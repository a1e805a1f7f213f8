package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.WaybillException;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileFacts;
import io.waybill.facts.Seen;
import io.waybill.flow.Window;
import io.waybill.ledger.RunEntry.Status;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger on each database that may hold it. */
class LedgerIT {

    private static final Instant NOW = Instant.parse("2026-01-15T02:00:00Z");

    private static final List<RecordedDelivery> DELIVERIES = List.of(
            RecordedDelivery.planned(new DeliveryFacts("local", "file:/exports", "/exports", "orders.waybill.json")));

    private static final PlannedRun PLANNED =
            new PlannedRun("batch", "invoices", "42", NOW, new Window.Batch("42"), null, DELIVERIES);

    @TempDir
    private Path folder;

    private Instant now = NOW;
    private HikariDataSource database;
    private Ledger ledger;

    private void open(String product) {
        database = switch (product) {
            case "postgresql" -> TestLedgers.postgres();
            case "h2" -> TestLedgers.h2();
            default -> empty(product);
        };
        ledger = another();
    }

    private HikariDataSource empty(String product) {
        return product.equals("sqlite") ? sqlite() : TestDatabases.of(product);
    }

    private HikariDataSource sqlite() {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(TestDatabases.sqlite(folder.resolve("ledger.db")));
        return pool;
    }

    /** The same process, when it is that time. */
    private Ledger at(Instant instant) {
        now = instant;
        return ledger;
    }

    /** That of another process. */
    private Ledger another() {
        return Ledger.open(database, clock(), null);
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    @AfterEach
    void close() {
        ledger.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aRunIsRecordedStageByStage(String product) {
        open(product);

        ledger.begin("orders", "r1");
        assertThat(ledger.find("r1")).singleElement().satisfies(run -> {
            assertThat(run.status()).isEqualTo(Status.RUNNING);
            assertThat(run.stage()).isEqualTo(RunStage.PLAN);
            assertThat(run.owner().words()).isEqualTo(Owner.current().words());
            assertThat(run.startedAt()).isEqualTo(NOW);
            assertThat(run.endedAt()).isNull();
        });
        ledger.planned("r1", PLANNED);
        ledger.ahead(
                "r1",
                1,
                List.of(new FileFacts("a.csv", 2, 10, "a".repeat(64))),
                List.of(List.of("a.csv")),
                List.of("local"));
        assertThat(ledger.find("r1").get(0).stage()).isEqualTo(RunStage.STAGE);
        assertThat(ledger.find("r1").get(0).planned().delivery().ahead()).isEqualTo(1);
        ledger.staged("r1", 2, List.of(new FileFacts("b.csv", 1, 5, "b".repeat(64))), List.of(List.of("b.csv")));
        assertThat(ledger.find("r1").get(0).rows()).isEqualTo(3);
        ledger.committing("r1");
        assertThat(ledger.find("r1").get(0).stage()).isEqualTo(RunStage.COMMIT);
        at(NOW.plusSeconds(7)).commit("r1", 3);

        RunEntry run = at(NOW).runs("orders", Status.DONE, 10).get(0);
        assertThat(run.stage()).isEqualTo(RunStage.END);
        assertThat(run.endedAt()).isEqualTo(NOW.plusSeconds(7));
        assertThat(run.planned())
                .usingRecursiveComparison()
                .ignoringFields("deliveries")
                .isEqualTo(PLANNED);
        assertThat(run.planned().delivery().facts().place()).isEqualTo("/exports");
        assertThat(run.planned().delivery().facts().names()).containsExactly("a.csv", "b.csv");
        assertThat(run.rows()).isEqualTo(3);
        assertThat(run.bytes()).isEqualTo(15);
        assertThat(run.files()).extracting(FileFacts::name).containsExactly("a.csv", "b.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aFlowIsHeldByOneRunAtATime(String product) {
        open(product);
        ledger.begin("orders", "r1");

        assertThatThrownBy(() -> ledger.begin("orders", "r2"))
                .isInstanceOf(WaybillException.class)
                .hasMessage("flow \"orders\" is running since 2026-01-15T02:00:00Z (run r1, "
                        + Owner.current().words() + "); a flow never runs twice at once");
        ledger.begin("others", "r3");
        ledger.fail("r1", Status.FAILED, 0, "x".repeat(5000), null);
        ledger.begin("orders", "r4");

        assertThat(ledger.find("r2")).isEmpty();
        assertThat(ledger.find("r1").get(0).error()).hasSize(4000);
        assertThat(ledger.runs(null, null, 10)).extracting(RunEntry::runId).containsExactly("r4", "r3", "r1");
        assertThat(ledger.runs(null, null, 2)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
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
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
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
        assertThat(ledger.silent()).containsOnly(Map.entry("r1", "its process has ended"));
        assertThatThrownBy(() -> ledger.watermarks().set("dead", "orders", "id", "6"))
                .hasMessage("run r1 of flow \"dead\" is not cleaned up after (its process has ended), and may move its"
                        + " watermark yet; waybill run dead cleans up, and any other run");
        TestDatabases.execute(database, "UPDATE waybill_lock SET lease_until_ms = 0, lease_boot_ms = 0");
        assertThat(ledger.silent()).containsEntry("r2", "its process is not heard of any more");
        Ledger later = at(NOW.plus(Ledger.LEASE).plusSeconds(1));
        later.renew("r3");
        assertThat(later.abandoned()).extracting(RunEntry::runId).containsExactlyInAnyOrder("r1", "r2");
        RunEntry silent = later.abandoned().stream()
                .filter(run -> run.flow().equals("silent"))
                .findFirst()
                .orElseThrow();
        assertThat(later.takeOver(silent)).map(RunEntry::attempt).contains(2);
        assertThat(later.takeOver(silent)).isEmpty();
        later.fail("r2", Status.INTERRUPTED, 0, "gone", null);
        later.begin("silent", "r4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aRunGoesOnHoweverTheClocksAreSet(String product) {
        open(product);
        ledger.begin("here", "r1");
        ledger.begin("there", "r2");
        TestDatabases.execute(
                database,
                "UPDATE waybill_lock SET owner = '" + new Owner("elsewhere", 1, NOW)
                        + "', lease_boot_ms = NULL WHERE flow = 'there'");

        for (Instant clock : List.of(NOW.minusSeconds(86_400), NOW, NOW.plusSeconds(30), NOW.plusSeconds(86_400))) {
            assertThat(at(clock).abandoned()).isEmpty();
        }
        // the clock of the database is set: of no importance to a process of the same machine
        TestDatabases.execute(database, "UPDATE waybill_lock SET lease_until_ms = 0");
        assertThat(ledger.abandoned()).extracting(RunEntry::runId).containsExactly("r2");
        assertThat(ledger.renew("r1")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aRunThatIsSilentOnItsOwnMachineLosesTheFlowByTheKernelsClock(String product) {
        open(product);
        ledger.begin("here", "r1");
        TestDatabases.execute(database, "UPDATE waybill_lock SET lease_boot_ms = " + (Kernel.uptimeMs() - 1));

        assertThat(ledger.abandoned()).extracting(RunEntry::runId).containsExactly("r1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aRunIsFoundByTheEndsOfItsId(String product) {
        open(product);
        ledger.begin("a", "20260115T020000-aaaaaa");
        ledger.begin("b", "20260115T020000-bbbbbb");

        assertThat(ledger.find("bbbbbb")).extracting(RunEntry::flow).containsExactly("b");
        assertThat(ledger.find("2026")).hasSize(2);
        assertThat(ledger.find("%")).isEmpty();
    }

    private static PlannedRun upTo(String high, Long version) {
        return new PlannedRun(
                "full", "orders", null, NOW, new Window.Range("id", null, high, false), version, DELIVERIES);
    }

    private void run(String id, PlannedRun planned) {
        ledger.begin("orders", id);
        ledger.planned(id, planned);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aCommitMovesTheWatermarkAndAFailureDoesNot(String product) {
        open(product);

        run("r1", upTo("10", 0L));
        ledger.fail("r1", Status.FAILED, 5, "no", null);
        assertThat(ledger.watermarks().find("orders")).isEmpty();
        run("r2", upTo("10", 0L));
        ledger.commit("r2", 5);
        run("r3", upTo("20", 1L));
        ledger.commit("r3", 0); // no rows
        run("r4", upTo("30", 1L));
        ledger.commit("r4", 1);
        run("r5", upTo("40", null)); // an old window again
        ledger.commit("r5", 1);

        assertThat(ledger.watermarks().find("orders"))
                .contains(new Watermark("orders", "orders", "id", "30", 2, "r4", NOW));
        assertThat(ledger.watermarks().all()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aWatermarkThatAnotherHasMovedIsLeftAsItIs(String product) {
        open(product);
        run("r1", upTo("10", 0L));
        ledger.commit("r1", 5);

        for (Long stale : List.of(0L, 7L)) {
            run("stale" + stale, upTo("99", stale));
            assertThatThrownBy(() -> ledger.commit("stale" + stale, 5))
                    .hasMessageStartingWith(
                            "the watermark of flow \"orders\" was moved by somebody else during the run");
            assertThat(ledger.find("stale" + stale).get(0).status()).isEqualTo(Status.RUNNING);
            ledger.fail("stale" + stale, Status.FAILED, 5, "moved", null);
        }

        assertThat(ledger.watermarks().find("orders").orElseThrow().value()).isEqualTo("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aWatermarkIsMovedByHandWhileNothingRunsAndThatIsOnRecord(String product) {
        open(product);
        ledger.watermarks().set("orders", "orders", "id", "5");
        run("r1", upTo("10", 1L));
        assertThatThrownBy(() -> ledger.watermarks().set("orders", "orders", "id", "6"))
                .hasMessage("flow \"orders\" is running (run r1), and would overwrite its watermark; wait for its end");
        assertThatThrownBy(() -> ledger.watermarks().reset("orders")).hasMessageContaining("is running (run r1)");
        ledger.commit("r1", 5);

        assertThat(ledger.watermarks().reset("orders")).isTrue();
        assertThat(ledger.watermarks().reset("orders")).isFalse();

        assertThat(ledger.watermarks().find("orders")).isEmpty();
        assertThat(ledger.audit().latest(10))
                .extracting(Audit.Entry::action, Audit.Entry::subject, Audit.Entry::detail)
                .containsExactlyInAnyOrder(
                        tuple("watermark set", "orders", "id: none -> 5"),
                        tuple("watermark reset", "orders", "id: 10 -> none"));
        assertThat(ledger.audit().latest(1).get(0).actor()).isEqualTo(System.getProperty("user.name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aBoundThatIsNotSafeYetIsKeptForLater(String product) {
        open(product);
        Watermarks watermarks = ledger.watermarks();
        Seen observation = new Seen("10", Set.of("3/17", "4/2"));

        watermarks.observe("orders", "orders", "id", new Seen("9", Set.of("1/1")));
        watermarks.observe("orders", "orders", "id", observation);

        assertThat(watermarks.observation("orders", "orders", "id")).contains(observation);
        assertThat(watermarks.observation("orders", "orders", "other")).isEmpty();
        watermarks.observe("orders", "orders", "id", null);
        assertThat(watermarks.observation("orders", "orders", "id")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aRunThatAnotherProcessHasEndedDoesNotGoOn(String product) {
        open(product);
        ledger.begin("orders", "r1");
        ledger.planned("r1", PLANNED);
        assertThat(ledger.isHeld("r1")).isTrue();
        assertThat(ledger.renew("r1")).isTrue();
        ledger.requireHeld("r1");
        ledger.fail("r1", Status.INTERRUPTED, 0, "silent", null); // as another process would

        String gone =
                "run r1 was not heard of for 60 seconds, and another process has cleaned up after it; run the flow again";
        assertThat(ledger.isHeld("r1")).isFalse();
        assertThat(ledger.renew("r1")).isFalse();
        assertThatThrownBy(() -> ledger.requireHeld("r1")).hasMessage(gone);
        assertThatThrownBy(() -> ledger.staged("r1", 1, List.of(new FileFacts("a", 1, 1, "a".repeat(64))), List.of()))
                .hasMessage(gone);
        assertThatThrownBy(() -> ledger.committing("r1")).hasMessage(gone);
        assertThatThrownBy(() -> ledger.commit("r1", 1)).hasMessage(gone);
        assertThat(ledger.find("r1").get(0).files()).isEmpty();
        assertThat(ledger.find("r1").get(0).status()).isEqualTo(Status.INTERRUPTED);
    }

    private void letLeasesRunOut() {
        TestDatabases.execute(database, "UPDATE waybill_lock SET lease_until_ms = 0, lease_boot_ms = 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void whoWasTakenForDeadChangesNothingAnyMoreAlsoWhenItsRunIsGivenBack(String product) {
        open(product);
        run("r1", PLANNED);
        letLeasesRunOut();
        try (Ledger other = another()) { // of the same process number on the same host
            RunEntry taken = other.takeOver(other.abandoned().get(0)).orElseThrow();
            assertThat(taken.attempt()).isEqualTo(2);
            other.giveBack(taken);

            assertThat(ledger.isHeld("r1")).isFalse();
            assertThat(ledger.renew("r1")).isFalse();
            List<FileFacts> files = List.of(new FileFacts("a.csv", 1, 1, "a".repeat(64)));
            List<ThrowingCallable> writes = List.of(
                    () -> ledger.planned("r1", PLANNED),
                    () -> ledger.ahead("r1", 1, files, List.of(List.of("a.csv")), List.of("local")),
                    () -> ledger.staged("r1", 1, files, List.of(List.of("a.csv"))),
                    () -> ledger.delivering("r1", "local", 1, 0, RecordedDelivery.Status.OPEN, null),
                    () -> ledger.committing("r1"),
                    () -> ledger.delivered("r1"),
                    () -> ledger.commit("r1", 1));
            writes.forEach(write -> assertThatThrownBy(write).hasMessageContaining("was not heard of for 60 seconds"));
            ledger.fail("r1", Status.FAILED, 0, "too late", null);

            assertThat(ledger.run("r1").orElseThrow().status()).isEqualTo(Status.RUNNING);
            assertThat(other.takeOver(other.abandoned().get(0))).isPresent();
            other.commit("r1", 0);
        }
        ledger.begin("orders", "r2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void ofACommitAndATakeoverAtTheSameTimeOneComesToIt(String product) throws Exception {
        open(product);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Ledger other = another()) {
            for (int i = 0; i < 20; i++) {
                String id = "r" + i;
                run(id, PLANNED);
                letLeasesRunOut();
                RunEntry abandoned = other.abandoned().get(0);
                List<Callable<Boolean>> both = List.of(
                        () -> commits(id), () -> other.takeOver(abandoned).isPresent());
                List<Boolean> won = new ArrayList<>();
                for (Future<Boolean> one : threads.invokeAll(both)) {
                    won.add(one.get());
                }

                assertThat(won).as("committed, taken over").containsOnlyOnce(true);
                if (won.get(1)) {
                    other.fail(id, Status.INTERRUPTED, 0, "gone", null);
                }
                assertThat(ledger.run(id).orElseThrow().status())
                        .isEqualTo(won.get(0) ? Status.DONE : Status.INTERRUPTED);
            }
        }
        threads.shutdown();
    }

    private boolean commits(String runId) {
        try {
            ledger.commit(runId, 0);
            return true;
        } catch (WaybillException e) {
            assertThat(e).hasMessageContaining("another process has cleaned up after it");
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aRunIsLaterThanThoseBeforeItThoughTheClockOfItsProcessIsBehind(String product) {
        open(product);
        run("first", PLANNED);
        ledger.staged("first", 1, List.of(new FileFacts("a.csv", 1, 1, "a".repeat(64))), List.of(List.of("a.csv")));
        ledger.fail("first", Status.FAILED, 1, "no", "/dead-letter/first");
        now = NOW.minusSeconds(60);
        try (Ledger behind = another()) {
            behind.begin("orders", "second");
            behind.planned("second", PLANNED);
            behind.staged(
                    "second", 1, List.of(new FileFacts("a.csv", 1, 1, "a".repeat(64))), List.of(List.of("a.csv")));
            behind.commit("second", 1);
        }

        assertThat(ledger.runs("orders", null, 10)).extracting(RunEntry::runId).containsExactly("second", "first");
        assertThat(ledger.deliveredSince(ledger.run("first").orElseThrow()))
                .as("the older file does not come to replace the newer one")
                .containsOnly(Map.entry("/exports a.csv", "second"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void processesKnowEachOtherByIdsOfTheirOwnAndTheDatabasesClock(String product) {
        open(product);
        ledger.nodes().seen(true);
        now = NOW.plusSeconds(60);
        Ledger other = another();
        other.nodes().seen(true);
        ledger.begin("orders", "r1");

        List<Nodes.Node> nodes = ledger.nodes().all();
        assertThat(nodes).hasSize(2).allMatch(Nodes.Node::isThere).allMatch(Nodes.Node::triggers);
        assertThat(nodes)
                .extracting(Nodes.Node::host, Nodes.Node::pid)
                .containsOnly(tuple(nodes.get(0).host(), ProcessHandle.current().pid()));
        assertThat(nodes).extracting(Nodes.Node::id).doesNotHaveDuplicates();
        assertThat(ledger.nodes().hostsElsewhere()).as("they share their files").isEmpty();
        assertThat(nodes)
                .extracting(Nodes.Node::migration)
                .containsOnly(Migrations.newest().orElseThrow());
        assertThat(nodes)
                .filteredOn(Nodes.Node::isHere)
                .singleElement()
                .extracting(Nodes.Node::runs)
                .isEqualTo(Map.of("orders", "r1"));
        Nodes.Neighbours neighbours = other.nodes().neighbours(NOW);
        assertThat(neighbours.ids()).hasSize(2).contains(neighbours.id());
        assertThat(neighbours
                        .behind()
                        .minus(other.nodes().neighbours(NOW.plusSeconds(60)).behind()))
                .as("a clock that is a minute ahead")
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));

        TestDatabases.execute(
                database,
                "UPDATE waybill_node SET seen_ms = seen_ms - 61000 WHERE node_id = '" + neighbours.id() + "'");
        assertThat(ledger.nodes().all())
                .filteredOn(node -> !node.isThere())
                .singleElement()
                .satisfies(silent -> {
                    assertThat(silent.id()).isEqualTo(neighbours.id());
                    assertThat(silent.gone()).isEqualTo("it is not heard of any more");
                });
        assertThat(ledger.nodes().neighbours(NOW).ids()).doesNotContain(neighbours.id());
        other.nodes().seen(false);
        assertThat(ledger.nodes().neighbours(NOW).ids())
                .as("it starts nothing by triggers")
                .hasSize(1);
        other.nodes().seen(true);
        TestDatabases.execute(
                database,
                "UPDATE waybill_node SET owner = 'far.example 4711 2026-01-15T10:00:00Z' WHERE node_id = '"
                        + neighbours.id() + "'");
        assertThat(ledger.nodes().hostsElsewhere()).containsExactly("far.example");
        other.nodes().leave();
        other.close();
        assertThat(ledger.nodes().hostsElsewhere()).isEmpty();
        assertThat(ledger.nodes().all()).singleElement().matches(Nodes.Node::isHere);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void runsOfTheSameNamesSinceAreFoundAndNoOthers(String product) {
        open(product);
        run("old", PLANNED);
        ledger.staged("old", 1, List.of(new FileFacts("a.csv", 1, 1, "a".repeat(64))), List.of(List.of("a.csv")));
        ledger.fail("old", Status.FAILED, 1, "no", "/dead-letter/old");
        ledger = at(NOW.plusSeconds(1));
        for (String name : List.of("a.csv", "b.csv")) {
            run("later-" + name, PLANNED);
            ledger.staged(
                    "later-" + name, 1, List.of(new FileFacts(name, 1, 1, "a".repeat(64))), List.of(List.of(name)));
            ledger.commit("later-" + name, 1);
        }

        assertThat(ledger.deliveredSince(ledger.run("old").orElseThrow()))
                .containsOnly(Map.entry("/exports a.csv", "later-a.csv"));
        assertThat(ledger.forget(NOW.plusSeconds(3600), 100)).isEqualTo(2); // but for the one whose files are kept
        assertThat(ledger.runs(null, null, 10)).extracting(RunEntry::runId).containsExactly("old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void forgetsNoMoreThanItIsAskedToAndTheOldestFirst(String product) {
        open(product);
        for (int i = 1; i <= 4; i++) {
            ledger = at(NOW.plusSeconds(i));
            ledger.begin("orders", "run-" + i);
            ledger.commit("run-" + i, 1);
        }

        assertThat(ledger.forget(NOW.plusSeconds(60), 3)).isEqualTo(3);

        assertThat(ledger.runs(null, null, 10)).extracting(RunEntry::runId).containsExactly("run-4");
        assertThat(ledger.forget(NOW.plusSeconds(60), 3)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void tellsThoseThatWereInterruptedFromThoseThatHaveFailed(String product) {
        open(product);
        for (Status status : List.of(Status.FAILED, Status.INTERRUPTED)) {
            ledger.begin("orders", "run-" + status);
            ledger.fail("run-" + status, status, 1, "no", "/dead-letter/" + status);
        }

        assertThat(ledger.interrupted()).extracting(RunEntry::runId).containsExactly("run-INTERRUPTED");
        assertThat(ledger.undelivered()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void beginsNoRunWhileOneThatWasInterruptedIsToBeDelivered(String product) {
        open(product);
        ledger.begin("orders", "left");
        ledger.fail("left", Status.INTERRUPTED, 1, "its process ended", "/dead-letter/left");

        assertThatThrownBy(() -> ledger.begin("orders", "next"))
                .isInstanceOf(DeliveryLeftException.class)
                .hasMessage(
                        "flow \"orders\" has to deliver what is left of run left first, which another process has just cleaned up"
                                + " after; run the flow again");
        assertThat(ledger.run("next")).isEmpty();
        ledger.begin("invoices", "other");
        ledger.begin("orders", "in-spite-of-it", null, Set.of("left"));

        assertThat(ledger.isHeld("in-spite-of-it")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void isMadeOnceByManyThatOpenItAtOnce(String product) throws Exception {
        database = empty(product);
        database.setMaximumPoolSize(12); // each takes more than one while it makes the tables
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<Ledger>> opened = java.util.Collections.nCopies(4, this::another);
        for (Future<Ledger> open : threads.invokeAll(opened)) {
            ledger = open.get();
        }
        threads.shutdown();

        run("r1", PLANNED);
        assertThat(ledger.run("r1")).isPresent();
    }

    /** A machine that sleeps, or a network that is cut: nobody tells the database. */
    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void whoIsSilentInTheMidstOfATransactionHoldsNobodyUp(String product) throws Exception {
        open(product);
        ledger.begin("orders", "r1");
        String rename = "UPDATE waybill_lock SET flow = ? WHERE run_id = 'r1'";
        LedgerDatabase frozen = LedgerDatabase.open(database, Duration.ofSeconds(1));
        CountDownLatch goesOn = new CountDownLatch(1);
        CountDownLatch hasWritten = new CountDownLatch(1);
        CompletableFuture<Integer> silent = CompletableFuture.supplyAsync(() -> frozen.inTransaction(transaction -> {
            transaction.execute(rename, "silent");
            hasWritten.countDown();
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return transaction.execute(rename, "still there");
        }));
        hasWritten.await();

        LedgerDatabase other = LedgerDatabase.open(database);
        other.inTransaction(transaction -> transaction.execute(rename, "of another"));

        goesOn.countDown();
        assertThatThrownBy(silent::join).hasCauseInstanceOf(WaybillException.class);
        assertThat(other.<String>call(handle -> handle.select("SELECT flow FROM waybill_lock")
                        .mapTo(String.class)
                        .one()))
                .isEqualTo("of another");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void isRefusedWhenAMigrationHasFailedOrIsOfALaterVersion(String product) {
        open(product);
        String quote = product.equals("mariadb") ? "`" : "\"";
        String insert =
                "INSERT INTO 'waybill_schema_history' ('installed_rank', 'version', 'description', 'type', 'script',"
                                .replace("'", quote)
                        + " 'installed_by', 'execution_time', 'success') VALUES (900, ".replace("'", quote);
        TestDatabases.execute(database, insert + "'99', 'later', 'SQL', 'V99__later.sql', 'somebody', 1, true)");
        try (Ledger compatible =
                another()) { // a node of a later version has migrated it, and says nothing against this one
            compatible.begin("orders", "r1");
            compatible.commit("r1", 0);
        }
        ledger.begin("orders", "under way");
        TestDatabases.execute(database, "INSERT INTO waybill_oldest (migration) VALUES (99)");
        assertThatThrownBy(() -> ledger.begin("others", "r2"))
                .as("a process that was there before begins nothing any more")
                .hasMessageStartingWith(
                        "the ledger is of a later version of Waybill: its tables are of migration 99, and");
        assertThat(ledger.run("r2")).isEmpty();
        ledger.commit("under way", 0);
        assertThatThrownBy(this::another)
                .hasMessage("the ledger is of a later version of Waybill: its tables are of migration 99, and this"
                        + " version knows " + Migrations.newest().orElseThrow() + "; use that version or a later one");
        TestDatabases.execute(
                database,
                "UPDATE 'waybill_schema_history' SET 'success' = false WHERE 'version' = ".replace("'", quote)
                        + "'99'");
        assertThatThrownBy(this::another)
                .hasMessageStartingWith(
                        "the ledger's tables are not whole: migration 99 (later) has failed before. Put the database back");
    }
}
