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

    /** Once a run has a folder for what it stages; a ledger that is a file is not looked into while a run uses it. */
    private static final String STAGING = "the staging folder";

    private static final int ROWS = 400;
    private static final int ROWS_PER_FILE = 25;

    private final Path work;
    private final DataSource source;
    private final String ledgerUrl;
    private final Random random;
    private final Map<String, Integer> killedIn = new TreeMap<>();
    private int kills;
    private int tooLate;
    /** How long a run takes that is not killed. */
    private long millis;

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
     */
    public record Report(
            int kills,
            Map<String, Integer> killedIn,
            Map<String, Integer> runs,
            long rows,
            long lost,
            long doubled,
            List<String> leftovers) {}

    /** Kills so many processes, and runs once more. */
    public Report run(int wanted) throws Exception {
        start().waitFor(); // makes the ledger's tables, which takes its time
        long began = System.nanoTime();
        start().waitFor();
        millis = (System.nanoTime() - began) / 1_000_000;
        while (kills < wanted) {
            TestDatabases.execute(
                    source, "INSERT INTO t (payload) SELECT repeat('x', 50) FROM generate_series(1, " + ROWS + ")");
            int choice = random.nextInt(STAGES.size() * 2);
            if (choice >= STAGES.size()) {
                kill(null);
            } else {
                kill(ledgerUrl == null ? STAGING : STAGES.get(choice));
            }
        }
        Process last = start();
        if (last.waitFor() != 0) {
            throw new IllegalStateException("the last run failed: " + Files.readString(work.resolve("err.txt")));
        }
        return report();
    }

    private Process start() throws IOException {
        return new ProcessBuilder(Path.of("waybill").toAbsolutePath().toString(), "run", "t", "--json")
                .directory(work.toFile())
                .redirectOutput(work.resolve("out.txt").toFile())
                .redirectError(work.resolve("err.txt").toFile())
                .start();
    }

    private void kill(String stage) throws Exception {
        Set<Path> before = staging();
        Process process = start();
        if (stage == null) {
            process.waitFor((long) (millis * (0.4 + 0.7 * random.nextDouble())), TimeUnit.MILLISECONDS);
        } else if (stage.equals(STAGING)) {
            while (process.isAlive() && before.containsAll(staging())) {
                process.waitFor(1, TimeUnit.MILLISECONDS);
            }
            process.waitFor(random.nextInt(150), TimeUnit.MILLISECONDS);
        } else {
            awaitStage(process, stage);
            process.waitFor(random.nextInt(8), TimeUnit.MILLISECONDS);
        }
        boolean inTime = process.isAlive();
        process.destroyForcibly().waitFor();
        if (!inTime || process.exitValue() == 0) {
            tooLate++;
            return;
        }
        kills++;
        killedIn.merge(ledgerUrl == null ? "ANY" : openStage().orElse("START"), 1, Integer::sum);
    }

    private void awaitStage(Process process, String stage) throws Exception {
        while (process.isAlive() && !openStage().equals(java.util.Optional.of(stage))) {
            process.waitFor(1, TimeUnit.MILLISECONDS);
        }
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

    /** The stage of the run that seems to go on. */
    private java.util.Optional<String> openStage() throws SQLException {
        try (Connection ledger = ledger();
                Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT stage FROM waybill_run WHERE status = 'RUNNING' ORDER BY started_ms DESC")) {
            return row.next() ? java.util.Optional.of(row.getString(1)) : java.util.Optional.empty();
        } catch (SQLException e) {
            return java.util.Optional.empty(); // its tables are not there yet
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
        List<Path> found;
        try (Stream<Path> files = Files.walk(work.resolve("out"))) {
            found = files.filter(Files::isRegularFile).toList();
        }
        for (Path waybill : found) {
            if (waybill.toString().endsWith(".waybill.json")) {
                named.add(waybill);
                JsonNode json = new ObjectMapper().readTree(waybill.toFile());
                for (JsonNode file : json.get("files")) {
                    Path path = waybill.resolveSibling(file.get("name").asText());
                    named.add(path);
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
        Map<String, Integer> runs = new TreeMap<>();
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
                    runs.put(row.getString(1), row.getInt(2));
                }
            }
        }
        if (runs.containsKey("RUNNING")) {
            leftovers.add(runs.get("RUNNING") + " runs that seem to go on");
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
        return new Report(kills, killedIn, runs, rows, lost, doubled, leftovers);
    }

    /** How many processes had ended before they were killed. */
    public int tooLate() {
        return tooLate;
    }
}
