package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * One export whose rows three processes read, each in a folder of its own: one runs it, two work for it. Meanwhile amounts go from row to row.
 * In each round one of the three is killed, or put to sleep until the others have taken its range. Then it looks whether each run that is done has
 * each row once, all of the same moment, and what is left of the others.
 */
public final class DividedKills implements AutoCloseable {

    private static final int WORKERS = 2;
    private static final int ROWS = 3000;
    private static final long AMOUNT = 1000;

    private final Path work;
    private final DataSource source;
    private final DataSource ledger;
    private final Random random;
    private final Process[] workers = new Process[WORKERS];
    private final Map<String, Integer> kills = new TreeMap<>();
    private Process coordinator;
    private volatile boolean ended;

    /**
     * @param work an empty folder
     * @param source an empty PostgreSQL database
     * @param ledger of the ledger
     */
    public DividedKills(Path work, HikariDataSource source, HikariDataSource ledger, long seed) throws IOException {
        this.work = work;
        this.source = source;
        this.ledger = ledger;
        this.random = new Random(seed);
        Ledger.open(ledger, Clock.systemUTC(), null).close(); // makes its tables
        TestDatabases.execute(
                source,
                "CREATE TABLE t (id int PRIMARY KEY, amount bigint NOT NULL, payload text NOT NULL)",
                "INSERT INTO t SELECT n, " + AMOUNT + ", repeat('x', 300) FROM generate_series(1, " + ROWS + ") n",
                // so that a range takes its time, as one of many rows does
                "CREATE FUNCTION passed(id int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF id % 50 = 0 THEN PERFORM pg_sleep(0.03); END IF; RETURN true; END $$",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY slowly ON t USING (passed(id))",
                "DO $$ BEGIN CREATE ROLE divided_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "GRANT SELECT ON t TO divided_reader",
                "ANALYZE t");
        String properties = "waybill.datasource.db.url = " + source.getJdbcUrl()
                + "\nwaybill.datasource.db.username = divided_reader\nwaybill.ledger.url = " + ledger.getJdbcUrl()
                + "\nwaybill.ledger.username = " + ledger.getUsername() + "\n";
        for (int node = 0; node <= WORKERS; node++) {
            Path folder =
                    Files.createDirectories(folder(node).resolve("routes")).getParent();
            Files.writeString(folder.resolve("application.properties"), properties);
            Files.writeString(
                    folder.resolve("routes/big.toml"),
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + work.resolve("out")
                            + "/{run_id}/\"\nformat = \"csv\"\nmax_rows_per_file = 200\nprocesses = 3\n");
        }
    }

    private Path folder(int node) {
        return work.resolve(node == 0 ? "runs" : "works" + node);
    }

    /**
     * What came of it.
     *
     * @param kills what was done to processes, and how often
     * @param runs how many runs ended how
     * @param readByWorkers ranges of runs that are done that others have read than who has run them
     * @param leasedAgain leases of ranges that came to nothing
     * @param mixed runs whose rows are not all of one moment
     */
    public record Report(
            Map<String, Integer> kills,
            Map<String, Integer> runs,
            long ranges,
            long readByWorkers,
            long leasedAgain,
            long rows,
            long lost,
            long doubled,
            long mixed,
            List<String> leftovers) {}

