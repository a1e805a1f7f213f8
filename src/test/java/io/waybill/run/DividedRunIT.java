package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.ledger.Division;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RangeFile;
import io.waybill.ledger.RangeLease;
import io.waybill.ledger.RangeState;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One export whose rows several processes read: here, several Camel contexts with ledgers of their own on one database. */
class DividedRunIT {

    private static final int ROWS = 3000;

    private static HikariDataSource source;
    private static HikariDataSource ledgerDatabase;

    @TempDir
    private Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** What the one who runs a flow waits for before it reads its first range. */
    private volatile BooleanSupplier gate = () -> true;

    @BeforeAll
    static void start() {
        source = TestDatabases.postgres();
        ledgerDatabase = TestLedgers.postgres();
    }

    @AfterAll
    static void stop() {
        source.close();
        ledgerDatabase.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        TestDatabases.execute(source, "DROP TABLE IF EXISTS t");
        TestDatabases.execute(
                ledgerDatabase,
                "DELETE FROM waybill_run",
                "DELETE FROM waybill_lock",
                "DELETE FROM waybill_division",
                "DELETE FROM waybill_range",
                "DELETE FROM waybill_range_file");
    }

    private static void rows() {
        TestDatabases.execute(
                source,
                "CREATE TABLE t (id bigint PRIMARY KEY, payload text NOT NULL, at timestamptz DEFAULT now() - interval '1 hour')",
                "INSERT INTO t SELECT n, repeat('x', 200) FROM generate_series(1, " + ROWS + ") n",
                "ANALYZE t");
    }

