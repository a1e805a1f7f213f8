package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.WaybillException;
import io.waybill.ledger.Audit.Filter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chain of who changed what, on each database that may hold a ledger. */
class AuditIT {

    private static final Instant NOW = Instant.parse("2026-01-15T02:00:00.123Z");

    @TempDir
    private Path folder;

    private HikariDataSource database;
    private Ledger ledger;
    private Audit audit;

    private void open(String product) {
        database = switch (product) {
            case "postgresql" -> TestLedgers.postgres();
            case "h2" -> TestLedgers.h2();
            case "sqlite" -> sqlite();
            case "mariadb, strict" -> strictMariadb();
            default -> TestDatabases.of(product);
        };
        ledger = Ledger.open(database, Clock.fixed(NOW, ZoneOffset.UTC), null);
        audit = ledger.audit();
    }

    /** As MariaDB is since 11.8: who writes a row that has changed since the transaction has looked at it, fails. */
    private static HikariDataSource strictMariadb() {
        try (HikariDataSource usual = TestDatabases.mariadb()) {
            HikariDataSource strict = new HikariDataSource();
            strict.setJdbcUrl(usual.getJdbcUrl() + "&sessionVariables=innodb_snapshot_isolation=ON");
            strict.setUsername(usual.getUsername());
            strict.setPassword("");
            return strict;
        }
    }

    private HikariDataSource sqlite() {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(TestDatabases.sqlite(folder.resolve("ledger.db")));
        return pool;
    }

    /** A ledger with five entries, the third with a text of several lines and all kinds of letters. */
    private void openWithEntries(String product) {
        open(product);
        ledger.pauses().pause("orders");
        ledger.pauses().resume("orders");
        audit.write("note", "orders", "two\nlines, Zoë, 数, 😀, 'quoted'; \u0000 and \ud83d");
        ledger.begin("orders", "r1", new Occasion.Asked("batch 42"));
        audit.write("discard", "r1", null);
        assertThat(audit.verify(null)).isEqualTo(new AuditVerdict(5, 0, null, null, null));
    }

    private void execute(String... sql) {
        TestDatabases.execute(database, sql);
    }

    private String problem() {
        AuditVerdict verdict = audit.verify(null);
        assertThat(verdict.problem()).isNotNull();
        assertThat(verdict.entries()).isEqualTo(verdict.bad() - 1);
        return verdict.problem();
    }

