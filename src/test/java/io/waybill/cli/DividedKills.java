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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * One export whose rows three processes read, each in a folder of its own: one runs it, two work for it. Meanwhile amounts go from row to row.
 * In each round one of the three is killed as it reads, or put to sleep until the others have taken its range. Then it looks whether each run that is done has
 * each row once, all of the same moment, and what is left of the others.
 */
public final class DividedKills implements AutoCloseable {

    private static final int WORKERS = 2;
    private static final int ROWS = 3000;
    private static final long AMOUNT = 1000;

    /** Some in each run, and no more versions of rows than rows. */
    private static final Duration BETWEEN_TRANSFERS = Duration.ofMillis(3);

    private final Path work;
    private final DataSource source;
    private final DataSource ledger;
    private final Random random;
    private final Process[] workers = new Process[WORKERS];
    private final Map<String, Integer> kills = new TreeMap<>();
    private Process coordinator;
    private Process struck;
    private boolean asleep;
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
                // a reader gets no further than somebody lets it
                "CREATE FUNCTION passed(id int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF id % 50 = 0 THEN PERFORM pg_advisory_lock_shared(42); PERFORM pg_advisory_unlock_shared(42);"
                        + " PERFORM pg_sleep(0.002); END IF; RETURN true; END $$",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY slowly ON t USING (passed(id))",
                "DO $$ BEGIN CREATE ROLE divided_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "GRANT SELECT ON t TO divided_reader",
                "ANALYZE t");
        // without its user, by whom the driver would log in whatever else is said
        String properties = "waybill.datasource.db.url = "
                + source.getJdbcUrl().replaceAll("\\?.*", "")
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
        boolean ofTheCoordinator = random.nextInt(4) == 0;
        Process victim;
        try (Connection gate = source.getConnection();
                Statement lock = gate.createStatement()) {
            lock.execute("SELECT pg_advisory_lock(42)");
            try {
                coordinator = start(0, "run", "big");
                victim = ofTheCoordinator ? coordinator : workers[random.nextInt(WORKERS)];
                until("the victim reads", () -> leased(victim));
                if (random.nextBoolean()) { // else it has got somewhere
                    strike(victim);
                }
            } finally {
                lock.execute("SELECT pg_advisory_unlock(42)");
            }
        }
        if (struck != victim) {
            victim.waitFor(random.nextInt(ofTheCoordinator ? 3000 : 400), TimeUnit.MILLISECONDS);
            strike(victim);
        }
        for (int worker = 0; worker < WORKERS; worker++) {
            if (!workers[worker].isAlive()) {
                workers[worker] = start(worker + 1, "work");
            }
        }
        if (asleep) {
            coordinator.waitFor(random.nextBoolean() ? 500 : 60_000, TimeUnit.MILLISECONDS);
            signal(victim, "CONT");
            asleep = false;
        }
        while (coordinator.waitFor() != 0) {
            coordinator = start(0, "run", "big");
        }
        struck = null;
    }

    /** Kills a process; a worker may be put to sleep instead, and wakes up when another may have its range. */
    private void strike(Process victim) throws Exception {
        struck = victim;
        String state = leased(victim) ? ", reading" : "";
        if (victim != coordinator && random.nextInt(3) == 0) {
            signal(victim, "STOP");
            asleep = true;
            TestDatabases.execute(
                    ledger,
                    "UPDATE waybill_range SET lease_until_ms = 1 WHERE lease_until_ms IS NOT NULL AND row_count IS NULL AND owner LIKE '% "
                            + victim.pid() + " %'");
            count("put to sleep" + state);
        } else if (victim.isAlive()) {
            victim.destroyForcibly().waitFor();
            count((victim == coordinator ? "who runs it" : "worker") + state);
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
            LockSupport.parkNanos(BETWEEN_TRANSFERS.toNanos());
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
            if (coordinator != null && !coordinator.isAlive()) {
                throw new IllegalStateException("not so: " + what + "; the run has ended, exit code "
                        + coordinator.exitValue() + ", after " + kills + ":\n"
                        + Files.readString(folder(0).resolve("out.txt"))
                        + Files.readString(folder(0).resolve("err.txt")));
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