    private static String flow(String keys) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/\"\nformat = \"csv\"\n"
                + "processes = 3\n" + keys;
    }

    /** Another process: another context, with a ledger of its own on the same database. */
    private FlowHarness process(DataSource database, String flow) throws Exception {
        FlowHarness process = new FlowHarness(folder, database, ledgerDatabase);
        opened.add(process);
        process.component().setClock(Clock.systemUTC()); // finer than the ledger keeps times
        process.load("big.toml", flow);
        process.ledger();
        return process;
    }

    private FlowHarness process(String flow) throws Exception {
        return process(source, flow);
    }

    /** One that reads a range when the gate says so. */
    private DataSource gated() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection") && number("SELECT count(*) FROM waybill_range") > 0) {
                        await().until(() -> gate.getAsBoolean());
                    }
                    try {
                        return method.invoke(source, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static long number(String sql) {
        try (var connection = ledgerDatabase.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean anyRead() {
        return number("SELECT count(*) FROM waybill_range WHERE row_count IS NOT NULL") > 0;
    }

    private List<Integer> ids() throws IOException {
        List<Integer> ids = new ArrayList<>();
        for (Path file : files()) {
            if (file.toString().endsWith(".csv")) {
                Files.readAllLines(file).stream()
                        .skip(1)
                        .forEach(line -> ids.add(Integer.parseInt(line.substring(0, line.indexOf(',')))));
            }
        }
        return ids;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<Integer> all() {
        return IntStream.rangeClosed(1, ROWS).boxed().toList();
    }

    private static <T> CompletableFuture<T> begin(Callable<T> act) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return act.call();
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
    }

    /** A ledger of another process that has leased a range of the run under way. */
    private record Lost(Ledger ledger, RangeLease lease) {}

    private Lost leased() {
        Ledger other = Ledger.open(ledgerDatabase, Clock.systemUTC(), null);
        opened.add(other);
        await().until(() -> !other.divisions().open().isEmpty());
        Division division = other.divisions().open().get(0);
        return new Lost(other, other.divisions().lease(division).orElseThrow());
    }

    @Test
    void oneProcessReadsAllRangesWhereNobodyElseIsThere() throws Exception {
        rows();
        FlowHarness process = process(flow(""));

        RunResult result = process.run("big");

        assertThat(ids()).isEqualTo(all());
        assertThat(result.rows()).isEqualTo(ROWS);
        assertThat(result.files()).hasSize(12).allMatch(file -> file.rows() > 0);
        assertThat(files())
                .extracting(file -> file.getFileName().toString())
                .contains("part-00000.csv", "part-00011.csv", "big.waybill.json")
                .hasSize(13);
        assertThat(process.ledger().divisions().of(result.runId()))
                .hasSize(12)
                .allMatch(RangeState::isDone)
                .allMatch(range -> range.fence() == 1);
    }

    @Test
    void filesThatAreNamedLikeRangesArePublished() throws Exception {
        rows();
        FlowHarness process = process(flow("").replace("/out/", "/out/range-{part}.csv"));

        RunResult result = process.run("big");

        assertThat(result.files()).hasSize(12);
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(all());
        assertThat(files()).hasSize(13);
    }

    @Test
    void anotherProcessReadsRangesOfTheSameMoment() throws Exception {
        rows();
        // each plans what "the last day" is
        String recent = "filters = [{ column = \"at\", last = \"1 day\" }]\n";
        FlowHarness other = process(flow(recent));
        FlowHarness coordinator = process(gated(), flow(recent));
        gate = () -> {
            if (!anyRead()) {
                return false;
            }
            // by now both may see only what was there when the run began
            TestDatabases.execute(
                    source,
                    "UPDATE t SET id = id + 100000 WHERE id <= 10",
                    "DELETE FROM t WHERE id BETWEEN 2900 AND 2950",
                    "INSERT INTO t SELECT n, 'new' FROM generate_series(5000, 5050) n");
            gate = () -> true;
            return true;
        };

        RunResult result = coordinator.run("big");

        assertThat(ids()).isEqualTo(all());
        assertThat(coordinator.ledger().divisions().of(result.runId()).stream()
                        .map(RangeState::owner)
                        .distinct())
                .hasSize(2);
        assertThat(other.ledger().run(result.runId()).orElseThrow().status()).isEqualTo(RunEntry.Status.DONE);
        assertThat(files()).hasSize(13);
    }

    @Test
    void aProcessThatPlansOtherwiseTakesNoPart() throws Exception {
        rows();
        process(flow("columns = [\"id\"]\n"));
        FlowHarness coordinator = process(gated(), flow(""));
        gate = () -> false; // so that there is something to read while the other one looks
        CompletableFuture<RunResult> running = begin(() -> coordinator.run("big"));
        Lost lost = leased();
        lost.ledger().divisions().giveBack(lost.lease());
        gate = () -> true;

        assertThat(running.get(5, TimeUnit.MINUTES).rows()).isEqualTo(ROWS);
        assertThat(ids()).isEqualTo(all());
        assertThat(coordinator.ledger().divisions().of(running.get().runId()).stream()
                        .map(RangeState::owner)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aRangeWhoseReaderIsNotHeardOfIsReadAgainAndWhatThatOneSaysLaterIsNotTaken() throws Exception {
        rows();
        FlowHarness coordinator = process(gated(), flow(""));
        gate = () -> false;
        CompletableFuture<RunResult> running = begin(() -> coordinator.run("big"));
        Lost lost = leased();
        Path left = folder.resolve("out/.waybill")
                .resolve(lost.lease().runId())
                .resolve("1-range-" + lost.lease().number() + "-1-1.csv");
        await().until(() -> Files.isDirectory(left.getParent()));
        Files.writeString(left, "id,payload\n1,of nobody\n");
        TestDatabases.execute(
                ledgerDatabase,
                "UPDATE waybill_range SET lease_until_ms = 1 WHERE number = "
                        + lost.lease().number());
        gate = () -> true;
        assertThat(running.get(5, TimeUnit.MINUTES).rows()).isEqualTo(ROWS);

        assertThat(lost.ledger().divisions().renew(lost.lease())).isFalse();
        assertThat(lost.ledger()
                        .divisions()
                        .done(
                                lost.lease(),
                                List.of(new RangeFile(
                                        new io.waybill.facts.FileFacts(
                                                left.getFileName().toString(), 1, 24, "0".repeat(64)),
                                        0))))
                .isFalse();
        assertThat(ids()).isEqualTo(all());
        assertThat(files()).hasSize(13);
        assertThat(folder.resolve("out/.waybill")).doesNotExist();
    }

    @Test
    void whatNobodyCoordinatesAnyMoreIsRolledBackAndGoesOutWithTheNextRun() throws Exception {
        rows();
        FlowHarness coordinator = process(gated(), flow(""));
        gate = () -> false;
        CompletableFuture<RunResult> running = begin(() -> coordinator.run("big"));
        Lost lost = leased();
        TestDatabases.execute(
                ledgerDatabase,
                "UPDATE waybill_lock SET lease_until_ms = 1, lease_boot_ms = 1, owner = 'gone 1 2020-01-01T00:00:00Z'");
        FlowHarness next = process(flow(""));

        next.component().recover("big"); // or its heartbeat does so just now

        await().until(() ->
                next.ledger().run(lost.lease().runId()).orElseThrow().status() == RunEntry.Status.INTERRUPTED);
        assertThat(lost.ledger().divisions().renew(lost.lease())).isFalse();
        assertThat(lost.ledger().divisions().done(lost.lease(), List.of())).isFalse();
        assertThat(lost.ledger().divisions().open()).isEmpty();
        assertThat(folder.resolve("out/.waybill")).doesNotExist();
        gate = () -> true;
        assertThatThrownBy(() -> running.get(5, TimeUnit.MINUTES)).isNotNull();
        assertThat(next.run("big").rows()).isEqualTo(ROWS);
        assertThat(ids()).isEqualTo(all());
        assertThat(files()).hasSize(13);
    }

    @Test
    void rangesOfNewRowsAloneAreReadAndTheWatermarkMovesOnce() throws Exception {
        rows();
        Files.writeString(
                folder.resolve("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        String keys = "since_last_export = true\nskip_empty = true\n";
        FlowHarness other = process(flow(keys).replace("/out/", "/out/{run_id}/"));
        FlowHarness coordinator = process(gated(), flow(keys).replace("/out/", "/out/{run_id}/"));
        gate = DividedRunIT::anyRead;

        RunResult first = coordinator.run("big");
        TestDatabases.execute(source, "INSERT INTO t SELECT n, repeat('y', 200) FROM generate_series(3001, 3100) n");
        RunResult second = other.run("big");

        assertThat(first.rows()).isEqualTo(ROWS);
        assertThat(second.rows()).isEqualTo(100);
        assertThat(ids()).hasSize(ROWS + 100).doesNotHaveDuplicates();
        assertThat(other.run("big").files()).isEmpty();
        assertThat(other.ledger().divisions().of(first.runId()).stream()
                        .map(RangeState::owner)
                        .distinct())
                .hasSize(2);
    }

    @Test
    void moreRowsThanAllowedLeaveNothing() throws Exception {
        rows();
        Files.writeString(
                folder.resolve("datasets.toml"),
                "[[dataset]]\nid = \"t\"\ntable = \"t\"\nlimits = { max_rows = 700 }\n");
        FlowHarness process = process(flow(""));

        assertThat(process.failure("big")).hasMessageContaining("exceeds limits.max_rows = 700; nothing was delivered");

        assertThat(files()).isEmpty();
        assertThat(folder.resolve("out/.waybill")).doesNotExist();
    }

    @Test
    void noRowsAreOneFileWithoutRowsOrNone() throws Exception {
        rows();
        String filter = "[[properties.export.filters]]\ncolumn = \"id\"\nop = \">\"\nvalue = 99999\n";
        FlowHarness process = process(flow(filter));

        RunResult result = process.run("big");

        assertThat(result.rows()).isZero();
        assertThat(Files.readString(folder.resolve("out/part-00000.csv"))).isEqualTo("id,payload,at\n");
        process.loadAgain("big.toml", flow("skip_empty = true\n" + filter));
        assertThat(process.run("big").files()).isEmpty();
    }
}
