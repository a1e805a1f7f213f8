import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Window;
import io.waybill.ledger.History;
import io.waybill.ledger.IdleRun;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerSettings;
import io.waybill.ledger.Nodes.Neighbours;
import io.waybill.ledger.Occasion.Due;
import io.waybill.ledger.RunEntry.Status;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** See bench/scale. */
public class Scale {

    private static final long MINUTE = 60_000;

    /** What a file of each flow has. */
    private static final int COLUMNS = 12;

    /** So long after a time of a trigger its runs are still measured: as long as the last of ten processes leaves it to the others. */
    private static final Duration TURN = Duration.ofSeconds(2);

    private final Server server;
    private final int flows;
    private final int nodes;
    private final int minutes;
    private final long history;
    private final boolean together;

    private Scale(Server server, Map<String, String> asked) {
        this.server = server;
        this.flows = Integer.parseInt(asked.get("flows"));
        this.nodes = Integer.parseInt(asked.get("nodes"));
        this.minutes = Integer.parseInt(asked.get("minutes"));
        this.history = Long.parseLong(asked.get("history"));
        this.together = asked.get("times").equals("together");
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("node")) {
            new Node(arguments).serve();
            System.exit(0);
        }
        Map<String, String> asked = new LinkedHashMap<>(Map.of(
                "flows", "1000", "nodes", "10", "minutes", "3", "history", "1000000", "times", "spread", "ledger", "postgresql"));
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts.length < 2 || asked.put(parts[0], parts[1]) == null) {
                throw new IllegalArgumentException(argument + " is none of " + asked.keySet());
            }
        }
        System.out.println("bench/scale " + String.join(" ", asked.entrySet().stream().map(Object::toString).sorted().toList()));
        boolean whole;
        try (Server server = asked.get("ledger").equals("mariadb") ? new MariaDb() : new Postgres()) {
            whole = new Scale(server, asked).measure();
        }
        System.exit(whole ? 0 : 1);
    }

    private boolean measure() throws Exception {
        Map<String, String> settings = server.settings();
        System.out.println(server.version() + "; " + Runtime.getRuntime().availableProcessors() + " cores, shared by all");
        LedgerSettings.open(settings, Clock.systemUTC()).close(); // makes the tables
        long start = System.nanoTime();
        fill();
        System.out.printf("%,d runs of before, filled in %d s%n", history, (System.nanoTime() - start) / 1_000_000_000L);
        boolean whole = simulate(settings);
        sizes();
        questions(settings);
        return whole;
    }

    // the history

    /** Runs of before, as many a minute as there are flows. */
    private void fill() throws SQLException {
        long now = System.currentTimeMillis();
        server.beforeFilling(history);
        int piece = 100_000;
        for (long from = 1; from <= history; from += piece) {
            for (String sql : server.filling(from, Math.min(history, from + piece - 1), history, now, flows)) {
                server.execute(sql);
            }
        }
        server.afterFilling(history);
    }

    // the simulation

    private record Cpu(double server, double load) {}

    private boolean simulate(Map<String, String> settings) throws Exception {
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> told = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                            "-Djava.util.logging.config.file=src/test/resources/logging.properties",
                            "-cp", System.getProperty("java.class.path"), "Scale", "node",
                            settings.get("url"), settings.get("username"), Integer.toString(flows), Boolean.toString(together))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.add(process);
            told.add(new BufferedReader(new InputStreamReader(process.getInputStream())));
        }
        try {
            for (BufferedReader node : told) {
                await(node, "ready");
            }
            // what is measured begins when each knows of all others
            long from = (System.currentTimeMillis() / MINUTE + 2) * MINUTE;
            long to = from + minutes * MINUTE;
            for (Process process : processes) {
                new PrintStream(process.getOutputStream(), true).println(from - MINUTE + " " + to);
            }
            Thread.sleep(Math.max(0, from - System.currentTimeMillis()));
            double load = load();
            double cpu = server.cpu();
            Map<String, Long> before = server.counters();
            Thread.sleep(Math.max(0, to - System.currentTimeMillis()));
            cpu = server.cpu() - cpu;
            Map<String, Long> counters = server.counters();
            counters.replaceAll((what, count) -> count - before.getOrDefault(what, 0L));
            long connections = server.connections();
            List<long[]> took = new ArrayList<>();
            Map<String, Integer> failures = new TreeMap<>();
            double clients = 0;
            for (BufferedReader node : told) {
                await(node, "results");
                for (String line = node.readLine(); !line.equals("end"); line = node.readLine()) {
                    String[] parts = line.split(" ", 2);
                    switch (parts[0]) {
                        case "run" -> took.add(Arrays.stream(parts[1].split(" ")).mapToLong(Long::parseLong).toArray());
                        case "cpu" -> clients += Double.parseDouble(parts[1]);
                        default -> failures.merge(parts[1], 1, Integer::sum);
                    }
                }
            }
            return report(from, to, took, counters, failures, cpu, clients, connections, load);
        } finally {
            for (Process process : processes) {
                process.destroy();
            }
        }
    }

    private boolean report(long from, long to, List<long[]> took, Map<String, Long> counters, Map<String, Integer> failures, double cpu,
            double clients, long connections, double load) throws SQLException {
        List<long[]> measured = took.stream().filter(run -> run[0] >= from).toList();
        double runs = measured.size();
        long expected = (long) flows * minutes;
        String window = " BETWEEN " + (from - MINUTE) + " AND " + (to - 1);
        long fired = server.number("SELECT COUNT(*) FROM waybill_firing WHERE due_ms" + window + " AND trigger_id LIKE 'idle%'");
        long left = server.number("SELECT COUNT(*) FROM waybill_firing WHERE due_ms" + window
                + " AND trigger_id LIKE 'idle%' AND run_id IS NULL");
        long done = server.number("SELECT COUNT(*) FROM waybill_run r JOIN waybill_firing f ON f.run_id = r.run_id WHERE f.due_ms" + window
                + " AND f.trigger_id LIKE 'idle%' AND r.status = 'DONE'");
        long perNode = server.number("SELECT COUNT(DISTINCT owner) FROM waybill_run WHERE started_ms >= " + from);
        System.out.printf(Locale.ROOT, "%n%,d flows, each once a minute, %s, over %d processes, %d minutes; load %.1f before, %.1f after%n",
                flows, together ? "all at the full minute" : "spread over it", nodes, minutes, load, load());
        System.out.printf("times of triggers %,d, with a run %,d, done %,d, left out %d; processes that had some %d%n",
                expected + flows, fired - left, done, left, perNode);
        System.out.println();
        System.out.println("| ms | p50 | p95 | p99 | max |");
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        row("begin", measured, 1);
        row("commit", measured, 2);
        row("all that a run asks of the ledger", measured, 3);
        row("from its time to its begin", measured, 4);
        System.out.println();
        System.out.println("| of a run | |");
        System.out.println("| --- | ---: |");
        counters.forEach((what, count) -> System.out.printf(Locale.ROOT, "| %s | %.2f |%n", what, count / runs));
        System.out.printf(Locale.ROOT, "| CPU of the ledger's server, ms | %.1f |%n", cpu * 1000 / runs);
        System.out.printf(Locale.ROOT, "| CPU of the processes, ms | %.1f |%n", clients * 1000 / took.size());
        System.out.println();
        System.out.printf(Locale.ROOT, "cores of the ledger's server %.2f; connections %d; failures %s%n",
                cpu / (minutes * 60), connections, failures);
        return fired == expected + flows && done + left == fired;
    }

    private static void row(String what, List<long[]> runs, int column) {
        long[] sorted = runs.stream().mapToLong(run -> run[column]).sorted().toArray();
        System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.1f | %.1f |%n", what, at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99),
                at(sorted, 1));
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] / 1000.0;
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static void await(BufferedReader node, String word) throws IOException {
        for (String line = node.readLine(); !word.equals(line); line = node.readLine()) {
            if (line == null) {
                throw new IOException("a process has ended before it was " + word);
            }
        }
    }

    // what is asked of a long history

    private void sizes() throws SQLException {
        System.out.println();
        System.out.println("| table | rows | MB | bytes a row, with its indexes |");
        System.out.println("| --- | ---: | ---: | ---: |");
        long all = 0;
        for (String table : List.of("waybill_run", "waybill_delivery", "waybill_file", "waybill_firing")) {
            long rows = server.number("SELECT COUNT(*) FROM " + table);
            long bytes = server.bytes(table);
            all += bytes;
            System.out.printf(Locale.ROOT, "| %s | %,d | %,d | %,d |%n", table, rows, bytes / 1_000_000, rows == 0 ? 0 : bytes / rows);
        }
        long runs = server.number("SELECT COUNT(*) FROM waybill_run");
        System.out.printf(Locale.ROOT, "%nbytes a run %,d; GB a day of %,d runs a minute %.1f%n", all / runs, flows, all / runs * flows * 1440 / 1e9);
    }

    private interface Question {
        Object ask();
    }

    private void questions(Map<String, String> settings) throws SQLException {
        System.out.println();
        System.out.println("| asked | ms, median of 9 | slowest | " + server.work() + " |");
        System.out.println("| --- | ---: | ---: | ---: |");
        try (Ledger ledger = LedgerSettings.open(settings, Clock.systemUTC())) {
            History history = ledger.server().history();
            String flow = "flow7";
            String id = server.text("SELECT run_id FROM waybill_run ORDER BY started_ms LIMIT 1");
            List<String> all = Stream.iterate(0, i -> i + 1).limit(flows).map(i -> "flow" + i).toList();
            ask("a run's: what others have left (withLeftovers)", () -> ledger.withLeftovers(flow));
            ask("a run's: half discarded", () -> ledger.quarantine().halfDiscarded(flow));
            ask("a run's: interrupted", ledger::interrupted);
            ask("a run's: who holds what (abandoned)", ledger::abandoned);
            ask("a run's: its watermark", () -> ledger.watermarks().find(flow));
            ask("a run's: may it begin, without a watermark", () -> ledger.watermarks().mayBegin(flow));
            ask("a run's: the last like it (a contract)",
                    () -> ledger.quarantine().lastLike(flow, ExportMode.FULL, new Window.Everything(), false, false));
            ask("undelivered, with their files", ledger::undelivered);
            ask("a page of history", () -> history.page(new History.Asked(null, null, null, null), 50));
            ask("a page of a flow", () -> history.page(new History.Asked(List.of(flow), null, null, null), 50));
            ask("a page of those that failed", () -> history.page(new History.Asked(null, Status.FAILED, null, null), 50));
            ask("a page of ten flows", () -> history.page(new History.Asked(all.subList(0, 10), null, null, null), 50));
            ask("a page of a flow that failed, of a day",
                    () -> history.page(new History.Asked(List.of(flow), Status.FAILED, Instant.now().minus(Duration.ofDays(1)), null), 50));
            ask("the latest run of each flow", () -> history.latest(all));
            ask("the names of all flows", () -> history.flows(false));
            ask("totals, for metrics", history::totals);
            ask("dead letters by flow, for metrics", history::deadLetters);
            ask("paused and quarantined, for list", () -> List.of(ledger.pauses().all(), ledger.quarantine().all()));
            ask("a run by its id", () -> ledger.run(id));
            ask("a run by the beginning of its id", () -> ledger.find(id.substring(0, 20)));
            ask("a run by the end of its id", () -> ledger.find(id.substring(id.length() - 6)));
            ask("times of triggers forgotten, all flows, none old", () -> {
                ledger.firings().forget(Instant.EPOCH);
                return 0;
            });
            ask("1,000 runs forgotten", () -> ledger.forget(Instant.now().minusSeconds(600), 1000));
        }
    }

    private void ask(String what, Question question) throws SQLException {
        question.ask();
        long before = server.looked();
        question.ask();
        long looked = server.looked() - before;
        double[] took = new double[9];
        for (int i = 0; i < took.length; i++) {
            long start = System.nanoTime();
            question.ask();
            took[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(took);
        System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %,d |%n", what, took[4], took[8], looked);
    }

    /** One of the processes: it has the triggers of all flows, and leaves the times of most to the others, as `waybill serve` does. */
    private static final class Node {

        private final Map<String, String> settings;
        private final int flows;
        private final boolean together;
        private final AtomicReference<Neighbours> neighbours = new AtomicReference<>(Neighbours.NONE);
        private final Set<String> held = ConcurrentHashMap.newKeySet();
        private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        private final AtomicInteger number = new AtomicInteger();
        private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
        private final ScheduledExecutorService heart = Executors.newScheduledThreadPool(1);
        private final ExecutorService threads = Executors.newCachedThreadPool();

        Node(String[] arguments) {
            settings = Map.of("url", arguments[1], "username", arguments[2]);
            flows = Integer.parseInt(arguments[3]);
            together = Boolean.parseBoolean(arguments[4]);
        }

        void serve() throws Exception {
            try (Ledger ledger = LedgerSettings.open(settings, Clock.systemUTC());
                    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in))) {
                heart.scheduleAtFixedRate(() -> beat(ledger), 0, Ledger.LEASE.toSeconds() / 4, TimeUnit.SECONDS);
                System.out.println("ready");
                String[] times = asked.readLine().split(" ");
                long from = Long.parseLong(times[0]);
                long to = Long.parseLong(times[1]);
                clock.scheduleAtFixedRate(() -> minute(ledger, from, to), 0, 1, TimeUnit.SECONDS);
                Thread.sleep(Math.max(0, to - System.currentTimeMillis()) + 1000);
                // the last times are left to the others for that long, too
                Thread.sleep(TURN.multipliedBy(neighbours.get().ids().size() + 1L).toMillis());
                clock.shutdown();
                clock.awaitTermination(1, TimeUnit.MINUTES);
                threads.shutdown();
                threads.awaitTermination(1, TimeUnit.MINUTES);
                heart.shutdownNow();
                ledger.nodes().leave();
                PrintWriter out = new PrintWriter(System.out);
                out.println("results");
                told.forEach(out::println);
                out.println("cpu " + ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9);
                out.println("end");
                out.flush();
            }
        }

        private long planned = -1;

        /** Plans the times of the next minute. */
        private void minute(Ledger ledger, long from, long to) {
            long ahead = System.currentTimeMillis() + 5_000;
            planned = Math.max(planned, from);
            while (planned < to && planned <= ahead) {
                for (int i = 0; i < flows; i++) {
                    long at = planned + (together ? 0 : MINUTE * i / flows);
                    String flow = "flow" + i;
                    Due due = new Due("idle" + i, Instant.ofEpochMilli(at));
                    long pause = at - System.currentTimeMillis();
                    clock.schedule(() -> fire(ledger, flow, due), Math.max(0, pause), TimeUnit.MILLISECONDS);
                }
                planned += MINUTE;
            }
        }

        private void fire(Ledger ledger, String flow, Due due) {
            Duration turn = turn(due);
            if (turn.isZero()) {
                threads.execute(() -> run(ledger, flow, due));
            } else {
                clock.schedule(() -> threads.execute(() -> run(ledger, flow, due)), turn.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        /** As io.waybill.route.step.Heartbeat has it. */
        private Duration turn(Due due) {
            Neighbours known = neighbours.get();
            List<String> order = known.ids().stream()
                    .sorted(Comparator.comparing(id -> (id + " " + due.trigger() + " " + due.due()).hashCode() * 0x9E3779B1))
                    .toList();
            return TURN.multipliedBy(Math.max(0, order.indexOf(known.id())));
        }

        private void run(Ledger ledger, String flow, Due due) {
            String runId = Instant.now().toString().substring(0, 19).replaceAll("[-:]", "") + "-" + String.format("%05x%05x",
                    ProcessHandle.current().pid() & 0xfffff, number.incrementAndGet());
            held.add(runId);
            try {
                long late = System.currentTimeMillis() - due.due().toEpochMilli();
                IdleRun.Took took = new IdleRun(ledger, flow, COLUMNS).run(due, runId);
                if (took != null) {
                    told.add("run " + due.due().toEpochMilli() + " " + took.begin() / 1000 + " " + took.commit() / 1000 + " "
                            + took.all() / 1000 + " " + late * 1000);
                }
            } catch (RuntimeException e) {
                told.add("failure " + e.getClass().getSimpleName() + ": " + e.getMessage().replaceAll("flow\\d+|\\d+", "…").replace('\n', ' '));
            } finally {
                held.remove(runId);
            }
        }

        private void beat(Ledger ledger) {
            try {
                held.forEach(ledger::renew);
                ledger.nodes().seen(true);
                neighbours.set(ledger.nodes().neighbours(Instant.now()));
                ledger.abandoned();
            } catch (RuntimeException e) {
                told.add("failure heartbeat: " + e.getMessage());
            }
        }
    }

    /** A database server for the ledger, which writes to the disk what is committed, as one does that is to be relied on. */
    private abstract static class Server implements AutoCloseable {

        abstract DataSource source();

        abstract Map<String, String> settings();

        abstract String version() throws SQLException;

        abstract void beforeFilling(long history) throws SQLException;

        abstract List<String> filling(long from, long to, long history, long now, int flows);

        abstract void afterFilling(long history) throws SQLException;

        /** The CPU time that it has taken, in seconds. */
        abstract double cpu() throws SQLException, IOException;

        abstract Map<String, Long> counters() throws SQLException;

        abstract long connections() throws SQLException;

        abstract long bytes(String table) throws SQLException;

        /** What {@link #looked} counts. */
        abstract String work();

        abstract long looked() throws SQLException;

        void execute(String sql) throws SQLException {
            try (Connection connection = source().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        String text(String sql) throws SQLException {
            try (Connection connection = source().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getString(1);
            }
        }

        long number(String sql) throws SQLException {
            return Long.parseLong(text(sql));
        }

        /** The statements that make runs of before. */
        static List<String> runs(String numbers, String concat, String time, String id, long from, long to, long history, long now, int flows) {
            String started = "CAST(" + now + " - (" + history + " - n.i) * " + (MINUTE / (double) flows) + " AS " + time + ")";
            String with = " FROM (" + numbers.replace("FROM_", Long.toString(from)).replace("TO_", Long.toString(to)) + ") n";
            String kept = "n.i % 1000 = 7";
            String status = "CASE WHEN n.i % 1000 = 8 THEN 'INTERRUPTED' WHEN n.i % 100 = 7 THEN 'FAILED' ELSE 'DONE' END";
            String flow = concat.formatted("'flow'", "n.i % " + flows);
            return List.of(
                    "INSERT INTO waybill_run (run_id, flow, owner, status, stage, mode, dataset, root, waybill, row_count, started_ms, ended_ms,"
                            + " logical_ms, window_kind, window_column, low_value, high_value, watermark_version, error, dead_letter, kept, attempt)"
                            + " SELECT " + id + ", " + flow + ", 'host-1 12345 2026-01-01T00:00:00Z 01234567-89ab-cdef-0123-456789abcdef:4026531834:4026531836:123456 0123456789abcdef:4026531841-0123456789', "
                            + status + ", 'END', 'full', 't', '/srv/exports', 'out/2026/orders.waybill.json', 1, " + started + ", " + started
                            + " + 1500, " + started + ", 'range', 'id', '1767225600000', '1767225660000', 1, CASE WHEN n.i % 100 = 7 THEN 'the place does not answer' END, CASE WHEN "
                            + kept + " THEN '/srv/data/dead-letter/orders' END, CASE WHEN " + kept + " THEN 1 END, 1" + with,
                    "INSERT INTO waybill_file (run_id, number, name, row_count, byte_count, sha256) SELECT " + id
                            + ", 1, 'out/2026/orders_1.csv', 1, 40, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'" + with,
                    "INSERT INTO waybill_delivery (run_id, number, delivery, endpoint, place, waybill, begun, status) SELECT " + id
                            + ", 1, 'local', 'file:{{root}}', '/srv/exports', 'out/2026/orders.waybill.json', 0, CASE WHEN n.i % 100 = 7 THEN 'FAILED' ELSE 'DELIVERED' END" + with,
                    "INSERT INTO waybill_firing (flow, trigger_id, due_ms, at_ms, run_id) SELECT " + flow + ", 'before', " + started + ", " + started + ", " + id + with);
        }
    }

    private static final class Postgres extends Server {

        private final EmbeddedPostgres server;
        private final HikariDataSource source = new HikariDataSource();
        private final List<String> indexes = new ArrayList<>();

        Postgres() throws IOException, SQLException {
            server = TestDatabases.server()
                    .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                    .setServerConfig("pg_stat_statements.track_utility", "on")
                    .setServerConfig("shared_buffers", "512MB")
                    .setServerConfig("max_wal_size", "4GB")
                    .setServerConfig("maintenance_work_mem", "512MB")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            source.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
            source.setUsername("postgres");
            source.setMaximumPoolSize(2);
            execute("CREATE EXTENSION pg_stat_statements");
        }

        @Override
        DataSource source() {
            return source;
        }

        @Override
        Map<String, String> settings() {
            return Map.of("url", source.getJdbcUrl(), "username", "postgres");
        }

        @Override
        String version() throws SQLException {
            return text("SELECT split_part(version(), ' on ', 1)") + ", fsync " + text("SHOW fsync") + ", synchronous_commit " + text("SHOW synchronous_commit")
                    + ", shared_buffers " + text("SHOW shared_buffers");
        }

        @Override
        void beforeFilling(long history) throws SQLException {
            if (history <= 2_000_000) {
                return;
            }
            List<String> names = new ArrayList<>();
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('waybill_run',"
                            + " 'waybill_delivery', 'waybill_file', 'waybill_firing') AND indexname NOT LIKE '%_pkey'")) {
                while (row.next()) {
                    names.add(row.getString(1));
                    indexes.add(row.getString(2));
                }
            }
            for (String name : names) {
                execute("DROP INDEX " + name);
            }
        }

        @Override
        List<String> filling(long from, long to, long history, long now, int flows) {
            String started = "(" + now + " - (" + history + " - n.i) * " + (MINUTE / (double) flows) + ")";
            return runs("SELECT generate_series(FROM_::bigint, TO_::bigint) AS i", "%s || (%s)", "bigint",
                    "to_char(to_timestamp(" + started + " / 1000) AT TIME ZONE 'UTC', 'YYYYMMDD\"T\"HH24MISS') || '-' || substr(md5(n.i::text), 1, 6)",
                    from, to, history, now, flows);
        }

        @Override
        void afterFilling(long history) throws SQLException {
            for (String index : indexes) {
                execute(index);
            }
            execute("VACUUM ANALYZE");
            execute("CHECKPOINT");
        }

        @Override
        double cpu() throws SQLException, IOException {
            long postmaster = Long.parseLong(stat(number("SELECT pg_backend_pid()"))[1]);
            double ticks = 0;
            try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
                for (Path process : processes.filter(path -> path.getFileName().toString().matches("\\d+")).toList()) {
                    try {
                        long pid = Long.parseLong(process.getFileName().toString());
                        String[] stat = stat(pid);
                        if (pid == postmaster || Long.parseLong(stat[1]) == postmaster) {
                            ticks += Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
                        }
                        if (pid == postmaster) { // those that have ended
                            ticks += Long.parseLong(stat[13]) + Long.parseLong(stat[14]);
                        }
                    } catch (IOException e) {
                        continue; // has ended meanwhile
                    }
                }
            }
            return ticks / 100;
        }

        @Override
        Map<String, Long> counters() throws SQLException {
            Map<String, Long> counters = new LinkedHashMap<>();
            counters.put("statements", number("SELECT SUM(calls)::bigint FROM pg_stat_statements WHERE query NOT ILIKE 'begin%' AND query NOT ILIKE 'commit%' AND query NOT ILIKE 'rollback%' AND query NOT LIKE 'SET %' AND query NOT LIKE '%pg_stat%'"));
            counters.put("of them those that write", number("SELECT SUM(calls)::bigint FROM pg_stat_statements WHERE query ~* '^(insert|update|delete)'"));
            counters.put("transactions", number("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'"));
            counters.put("of them rolled back", number("SELECT xact_rollback FROM pg_stat_database WHERE datname = 'postgres'"));
            counters.put("deadlocks", number("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'"));
            counters.put("bytes of its log", number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"));
            return counters;
        }

        @Override
        long connections() throws SQLException {
            return number("SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'") - 1;
        }

        @Override
        long bytes(String table) throws SQLException {
            return number("SELECT pg_total_relation_size('" + table + "')");
        }

        @Override
        String work() {
            return "pages of 8 KB looked at";
        }

        @Override
        long looked() throws SQLException {
            return number("SELECT SUM(shared_blks_hit + shared_blks_read)::bigint FROM pg_stat_statements WHERE query LIKE '%waybill%' AND query NOT LIKE '%pg_stat%'");
        }

        @Override
        public void close() throws IOException {
            source.close();
            server.close();
        }
    }

    private static final class MariaDb extends Server {

        private final HikariDataSource source = TestDatabases.mariadb();

        MariaDb() throws SQLException {
            execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
            execute("SET GLOBAL innodb_buffer_pool_size = 536870912");
        }

        @Override
        DataSource source() {
            return source;
        }

        @Override
        Map<String, String> settings() {
            return Map.of("url", source.getJdbcUrl(), "username", source.getUsername());
        }

        @Override
        String version() throws SQLException {
            return "MariaDB " + text("SELECT VERSION()") + ", innodb_flush_log_at_trx_commit "
                    + text("SELECT @@global.innodb_flush_log_at_trx_commit") + ", innodb_buffer_pool_size "
                    + number("SELECT @@global.innodb_buffer_pool_size") / 1048576 + "MB";
        }

        @Override
        void beforeFilling(long history) {
            // its bulk loading needs empty tables
        }

        @Override
        List<String> filling(long from, long to, long history, long now, int flows) {
            String started = "(" + now + " - (" + history + " - n.i) * " + (MINUTE / (double) flows) + ")";
            return runs("SELECT seq AS i FROM seq_FROM__to_TO_", "CONCAT(%s, %s)", "SIGNED",
                    "CONCAT(DATE_FORMAT(FROM_UNIXTIME(" + started + " / 1000), '%Y%m%dT%H%i%s'), '-', SUBSTR(MD5(n.i), 1, 6))",
                    from, to, history, now, flows);
        }

        @Override
        void afterFilling(long history) throws SQLException {
            for (String table : List.of("waybill_run", "waybill_delivery", "waybill_file", "waybill_firing")) {
                execute("ANALYZE TABLE " + table);
            }
        }

        private long status(String name) throws SQLException {
            return number("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = '" + name + "'");
        }

        @Override
        double cpu() throws SQLException, IOException {
            long pid = Long.parseLong(Files.readString(Path.of(text("SELECT @@global.pid_file").startsWith("/")
                    ? text("SELECT @@global.pid_file")
                    : text("SELECT @@global.datadir") + text("SELECT @@global.pid_file"))).trim());
            String[] stat = stat(pid);
            return (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / 100.0;
        }

        @Override
        Map<String, Long> counters() throws SQLException {
            Map<String, Long> counters = new LinkedHashMap<>();
            long reads = status("Com_select");
            long writes = status("Com_insert") + status("Com_update") + status("Com_delete");
            counters.put("statements", reads + writes);
            counters.put("of them those that write", writes);
            counters.put("transactions that write", status("Com_commit"));
            counters.put("of them rolled back", status("Com_rollback"));
            counters.put("deadlocks", status("Innodb_deadlocks"));
            counters.put("bytes of its log", status("Innodb_os_log_written"));
            return counters;
        }

        @Override
        long connections() throws SQLException {
            return status("Threads_connected") - 1;
        }

        @Override
        long bytes(String table) throws SQLException {
            execute("ANALYZE TABLE " + table);
            return number("SELECT data_length + index_length FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '" + table + "'");
        }

        @Override
        String work() {
            return "rows looked at";
        }

        @Override
        long looked() throws SQLException {
            return status("Handler_read_first") + status("Handler_read_key") + status("Handler_read_next") + status("Handler_read_prev")
                    + status("Handler_read_rnd") + status("Handler_read_rnd_next");
        }

        @Override
        public void close() {
            source.close();
        }
    }

    /** What the kernel tells of a process, behind its name. */
    private static String[] stat(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