    @AfterEach
    void close() {
        if (ledger != null) {
            ledger.close();
            database.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void entriesTellWhoDidWhatToWhichFlowAndRun(String product) {
        openWithEntries(product);

        assertThat(audit.latest(10))
                .extracting(Audit.Entry::action)
                .containsExactly("discard", "run", "note", "resume", "pause");
        Audit.Entry run =
                audit.latest(new Filter(null, "r1", null, null, "run"), 10).get(0);
        assertThat(run.number()).isEqualTo(4);
        assertThat(run.at()).isEqualTo(NOW);
        assertThat(run.actor()).isEqualTo(System.getProperty("user.name"));
        assertThat(run.flow()).isEqualTo("orders");
        assertThat(run.detail()).isEqualTo("batch 42");
        assertThat(audit.latest(new Filter(null, null, null, null, "note"), 1)
                        .get(0)
                        .detail())
                .isEqualTo("two\nlines, Zoë, 数, 😀, 'quoted'; \ufffd and \ufffd");
        assertThat(audit.latest(new Filter("orders", null, null, null, null), 2))
                .hasSize(2);
        assertThat(audit.latest(new Filter("Orders", null, null, null, null), 2))
                .isEmpty();
        assertThat(audit.latest(new Filter(null, null, NOW.plusMillis(1), null, null), 2))
                .isEmpty();
        assertThat(audit.latest(new Filter(null, null, NOW, "nobody", null), 2)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "h2, actor = 'eve'",
        "h2, action = 'pause'",
        "h2, subject = 'invoices'",
        "h2, flow = 'invoices'",
        "h2, detail = NULL",
        "h2, detail = ''",
        "h2, at_ms = at_ms + 1",
        "h2, sha256 = '0000000000000000000000000000000000000000000000000000000000000000'",
        "h2, previous_sha256 = '1111111111111111111111111111111111111111111111111111111111111111'",
        "postgresql, actor = 'eve'",
        "postgresql, detail = NULL",
        "postgresql, at_ms = at_ms + 1",
        "mariadb, actor = 'eve'",
        "mariadb, action = 'Note'",
        "mariadb, detail = CONCAT(detail; ' ')",
        "sqlite, actor = 'eve'",
        "sqlite, detail = NULL",
        "sqlite, at_ms = at_ms + 1"
    })
    void aFieldThatWasChangedIsFound(String product, String change) {
        openWithEntries(product);

        execute("UPDATE waybill_audit SET " + change.replace(';', ',') + " WHERE number = 3");

        assertThat(problem()).isEqualTo("entry 3 was changed: its fields do not give its hash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void anEntryThatWasRemovedIsFound(String product) {
        openWithEntries(product);

        execute("DELETE FROM waybill_audit WHERE number = 2");

        assertThat(problem()).isEqualTo("entry 2 is gone: entry 3 comes next");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void entriesWhoseOrderWasChangedAreFound(String product) {
        openWithEntries(product);

        execute(
                "UPDATE waybill_audit SET number = 99 WHERE number = 2",
                "UPDATE waybill_audit SET number = 2 WHERE number = 3",
                "UPDATE waybill_audit SET number = 3 WHERE number = 99");

        assertThat(problem()).isEqualTo("entry 2 was changed: its fields do not give its hash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void anEntryThatWasInsertedIsFound(String product) {
        openWithEntries(product);

        execute("INSERT INTO waybill_audit (number, at_ms, actor, action, subject, flow)"
                + " VALUES (0, 1, 'eve', 'pause', 'orders', 'orders')");
        assertThat(audit.verify(null).problem()).isEqualTo("entry 0 was inserted: entries are numbered from 1 on");

        execute("UPDATE waybill_audit SET number = 6 WHERE number = 0");
        assertThat(problem()).isEqualTo("entry 6 has no hash: it was inserted, or its hash was taken out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void anEntryThatWasReplacedByOneWithItsOwnHashIsFoundByTheNext(String product) {
        openWithEntries(product);
        Audit.Entry two = audit.of("orders").get(1);
        Audit.Entry forged = with(two, "eve", two.number(), two.previous());

        execute("UPDATE waybill_audit SET actor = 'eve', sha256 = '" + AuditChain.hash(forged) + "' WHERE number = 2");

        assertThat(problem())
                .isEqualTo("entry 3 follows another entry than the one before it: that was replaced, or this one was"
                        + " inserted");
    }

    private static Audit.Entry with(Audit.Entry entry, String actor, long number, String previous) {
        return new Audit.Entry(
                number,
                entry.at(),
                actor,
                entry.action(),
                entry.subject(),
                entry.flow(),
                entry.detail(),
                previous,
                null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void theLatestEntryThatWasReplacedIsFoundByTheHead(String product) {
        openWithEntries(product);
        Audit.Entry five = audit.latest(1).get(0);

        execute("UPDATE waybill_audit SET actor = 'eve', sha256 = '"
                + AuditChain.hash(with(five, "eve", 5, five.previous())) + "' WHERE number = 5");

        assertThat(problem()).isEqualTo("entry 5, the latest one, was replaced: waybill_audit_head has another hash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void anEntryBehindTheLatestOneIsFoundThoughItIsChained(String product) {
        openWithEntries(product);
        Audit.Entry five = audit.latest(1).get(0);
        String hash = AuditChain.hash(with(five, "eve", 6, five.sha256()));

        execute("INSERT INTO waybill_audit (number, at_ms, actor, action, subject, flow, previous_sha256, sha256)"
                + " SELECT 6, at_ms, 'eve', action, subject, flow, sha256, '" + hash
                + "' FROM waybill_audit WHERE number = 5");

        assertThat(problem()).isEqualTo("entry 6 was inserted: the latest one is entry 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void theEndThatWasCutOffIsFoundUnlessTheHeadWasPutBackToo(String product) {
        openWithEntries(product);
        String kept = audit.head().orElseThrow().sha256();
        String third = audit.of("orders").get(2).sha256();

        execute("DELETE FROM waybill_audit WHERE number > 3");
        assertThat(problem()).isEqualTo("entries 4 to 5, the latest ones, are gone");

        execute("UPDATE waybill_audit_head SET number = 3, sha256 = '" + third + "'");
        assertThat(audit.verify(null).problem()).isNull(); // nobody can see that in the ledger
        assertThat(audit.verify(third)).isEqualTo(new AuditVerdict(3, 0, null, null, 3L));
        assertThat(audit.verify(kept).problem())
                .isEqualTo("no entry has the hash " + kept
                        + ": what was there when it was noted was cut off, or all that is there was written anew");

        audit.write("note", "orders", "life goes on");
        assertThat(audit.verify(null).problem()).isNull();
        assertThat(audit.verify(kept).problem()).startsWith("no entry has the hash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aHeadThatWasTakenAwayIsFound(String product) {
        openWithEntries(product);

        execute("UPDATE waybill_audit_head SET sha256 = NULL");
        assertThat(problem()).isEqualTo("the hash of the latest entry was taken out of waybill_audit_head");

        execute("DELETE FROM waybill_audit_head");
        assertThat(problem()).isEqualTo("the row of waybill_audit_head, which says how far the entries go, is gone");
        assertThatThrownBy(() -> ledger.pauses().pause("orders"))
                .isInstanceOf(WaybillException.class)
                .hasMessage(
                        "the ledger's table waybill_audit_head has lost its row, without which nothing can be put on"
                                + " record; put the ledger back from a backup");
        assertThat(ledger.pauses().all()).isEmpty();
    }

    /** The form that docs/ledger.md tells others, by which they compute it, too. */
    @ParameterizedTest
    @ValueSource(strings = {"h2"})
    void theHashIsThatOfTheWrittenForm(String product) {
        open(product);
        Audit.Entry entry =
                new Audit.Entry(1, NOW, "ops", "watermark set", "orders", "orders", null, AuditChain.NONE, null);

        // printf '64:0000…0000,1:1,13:1768442400123,3:ops,13:watermark set,6:orders,6:orders,~,' | sha256sum
        assertThat(AuditChain.hash(entry))
                .isEqualTo("cef0408ef3dc0f6547ca90ae3ebcbc38f936553bc089697de766e9ae1e200713");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void entriesOfAnEarlierVersionAreChainedWithTheNext(String product) throws Exception {
        open(product);
        execute(
                "INSERT INTO waybill_audit (number, at_ms, actor, action, subject, flow, detail)"
                        + " VALUES (1, 5, 'ops', 'pause', 'orders', 'orders', NULL)",
                "INSERT INTO waybill_audit (number, at_ms, actor, action, subject, flow, detail)"
                        + " VALUES (2, 6, 'ops', 'resume', 'orders', 'orders', 'x')");
        assertThat(audit.verify(null)).isEqualTo(new AuditVerdict(0, 2, null, null, null));
        assertThat(audit.head()).isEmpty();

        audit.write("note", "orders", null);

        assertThat(audit.verify(null)).isEqualTo(new AuditVerdict(4, 0, null, null, null));
        assertThat(audit.of("ledger")).singleElement().satisfies(begun -> {
            assertThat(begun.number()).isEqualTo(3);
            assertThat(begun.action()).isEqualTo("chain begun");
            assertThat(begun.detail()).isEqualTo("up to entry 2 of an earlier version, as they were then");
        });
        execute("UPDATE waybill_audit SET actor = 'eve' WHERE number = 1");
        assertThat(problem()).startsWith("entry 1 was changed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void hashesThatWereTakenOutAreNotTakenForThoseOfAnEarlierVersion(String product) {
        open(product);
        audit.write("pause", "orders", null);
        audit.write("detokenize", "customers", "key c26: 3 values");
        execute(
                "UPDATE waybill_audit_head SET sha256 = NULL, number = 0",
                "UPDATE waybill_audit SET sha256 = NULL, previous_sha256 = NULL",
                "UPDATE waybill_audit SET actor = 'bob' WHERE number = 2");

        assertThat(audit.verify(null).problem())
                .isEqualTo(
                        "entry 2 has no hash, and no earlier version wrote \"detokenize\": the hashes were taken out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "sqlite"})
    void aFlowsTextIsNotedWhenItIsAnother(String product) {
        open(product);

        for (String text : List.of("orders.toml aa", "orders.toml aa", "orders.toml bb", "orders.toml aa")) {
            audit.writeText("orders", text);
        }
        audit.writeText("invoices", "invoices.toml aa");

        assertThat(audit.of("orders"))
                .extracting(Audit.Entry::detail)
                .containsExactly("orders.toml aa", "orders.toml bb", "orders.toml aa");
        assertThat(audit.of("orders")).extracting(Audit.Entry::action).containsOnly("flow changed");
    }

    /**
     * What a process of its own writes: pauses, and what it asks for, as the ledger's users do.
     *
     * @param arguments how its flows' names begin; and of each ledger its URL, or its folder, and its user
     */
    public static void main(String[] arguments) {
        List<CompletableFuture<Void>> writing = new ArrayList<>();
        for (int i = 1; i < arguments.length; i += 2) {
            String place = arguments[i];
            String user = arguments[i + 1];
            writing.add(CompletableFuture.runAsync(
                    () -> inLedger(place, user, ledger -> write(ledger, arguments[0])),
                    command -> new Thread(command).start()));
        }
        writing.forEach(CompletableFuture::join);
    }

    private static void inLedger(String place, String user, Consumer<Ledger> act) {
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl(place);
            database.setUsername(user);
            database.setPassword("");
            try (Ledger ledger = place.startsWith("jdbc:")
                    ? Ledger.open(database, Clock.systemUTC(), null)
                    : Ledger.open(Path.of(place), Clock.systemUTC())) {
                act.accept(ledger);
            }
        }
    }

    private static void write(Ledger ledger, String flows) {
        for (int i = 0; i < ENTRIES; i++) {
            String flow = flows + i;
            ledger.begin(flow, flow, new Occasion.Asked(null));
            ledger.fail(flow, RunEntry.Status.FAILED, 0, "no matter", null);
            ledger.pauses().pause(flow);
        }
    }

    private static final int ENTRIES = 40;

    /** Each writes into three ledgers at once: it takes longer to start than to write. */
    @Test
    void processesThatWriteAtOnceMakeOneChain() throws Exception {
        try (HikariDataSource postgresql = TestLedgers.postgres();
                HikariDataSource mariadb = TestDatabases.mariadb()) {
            List<List<String>> ledgers = List.of(
                    List.of(postgresql.getJdbcUrl(), postgresql.getUsername()),
                    List.of(mariadb.getJdbcUrl(), mariadb.getUsername()),
                    List.of(folder.toString(), "nobody"));
            for (List<String> each : ledgers) {
                inLedger(each.get(0), each.get(1), Ledger::require); // makes its tables
            }

            List<Process> processes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                List<String> command = new ArrayList<>(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AuditIT.class.getName(),
                        "p" + i + "-"));
                ledgers.forEach(command::addAll);
                processes.add(new ProcessBuilder(command).inheritIO().start());
            }
            for (Process process : processes) {
                assertThat(process.waitFor()).isZero();
            }

            for (List<String> each : ledgers) {
                inLedger(each.get(0), each.get(1), written -> {
                    assertThat(written.audit().verify(null))
                            .as(each.get(0))
                            .isEqualTo(new AuditVerdict(3L * 2 * ENTRIES, 0, null, null, null));
                    assertThat(written.audit().latest(1000))
                            .extracting(Audit.Entry::action)
                            .containsOnly("run", "pause");
                });
            }
        }
    }

    /** Transactions that hold rows of their own while they wait for their place in the chain do not wait for each other. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql", "mariadb", "mariadb, strict", "sqlite"})
    void threadsThatChangeTheSameFlowMakeOneChain(String product) throws Exception {
        open(product);

        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(number -> new Thread(() -> {
                    for (int i = 0; i < 10; i++) {
                        ledger.watermarks().set("orders", "orders", "id", number + "-" + i);
                        ledger.pauses().pause("orders");
                        ledger.pauses().resume("orders");
                    }
                }))
                .toList();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        threads.forEach(thread -> thread.setUncaughtExceptionHandler((of, e) -> failures.add(e)));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        // the version of a watermark is compared and set: one may be told that another was quicker
        assertThat(failures).allSatisfy(e -> assertThat(e).hasMessageContaining("was moved by somebody else"));
        assertThat(audit.verify(null).problem()).isNull();
        assertThat(audit.verify(null).entries()).isEqualTo(count("waybill_audit"));
    }

    private long count(String table) throws SQLException {
        try (Connection connection = database.getConnection();
                ResultSet row = connection.createStatement().executeQuery("SELECT COUNT(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }
}
