package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.TestDatabases;
import io.waybill.WaybillException;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Window;
import io.waybill.ledger.RunEntry.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger that is a file: made once, shared, and never replaced. */
class LedgerFileTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-15T02:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private Ledger open() {
        return Ledger.open(folder, CLOCK);
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }

    private static PlannedRun upTo(String high) {
        return new PlannedRun(
                "full",
                "orders",
                null,
                CLOCK.instant(),
                new Window.Range("id", null, high, false),
                0L,
                List.of(RecordedDelivery.planned(
                        new DeliveryFacts("local", "file:/exports", "/exports", "orders.waybill.json"))));
    }

    private static void export(Ledger ledger, String runId) {
        ledger.begin("orders", runId);
        ledger.planned(runId, upTo("10"));
        ledger.staged(runId, 1, List.of(new FileFacts("a.csv", 2, 10, "a".repeat(64))), List.of(List.of("a.csv")));
        ledger.committing(runId);
        ledger.commit(runId, 2);
    }

    @Test
    void isThereAgainWhenItIsOpenedAgain() {
        try (Ledger ledger = open()) {
            export(ledger, "r1");
        }
        try (Ledger ledger = open()) {
            assertThat(ledger.runs(null, null, 10)).extracting(RunEntry::runId).containsExactly("r1");
            assertThat(ledger.watermarks().find("orders").orElseThrow().value()).isEqualTo("10");
        }
        assertThat(folder.toFile().list()).contains("ledger.db", "ledger.lock").doesNotContain("ledger.new.db");
    }

    @Test
    void isMadeOnceByManyThatBeginAtOnce() throws Exception {
        int many = 12;
        ExecutorService threads = Executors.newFixedThreadPool(many);
        List<Callable<Integer>> starts = IntStream.range(0, many)
                .<Callable<Integer>>mapToObj(number -> () -> {
                    try (Ledger ledger = open()) {
                        for (int i = 0; i < 5; i++) {
                            ledger.begin("flow" + number, "r" + number + "-" + i);
                            ledger.renew("r" + number + "-" + i);
                            ledger.commit("r" + number + "-" + i, 0);
                        }
                        return 5;
                    }
                })
                .toList();
        for (Future<Integer> start : threads.invokeAll(starts)) {
            start.get();
        }
        threads.shutdown();

        try (Ledger ledger = open()) {
            assertThat(ledger.runs(null, Status.DONE, 1000)).hasSize(many * 5);
        }
    }

    @Test
    void isReadWhileAnotherWrites() throws Exception {
        try (Ledger ledger = open();
                Ledger reader = open()) {
            export(ledger, "r1");
            LedgerDatabase writing = LedgerDatabase.open(TestDatabases.sqlite(file()));
            writing.inTransaction(transaction -> {
                transaction.execute("UPDATE waybill_run SET status = 'FAILED'");
                assertThat(reader.runs(null, Status.DONE, 10)).hasSize(1);
                return null;
            });
            assertThat(reader.runs(null, Status.FAILED, 10)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4 KB overwritten", "cut to 10 KB", "cut in its middle", "empty", "another file"})
    void isNeverReplacedWhenItIsDamaged(String how) throws IOException {
        try (Ledger ledger = open()) {
            export(ledger, "r1");
        }
        byte[] damaged = damage(Files.readAllBytes(file()), how);
        Files.write(file(), damaged, StandardOpenOption.TRUNCATE_EXISTING);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(WaybillException.class)
                    .hasMessageStartingWith("the ledger " + file() + " is damaged: ")
                    .hasMessageEndingWith(
                            ". It is left as it is. Put it back from a backup; or move ledger.db* and"
                                    + " ledger.lock away to begin with an empty one: it knows no runs, and flows with"
                                    + " since_last_export begin from the first row, unless waybill watermark set says otherwise")
                    .hasMessageNotContaining("null");
            assertThat(Files.readAllBytes(file())).isEqualTo(damaged);
        }
    }

    private static byte[] damage(byte[] whole, String how) {
        byte[] damaged = whole.clone();
        switch (how) {
            case "4 KB overwritten" -> Arrays.fill(damaged, 0, 4096, (byte) 7);
            case "cut to 10 KB" -> damaged = Arrays.copyOf(whole, 10_240);
            case "cut in its middle" -> damaged = Arrays.copyOf(whole, whole.length / 2);
            case "empty" -> damaged = new byte[0];
            default -> damaged = "a text".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        return damaged;
    }

    @Test
    void isMissedWhenItIsGone() throws IOException {
        try (Ledger ledger = open()) {
            export(ledger, "r1");
        }
        Files.delete(file());

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(WaybillException.class)
                    .hasMessage("the ledger " + file() + " is gone: it was here before. Put it back from a backup; or"
                            + " delete " + folder.resolve("ledger.lock") + " to begin with an empty one: it knows no"
                            + " runs, and flows with since_last_export begin from the first row, unless waybill"
                            + " watermark set says otherwise");
            assertThat(file()).doesNotExist();
        }
        Files.delete(folder.resolve("ledger.lock"));
        try (Ledger ledger = open()) {
            assertThat(ledger.runs(null, null, 10)).isEmpty();
        }
    }

    @Test
    void saysThatItsFolderIsNone() throws IOException {
        Path data = Files.writeString(folder.resolve("data"), "");

        assertThatThrownBy(() -> Ledger.open(data, CLOCK))
                .isInstanceOf(WaybillException.class)
                .hasMessage("the ledger cannot be opened: " + data + " is not a folder that can be made;"
                        + " waybill.ledger.url may name a database elsewhere");
    }

    @Test
    void leavesNoHalfOneWhereItsMakingWasKilled() throws IOException {
        Files.writeString(folder.resolve("ledger.new.db"), "half");
        Files.writeString(folder.resolve("ledger.new.db-wal"), "half");

        open().close();

        assertThat(folder.resolve("ledger.new.db")).doesNotExist();
        assertThat(folder.resolve("ledger.new.db-wal")).doesNotExist();
    }

    private Path older() {
        return folder.resolve("ledger.mv.db");
    }

    private JdbcDataSource olderDatabase() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:file:" + folder.resolve("ledger") + ";AUTO_SERVER=TRUE;WRITE_DELAY=0");
        database.setUser("");
        return database;
    }

    /** A ledger as the version before left it, with a run that was killed and a watermark. */
    private void makeOlder() {
        JdbcDataSource database = olderDatabase();
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:io/waybill/ledger")
                .table("waybill_schema_history")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .target("4")
                .load()
                .migrate();
        TestDatabases.execute(
                database,
                "INSERT INTO waybill_run (run_id, flow, owner, status, stage, mode, dataset, root, waybill, row_count,"
                        + " started_ms, ended_ms, window_kind, window_column, high_value, watermark_version) VALUES"
                        + " ('r1', 'orders', 'h 1 2026-01-01T00:00:00Z', 'DONE', 'END', 'full', 'orders', '/exports',"
                        + " 'o.waybill.json', 2, 1000, 2000, 'range', 'id', '10', 0), ('r2', 'orders',"
                        + " 'h 2000000000 2026-01-01T00:00:00Z', 'RUNNING', 'PLAN', NULL, NULL, NULL, NULL, 0, 3000,"
                        + " NULL, NULL, NULL, NULL, NULL)",
                "INSERT INTO waybill_file VALUES ('r1', 1, 'größe.csv', 2, 10, '" + "a".repeat(64) + "')",
                "INSERT INTO waybill_delivery (run_id, number, delivery, endpoint, place, waybill, begun, status)"
                        + " VALUES ('r1', 1, 'local', 'file:/exports', '/exports', 'o.waybill.json', 2, 'DELIVERED')",
                "INSERT INTO waybill_lock VALUES ('orders', 'r2', 'h 2000000000 2026-01-01T00:00:00Z', 3000, 63000)",
                "INSERT INTO waybill_watermark VALUES ('orders', 'orders', 'id', '10', 3, 'r1', 2000)",
                "INSERT INTO waybill_columns VALUES ('orders', 1, 'id', 'integer')",
                "INSERT INTO waybill_audit VALUES (1, 'ann', 'watermark set', 'orders', 'id: none -> 5')");
    }

    @Test
    void knowsAllThatTheLedgerOfAnEarlierVersionKnew() {
        makeOlder();

        for (int i = 0; i < 2; i++) {
            try (Ledger ledger = open()) {
                assertThat(ledger.runs(null, null, 10))
                        .extracting(RunEntry::runId)
                        .containsExactly("r2", "r1");
                RunEntry run = ledger.run("r1").orElseThrow();
                assertThat(run.files()).containsExactly(new FileFacts("größe.csv", 2, 10, "a".repeat(64)));
                assertThat(run.planned().delivery().isDelivered()).isTrue();
                assertThat(run.planned().delivery().ahead()).isZero();
                assertThat(ledger.watermarks().find("orders"))
                        .contains(new Watermark("orders", "orders", "id", "10", 3, "r1", Instant.ofEpochMilli(2000)));
                assertThat(ledger.columns("orders")).containsExactly(new ColumnFacts("id", "integer"));
                assertThat(ledger.audit().of("orders")).hasSize(1);
                assertThat(ledger.abandoned()).extracting(RunEntry::runId).containsExactly("r2");
            }
        }
        assertThat(older()).doesNotExist();
        assertThat(folder.resolve("ledger.old.mv.db")).exists();
    }

    @Test
    void takesOverAnEarlierVersionsOnceOfManyThatBeginAtOnce() throws Exception {
        makeOlder();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Callable<Integer>> starts = IntStream.range(0, 6)
                .<Callable<Integer>>mapToObj(i -> () -> {
                    try (Ledger ledger = open()) {
                        return ledger.runs(null, null, 10).size();
                    }
                })
                .toList();
        for (Future<Integer> start : threads.invokeAll(starts)) {
            assertThat(start.get()).isEqualTo(2);
        }
        threads.shutdown();
    }

    @Test
    void endsATakeOverThatWasKilledBeforeItsLastStep() throws IOException {
        makeOlder();
        byte[] file = Files.readAllBytes(older());
        open().close();
        Files.write(older(), file);
        Files.writeString(folder.resolve("ledger.lock"), "The ledger of an earlier version is being taken over.\n");

        try (Ledger ledger = open()) {
            assertThat(ledger.runs(null, null, 10)).hasSize(2);
        }
        assertThat(older()).doesNotExist();
    }

    @Test
    void doesNotChooseBetweenTwo() throws IOException {
        open().close();
        makeOlder();

        assertThatThrownBy(this::open)
                .hasMessage("there are two ledgers, " + file() + " and, of an earlier version, " + older()
                        + "; move away the one that is not to be used");
        assertThat(older()).exists();
    }

    @Test
    void waitsForTheProcessOfAnEarlierVersionToEnd() throws Exception {
        makeOlder();
        Process running = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.h2.tools.Shell",
                        "-url",
                        olderDatabase().getURL(),
                        "-user",
                        "")
                .redirectErrorStream(true)
                .start();
        try {
            running.getOutputStream().write("SELECT 1;\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            running.getOutputStream().flush();
            running.inputReader().lines().anyMatch(line -> line.contains("(1 row"));

            assertThatThrownBy(this::open)
                    .hasMessage("the ledger " + older() + " of an earlier version cannot be taken over: a process of"
                            + " that version uses it; stop it, and start again");
        } finally {
            running.destroyForcibly().waitFor();
        }
        try (Ledger ledger = open()) {
            assertThat(ledger.runs(null, null, 10)).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"8 KB overwritten", "cut to 10 KB", "empty", "no tables"})
    void takesNothingOverFromAnEarlierVersionsThatIsDamaged(String how) throws Exception {
        if (how.equals("no tables")) {
            TestDatabases.execute(olderDatabase(), "CREATE TABLE other (id INT)");
        } else {
            makeOlder();
        }
        byte[] whole = Files.readAllBytes(older());
        byte[] damaged = switch (how) {
            case "no tables" -> whole;
            case "8 KB overwritten" -> {
                byte[] overwritten = whole.clone();
                Arrays.fill(overwritten, 0, 8192, (byte) 7);
                yield overwritten;
            }
            default -> damage(whole, how);
        };
        Files.write(older(), damaged);

        assertThatThrownBy(this::open)
                .isInstanceOf(WaybillException.class)
                .hasMessageStartingWith("the ledger " + older() + " is damaged: ");
        assertThat(file()).doesNotExist();
        if (!how.equals("no tables")) {
            assertThat(Files.readAllBytes(older())).isEqualTo(damaged);
        }
    }
}
