package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.Tokens.DailyLimits;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a ledger keeps of those who come by the server, on each database that a ledger can be in. */
class ServerRecordsIT {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    static Stream<Arguments> databases() {
        return Stream.of(
                Arguments.of("H2", (Supplier<HikariDataSource>) TestDatabases::h2),
                Arguments.of("PostgreSQL", (Supplier<HikariDataSource>) TestDatabases::postgres),
                Arguments.of("MariaDB", (Supplier<HikariDataSource>) TestDatabases::mariadb));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("databases")
    void countsWhatIsUndeliveredUntilItIsGivenUp(String name, Supplier<HikariDataSource> database) {
        try (HikariDataSource opened = database.get();
                Ledger ledger = Ledger.open(opened, Clock.fixed(NOW, ZoneOffset.UTC), null)) {
            History history = ledger.server().history();
            for (String run : List.of("run-1", "run-2", "run-3")) {
                ledger.begin("orders", run, null);
                ledger.fail(run, Status.FAILED, 0, "away", run.equals("run-3") ? null : "/letters/" + run);
            }
            ledger.begin("orders", "run-4", null);
            ledger.fail("run-4", Status.QUARANTINED, 0, "few", "/letters/run-4");
            assertThat(history.deadLetters()).containsOnly(Map.entry("orders", 2L));
            assertThat(ledger.undelivered()).extracting(RunEntry::runId).containsExactly("run-1", "run-2");
            assertThat(ledger.discard(ledger.run("run-1").orElseThrow(), "ann")).isTrue();
            assertThat(history.deadLetters()).containsOnly(Map.entry("orders", 1L));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("databases")
    void namesTheFlowsThatHaveRunsAndThoseOfCallsWhereTheyAreAskedFor(
            String name, Supplier<HikariDataSource> database) {
        try (HikariDataSource opened = database.get();
                Ledger ledger = Ledger.open(opened, Clock.fixed(NOW, ZoneOffset.UTC), null)) {
            ledger.begin(RunTotal.flowOfCall("ab"), "run-1");
            ledger.commit("run-1", 1);
            ledger.begin("orders", "run-2");
            ledger.commit("run-2", 1);
            ledger.begin("lines", "run-3");
            History history = ledger.server().history();
            assertThat(history.flows(false)).containsExactly("lines", "orders");
            assertThat(history.flows(true)).containsExactly("export_call_ab", "lines", "orders");
            assertThat(history.latest(List.of("lines", "orders", "none")).keySet())
                    .containsExactlyInAnyOrder("lines", "orders");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("databases")
    void keepsTokensRequestsAndPages(String name, Supplier<HikariDataSource> database) {
        try (HikariDataSource opened = database.get();
                Ledger ledger = Ledger.open(opened, Clock.fixed(NOW, ZoneOffset.UTC), null)) {
            Tokens tokens = ledger.server().tokens();
            assertThat(tokens.any()).isFalse();
            Tokens.Created created =
                    tokens.create("nightly", "view@*", NOW.plusSeconds(1), new DailyLimits(5L, null, 7L));
            assertThat(tokens.open(created.secret())).contains(created.token());
            assertThat(tokens.open(created.secret() + "x")).isEmpty();
            assertThat(tokens.all().get(0).lastUsedAt()).isEqualTo(NOW);
            assertThat(tokens.all().get(0).limits()).isEqualTo(new DailyLimits(5L, null, 7L));
            String id = created.token().id();

            ledger.begin("orders", "run-1", new Occasion.Requested(id, "key", "what"));
            ledger.commit("run-1", 3);
            assertThatThrownBy(() -> ledger.begin("orders", "run-2", new Occasion.Requested(id, "key", "what")))
                    .isInstanceOf(FiredAlreadyException.class);
            ledger.begin("orders", "run-3", new Occasion.Requested(id, null, null));
            ledger.commit("run-3", 4);
            ledger.begin("orders", "run-4", new Occasion.Requested(null, null, null));
            Requests requests = ledger.server().requests();
            assertThat(requests.find("key").orElseThrow().runId()).isEqualTo("run-1");
            assertThat(requests.find("key").orElseThrow().isFor("what")).isTrue();
            assertThat(requests.find("other")).isEmpty();
            assertThat(requests.used(id, NOW.minusSeconds(1))).isEqualTo(new Requests.Used(2, 7, 0));
            assertThat(requests.used(id, NOW.plusSeconds(1))).isEqualTo(new Requests.Used(0, 0, 0));

            History history = ledger.server().history();
            List<History.Line> first = history.page(new History.Asked(null, null, null, null), 2);
            assertThat(first).extracting(line -> line.run().runId()).containsExactly("run-4", "run-3");
            RunEntry last = first.get(1).run();
            assertThat(history.page(
                            new History.Asked(
                                    Set.of("orders"),
                                    Status.DONE,
                                    NOW,
                                    new History.Position(last.startedAt(), last.runId())),
                            2))
                    .extracting(line -> line.run().runId())
                    .containsExactly("run-1");
            assertThat(history.page(new History.Asked(Set.of(), null, null, null), 2))
                    .isEmpty();
            RunTotal total = new RunTotal("orders", Status.DONE, 2, 7, 0, 0, NOW);
            assertThat(history.totals()).containsExactly(total);
            assertThat(history.deadLetters()).isEmpty();
            assertThat(history.flows(true)).containsExactly("orders");

            ledger.forget(NOW.plusSeconds(1), 100);
            assertThat(requests.find("key")).isEmpty();
            assertThat(history.totals()).as("what is forgotten still counts").containsExactly(total);
            assertThat(tokens.revoke(id)).isTrue();
            assertThat(tokens.revoke(id)).isFalse();
            assertThat(tokens.open(created.secret())).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("databases")
    void addsUpWhatRunsComeTo(String name, Supplier<HikariDataSource> database) {
        try (HikariDataSource opened = database.get();
                Ledger ledger = Ledger.open(opened, Clock.fixed(NOW, ZoneOffset.UTC), null)) {
            ledger.begin("orders", "run-1");
            ledger.staged(
                    "run-1",
                    1,
                    List.of(
                            new FileFacts("a.csv", 3, 30, "0".repeat(64)),
                            new FileFacts("b.csv", 2, 20, "1".repeat(64))),
                    List.of());
            ledger.commit("run-1", 5);
            ledger.begin("orders", "run-2");
            ledger.fail("run-2", Status.FAILED, 2, "no room", null);
            ledger.begin("orders", "run-3");
            for (String call : List.of("aa", "bb")) {
                ledger.begin(RunTotal.flowOfCall(call), "run-" + call);
                ledger.commit("run-" + call, 1);
            }
            assertThat(ledger.server().history().totals())
                    .containsExactly(
                            new RunTotal(RunTotal.CALLS, Status.DONE, 2, 2, 0, 0, NOW),
                            new RunTotal("orders", Status.DONE, 1, 5, 50, 0, NOW),
                            new RunTotal("orders", Status.FAILED, 1, 2, 0, 0, NOW));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("databases")
    void keepsWhoOfAProviderHasComeAndWithWhat(String name, Supplier<HikariDataSource> database) {
        try (HikariDataSource opened = database.get();
                Ledger ledger = Ledger.open(opened, Clock.fixed(NOW, ZoneOffset.UTC), null)) {
            Subjects subjects = ledger.server().subjects();
            subjects.came("https://login.example", "17", "ann", "view@*");
            subjects.came("https://login.example", "17", "ann", "create@*");
            subjects.came("https://login.example", "18", "ann", "view@*");
            assertThat(subjects.all())
                    .extracting(Subjects.Subject::subject, Subjects.Subject::grants, Subjects.Subject::lastUsedAt)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("17", "create@*", NOW),
                            org.assertj.core.groups.Tuple.tuple("18", "view@*", NOW));
            assertThat(subjects.all()).allMatch(each -> each.id().matches("oidc[0-9a-f]{16}"));
        }
    }
}
