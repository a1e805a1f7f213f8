package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Starts {@code waybill run} again and again, each time with new rows to export, and kills it by SIGKILL: at a random moment, or in
 * a stage. Then it runs once more, and counts what is lost, doubled, or left.
 */
public final class Kills {

    /** In which stage to kill; none of them for a random moment. */
    private static final List<String> STAGES = List.of("PLAN", "STAGE", "PUBLISH", "COMMIT");

    /** Rows of the flow whose one file is replaced by each of its runs. */
    static final int LAST_ROWS = 2000;

    private static final int ROWS = 400;
    private static final int ROWS_PER_FILE = 25;

    private final Path work;
    private final DataSource source;
    private final String ledgerUrl;
    private final Random random;
    private final KilledRuns runs;
    private Troubles troubles;

    /**
     * @param work an empty folder
     * @param url the JDBC URL of a PostgreSQL database that is empty, and of user postgres
     * @param ledgerUrl of the ledger, as user postgres; null for the file that is the default
     * @param connection the settings of a connection, by which files come to the folder's folder out; empty for a folder
     */
    public Kills(Path work, DataSource source, String url, String ledgerUrl, Map<String, String> connection, long seed)
            throws IOException {
        this.work = work;
        this.source = source;
        this.ledgerUrl = ledgerUrl;
        this.random = new Random(seed);
        this.runs = new KilledRuns(work, "t", ledgerUrl, random);
        TestDatabases.execute(source, "CREATE TABLE t (id bigserial PRIMARY KEY, payload text NOT NULL)");
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = " + url + "\nwaybill.datasource.db.username = postgres\n"
                        + (ledgerUrl == null
                                ? ""
                                : "waybill.ledger.url = " + ledgerUrl + "\nwaybill.ledger.username = postgres\n")
                        + connection.entrySet().stream()
                                .map(setting -> setting.getKey() + " = " + setting.getValue() + "\n")
                                .collect(java.util.stream.Collectors.joining())
                        // however small they are
                        + (connection.isEmpty() ? "" : "waybill.connection.there.upload-ahead = 0\n"));
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        // the names do not vary, so that what one run leaves is in the next one's way
        Files.writeString(
                work.resolve("routes/t.toml"),
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \""
                        + (connection.isEmpty()
                                ? "out/{part}/t.csv\"\n"
                                : "sftp:{part}/t.csv\"\nconnection = \"there\"\n")
                        + "since_last_export = true\nmax_rows_per_file = " + ROWS_PER_FILE + "\n");
    }

    /**
     * What came of it.
     *
     * @param kills processes that were killed before they had ended
     * @param killedIn how many of them in which stage, as the ledger shows it; before their run was recorded: {@code START}
     * @param runs how many runs ended how
     * @param rows rows of the source
     * @param lost rows that are in no file
     * @param doubled rows that are in more than one, counted each further time
     * @param leftovers files that no waybill names, locks, and runs that seem to go on
     * @param gone how often a file that is replaced by each run of its flow was not there, or not whole
     * @param around what went on beside the runs
     */
    public record Report(
            int kills,
            Map<String, Integer> killedIn,
            Map<String, Integer> runs,
            long rows,
            long lost,
            long doubled,
            List<String> leftovers,
            int gone,
            String around) {}

    /**
     * Lets more go on around the runs: transactions that are prepared, a reader that takes files as soon as their waybill is there, runs
     * of another flow in the same folder, which replace its one file, and are killed, too; and processes that sleep longer than their
     * lease, and wake up when others have gone on with their runs.
     */
    public Kills amongTroubles() throws IOException {
        TestDatabases.execute(
                source, "CREATE TABLE last AS SELECT n AS id FROM generate_series(1, " + LAST_ROWS + ") n");
        Files.writeString(
                work.resolve("routes/last.toml"),
                "[properties.export]\nsource_dataset_id = \"last\"\nfile_path = \"last/last.csv\"\n");
        troubles = new Troubles(work, source, new Random(random.nextLong()));
        return this;
    }

    /** Kills so many processes, and runs once more. */
    public Report run(int wanted) throws Exception {
        runs.begin();
        if (troubles != null) {
            runs.start("last").waitFor();
            troubles.start();
        }
        while (runs.kills() < wanted) {
            TestDatabases.execute(
                    source, "INSERT INTO t (payload) SELECT repeat('x', 50) FROM generate_series(1, " + ROWS + ")");
            if (troubles != null && random.nextInt(5) == 0) {
                killNeighbour();
            }
            int choice = random.nextInt(STAGES.size() * 2);
            if (troubles != null && ledgerUrl != null && random.nextInt(6) == 0) {
                runs.putToSleep();
            } else if (choice >= STAGES.size()) {
                runs.kill(runs.atRandom(1.1));
            } else {
                runs.kill(ledgerUrl == null ? staged() : runs.in(STAGES.get(choice), 8));
            }
        }
        if (troubles != null) {
            runs.start("last").waitFor();
            troubles.close();
        }
        Process last = runs.start();
        if (last.waitFor() != 0) {
            throw new IllegalStateException("the last run failed: " + Files.readString(work.resolve("err.txt")));
        }
        return report();
    }

    /** Another flow's run, which may clean up after those of the first one, and is killed itself as often as not. */
    private void killNeighbour() throws Exception {
        Process process = runs.start("last");
        if (random.nextBoolean()) {
            process.waitFor((long) (runs.millis() * (0.4 + 0.7 * random.nextDouble())), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            runs.start("last").waitFor();
        } else {
            process.waitFor();
        }
    }

    /** Once a run has a folder for what it stages; a ledger that is a file is not looked into while a run uses it. */
    private KilledRuns.Moment staged() throws IOException {
        Set<Path> before = staging();
        return process -> {
            while (process.isAlive() && before.containsAll(staging())) {
                process.waitFor(1, TimeUnit.MILLISECONDS);
            }
            process.waitFor(random.nextInt(150), TimeUnit.MILLISECONDS);
        };
    }

    private Set<Path> staging() throws IOException {
        Path folder = work.resolve("out/.waybill");
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (Stream<Path> runs = Files.list(folder)) {
            return runs.collect(java.util.stream.Collectors.toSet());
        } catch (java.nio.file.NoSuchFileException | java.io.UncheckedIOException e) {
            return Set.of(); // a run has removed it just now
        }
    }

    private Connection ledger() throws SQLException {
        return ledgerUrl == null
                ? DriverManager.getConnection("jdbc:sqlite:" + work.resolve("data/ledger.db"))
                : DriverManager.getConnection(ledgerUrl, "postgres", "");
    }

    private Report report() throws Exception {
        Map<Long, Integer> out = new HashMap<>();
        Set<Path> named = new HashSet<>();
        List<Path> found = new ArrayList<>();
        for (String folder : List.of("out", "taken", "last")) {
            if (Files.exists(work.resolve(folder))) {
                try (Stream<Path> files = Files.walk(work.resolve(folder))) {
                    files.filter(Files::isRegularFile).forEach(found::add);
                }
            }
        }
        for (Path waybill : found) {
            boolean onItsWay = waybill.getFileName().toString().startsWith(".");
            if (waybill.toString().endsWith(".waybill.json") && !onItsWay) {
                named.add(waybill);
                JsonNode json = new ObjectMapper().readTree(waybill.toFile());
                for (JsonNode file : json.get("files")) {
                    Path path = waybill.resolveSibling(file.get("name").asText());
                    named.add(path);
                    if (path.startsWith(work.resolve("last"))) {
                        continue;
                    }
                    Files.readAllLines(path).stream()
                            .skip(1)
                            .forEach(line ->
                                    out.merge(Long.valueOf(line.substring(0, line.indexOf(','))), 1, Integer::sum));
                }
            }
        }
        List<String> leftovers = new ArrayList<>();
        found.stream().filter(file -> !named.contains(file)).forEach(file -> leftovers.add(file.toString()));
        try (Stream<Path> folders = Files.walk(work.resolve("out"))) {
            folders.filter(file -> file.getFileName().toString().startsWith(".waybill"))
                    .forEach(folder -> leftovers.add(folder.toString()));
        }
        if (Files.exists(work.resolve("data/staging"))) {
            leftovers.add("staged files");
        }
        if (Files.exists(work.resolve("data/dead-letter"))) {
            leftovers.add("dead letters");
        }
        Map<String, Integer> ended = new TreeMap<>();
        try (Connection ledger = ledger();
                Statement statement = ledger.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT flow, run_id FROM waybill_lock")) {
                while (row.next()) {
                    leftovers.add("lock of " + row.getString(1) + " by " + row.getString(2));
                }
            }
            try (ResultSet row =
                    statement.executeQuery("SELECT status, count(*) FROM waybill_run GROUP BY status ORDER BY 1")) {
                while (row.next()) {
                    ended.put(row.getString(1), row.getInt(2));
                }
            }
        }
        if (ended.containsKey("RUNNING")) {
            leftovers.add(ended.get("RUNNING") + " runs that seem to go on");
        }
        long rows = 0;
        long lost = 0;
        long doubled = out.values().stream().mapToLong(count -> count - 1).sum();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id FROM t")) {
            while (row.next()) {
                rows++;
                lost += out.containsKey(row.getLong(1)) ? 0 : 1;
            }
        }
        String around = troubles == null
                ? ""
                : troubles.prepared() + " transactions prepared, " + troubles.taken() + " sets of files taken at once, "
                        + runs.woken() + " processes woken";
        return new Report(
                runs.kills(),
                runs.killedIn(),
                ended,
                rows,
                lost,
                doubled,
                leftovers,
                troubles == null ? 0 : troubles.gone(),
                around);
    }

    /** How many processes had ended before they were killed. */
    public int tooLate() {
        return runs.tooLate();
    }
}