    private Process start(int node, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(Launcher.SCRIPT.toString()));
        all.addAll(List.of(command));
        ProcessBuilder process = new ProcessBuilder(all)
                .directory(folder(node).toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder(node).resolve("out.txt").toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder(node).resolve("err.txt").toFile()));
        Launcher.startQuickly(process);
        return process.start();
    }

    /** Kills so many processes, each in a run. */
    public Report run(int rounds) throws Exception {
        for (int worker = 0; worker < WORKERS; worker++) {
            workers[worker] = start(worker + 1, "work");
        }
        until("both workers are there", () -> number(ledger, "SELECT count(*) FROM waybill_node") == WORKERS);
        Thread transfers = new Thread(this::transfer, "transfers");
        transfers.start();
        try {
            for (int round = 0; round < rounds; round++) {
                round();
            }
        } finally {
            ended = true;
            transfers.join();
        }
        close();
        return report();
    }

    private void round() throws Exception {
        coordinator = start(0, "run", "big");
        switch (random.nextInt(4)) {
            case 0 -> killCoordinator();
            case 1 -> sleep(random.nextInt(WORKERS));
            default -> killWorker(random.nextInt(WORKERS));
        }
        while (coordinator.waitFor() != 0) {
            coordinator = start(0, "run", "big");
        }
    }

    private void killCoordinator() throws Exception {
        if (random.nextBoolean()) {
            until("ranges are read", () -> !coordinator.isAlive() || leased(coordinator) || anyRead());
            coordinator.waitFor(random.nextInt(600), TimeUnit.MILLISECONDS);
        } else {
            coordinator.waitFor(random.nextInt(4000), TimeUnit.MILLISECONDS);
        }
        if (coordinator.isAlive()) {
            coordinator.destroyForcibly().waitFor();
            count("who runs it");
        }
    }

    private void killWorker(int worker) throws Exception {
        Process process = workers[worker];
        until("it reads", () -> !coordinator.isAlive() || leased(process));
        process.waitFor(random.nextInt(120), TimeUnit.MILLISECONDS);
        count(leased(process) ? "worker that reads" : "worker");
        process.destroyForcibly().waitFor();
        workers[worker] = start(worker + 1, "work");
    }

    /** It wakes up when another has read its range, and the run may have ended. */
    private void sleep(int worker) throws Exception {
        Process process = workers[worker];
        until("it reads", () -> !coordinator.isAlive() || leased(process));
        signal(process, "STOP");
        try {
            count(leased(process) ? "put to sleep, reading" : "put to sleep");
            TestDatabases.execute(
                    ledger,
                    "UPDATE waybill_range SET lease_until_ms = 1 WHERE lease_until_ms IS NOT NULL AND row_count IS NULL AND owner LIKE '% "
                            + process.pid() + " %'");
            coordinator.waitFor(random.nextBoolean() ? 600 : 60_000, TimeUnit.MILLISECONDS);
        } finally {
            signal(process, "CONT");
        }
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private void count(String what) {
        kills.merge(what, 1, Integer::sum);
    }

    private boolean leased(Process process) throws SQLException {
        return number(
                        ledger,
                        "SELECT count(*) FROM waybill_range WHERE row_count IS NULL AND lease_until_ms IS NOT NULL"
                                + " AND owner LIKE '% " + process.pid() + " %'")
                > 0;
    }

    private boolean anyRead() throws SQLException {
        return number(
                        ledger,
                        "SELECT count(*) FROM waybill_range r JOIN waybill_lock l ON l.run_id = r.run_id"
                                + " WHERE r.row_count IS NOT NULL")
                > 0;
    }

    /** The sum of all stays the same. */
    private void transfer() {
        Random which = new Random(7);
        while (!ended) {
            int from = 1 + which.nextInt(ROWS);
            int to = 1 + which.nextInt(ROWS);
            TestDatabases.execute(
                    source,
                    "UPDATE t SET amount = amount + CASE id WHEN " + from + " THEN -1 ELSE 1 END WHERE " + from + " <> "
                            + to + " AND id IN (" + from + ", " + to + ")");
        }
    }

    /** Asks something that may be so. */
    @FunctionalInterface
    private interface Asked {
        boolean isSo() throws Exception;
    }

    private void until(String what, Asked asked) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Launcher.MINUTES);
        while (!asked.isSo()) {
            for (Process worker : workers) {
                if (!worker.isAlive()) {
                    throw new IllegalStateException("a worker has ended; see " + work);
                }
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not so: " + what + "; see " + work);
            }
            workers[0].waitFor(5, TimeUnit.MILLISECONDS);
        }
    }

    private static long number(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Report report() throws Exception {
        long lost = 0;
        long doubled = 0;
        long mixed = 0;
        long done = 0;
        List<Path> found;
        try (Stream<Path> files = Files.walk(work.resolve("out"))) {
            found = new ArrayList<>(files.filter(Files::isRegularFile).toList());
        }
        for (Path waybill : List.copyOf(found)) {
            if (!waybill.toString().endsWith(".waybill.json")) {
                continue;
            }
            found.remove(waybill);
            done++;
            Map<Integer, Integer> out = new HashMap<>();
            long sum = 0;
            JsonNode json = new ObjectMapper().readTree(waybill.toFile());
            for (JsonNode file : json.get("files")) {
                Path path = waybill.resolveSibling(file.get("name").asText());
                found.remove(path);
                List<String> lines = Files.readAllLines(path);
                for (String line : lines.subList(1, lines.size())) {
                    String[] fields = line.split(",");
                    out.merge(Integer.parseInt(fields[0]), 1, Integer::sum);
                    sum += Long.parseLong(fields[1]);
                }
            }
            lost += ROWS - out.size();
            doubled += out.values().stream().mapToLong(count -> count - 1).sum();
            mixed += sum == ROWS * AMOUNT ? 0 : 1;
        }
        Map<String, Integer> runs = new TreeMap<>();
        try (Connection connection = ledger.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT status, count(*) FROM waybill_run GROUP BY status")) {
            while (row.next()) {
                runs.put(row.getString(1), row.getInt(2));
            }
        }
        String ofDone = " FROM waybill_range r JOIN waybill_run u ON u.run_id = r.run_id WHERE u.status = 'DONE'";
        lost += (runs.getOrDefault("DONE", 0) - done) * ROWS;
        return new Report(
                kills,
                runs,
                number(ledger, "SELECT count(*)" + ofDone),
                number(ledger, "SELECT count(*)" + ofDone + " AND r.owner <> u.owner"),
                number(ledger, "SELECT coalesce(sum(r.fence - 1), 0)" + ofDone),
                done * ROWS,
                lost,
                doubled,
                mixed,
                found.stream().map(file -> work.relativize(file).toString()).toList());
    }

    /** Has them stop by themselves. */
    @Override
    public void close() throws Exception {
        List<Process> all = new ArrayList<>(Arrays.asList(workers));
        all.add(coordinator);
        for (Process process : all) {
            if (process != null) {
                process.destroy();
            }
        }
        for (Process process : all) {
            if (process != null && !process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
