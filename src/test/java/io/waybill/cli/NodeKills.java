package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Three {@code waybill serve} of the same flows on one ledger, each in a folder of its own. In each round there are new rows, and one of them is
 * killed by SIGKILL at a random moment and started again. Then it counts what is lost or doubled.
 */
public final class NodeKills implements AutoCloseable {

    private static final int NODES = 3;
    private static final List<String> FLOWS = List.of("a", "b", "c");
    private static final int ROWS = 300;
    private static final int ROWS_PER_FILE = 25;

    private final Path work;
    private final DataSource source;
    private final DataSource ledger;
    private final Random random;
    private final Process[] nodes = new Process[NODES];
    private final boolean remote;

    /**
     * @param work an empty folder
     * @param source an empty PostgreSQL database of user postgres
     * @param sourceUrl its URL
     * @param ledger the settings of the ledger
     * @param connection the settings of connection there, by which files come to the folder's folder out; empty for the folder itself
     */
    public NodeKills(
            Path work,
            DataSource source,
            String sourceUrl,
            DataSource ledger,
            Map<String, String> ledgerSettings,
            Map<String, String> connection,
            long seed)
            throws IOException {
        this.work = work;
        this.source = source;
        this.ledger = ledger;
        this.random = new Random(seed);
        this.remote = !connection.isEmpty();
        Ledger.open(ledger, Clock.systemUTC(), null).close(); // makes its tables
        TestDatabases.execute(source, "CREATE TABLE t (id bigserial PRIMARY KEY, payload text NOT NULL)");
        Map<String, String> settings = new TreeMap<>(connection);
        settings.put("waybill.datasource.db.url", sourceUrl);
        settings.put("waybill.datasource.db.username", "postgres");
        ledgerSettings.forEach((key, value) -> settings.put("waybill.ledger." + key, value));
        if (remote) {
            settings.put("waybill.connection.there.upload-ahead", "0");
        }
        StringBuilder properties = new StringBuilder();
        settings.forEach((key, value) ->
                properties.append(key).append(" = ").append(value).append('\n'));
        for (int node = 0; node < NODES; node++) {
            Path folder =
                    Files.createDirectories(folder(node).resolve("routes")).getParent();
            Files.writeString(folder.resolve("application.properties"), properties);
            Files.writeString(
                    folder.resolve("routes/datasets.toml"),
                    "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
            for (String flow : FLOWS) {
                Files.writeString(folder.resolve("routes/" + flow + ".toml"), flow(flow));
            }
        }
    }

    private String flow(String flow) {
        String path = remote ? "sftp:" + flow : work.resolve("out") + "/" + flow;
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + path + "/{run_id}/{part}.csv\"\n"
                + (remote ? "connection = \"there\"\n" : "")
                + "since_last_export = true\nskip_empty = true\nmax_rows_per_file = " + ROWS_PER_FILE
                + "\n[[triggers]]\nid = \"x\"\ntype = \"schedule\"\nschedule = \"*/3 * * * * ?\"\ncatch_up = true\n";
    }

    private Path folder(int node) {
        return work.resolve("node" + (node + 1));
    }

    /**
     * What came of it.
     *
     * @param killedWithRuns kills of a process that held runs
     * @param runs how many runs ended how
     * @param byNode how many runs are done of each process that there was
     * @param takenOver the log lines of processes that took runs over, and what came of these
     */
    public record Report(
            int kills,
            int killedWithRuns,
            Map<String, Integer> runs,
            List<Integer> byNode,
            long rows,
            long lost,
            long doubled,
            List<String> leftovers,
            List<String> takenOver) {}

    private void start(int node) throws IOException {
        ProcessBuilder process = new ProcessBuilder(Launcher.SCRIPT.toString(), "serve")
                .directory(folder(node).toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder(node).resolve("out.txt").toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder(node).resolve("err.txt").toFile()));
        Launcher.startQuickly(process);
        nodes[node] = process.start();
    }

    /** Kills so many processes, and waits until all rows are exported. */
    public Report run(int rounds) throws Exception {
        for (int node = 0; node < NODES; node++) {
            start(node);
        }
        until("all three are there", () -> there() == NODES);
        int withRuns = 0;
        for (int round = 0; round < rounds; round++) {
            insert();
            int node = random.nextInt(NODES);
            // what it does when it is killed is chance, or a run, as often
            if (random.nextBoolean()) {
                node = oneThatRuns(node);
            } else {
                nodes[node].waitFor(random.nextInt(2000), TimeUnit.MILLISECONDS);
            }
            nodes[node].destroyForcibly().waitFor();
            withRuns += held(node).isEmpty() ? 0 : 1;
            start(node);
        }
        insert();
        long last = number(source, "SELECT max(id) FROM t");
        for (String flow : FLOWS) {
            until(
                    "flow " + flow + " has exported all",
                    () -> number(
                                    ledger,
                                    "SELECT count(*) FROM waybill_watermark WHERE flow = '" + flow
                                            + "' AND watermark = '" + last + "'")
                            == 1);
        }
        until("no run is under way", () -> number(ledger, "SELECT count(*) FROM waybill_lock") == 0);
        close();
        return report(rounds, withRuns);
    }

    /** Waits until one runs something, whichever that is: one that was just killed takes its time to start. */
    private int oneThatRuns(int first) throws Exception {
        int[] found = {-1};
        until("one runs something", () -> {
            for (int i = 0; i < NODES && found[0] < 0; i++) {
                int node = (first + i) % NODES;
                found[0] = held(node).isEmpty() ? -1 : node;
            }
            return found[0] >= 0;
        });
        return found[0];
    }

    private void insert() {
        TestDatabases.execute(
                source, "INSERT INTO t (payload) SELECT repeat('x', 50) FROM generate_series(1, " + ROWS + ")");
    }

    /** How many are there that nobody has killed. */
    private long there() throws SQLException {
        return number(ledger, "SELECT count(*) FROM waybill_node");
    }

    /** The runs that a process holds. */
    private List<String> held(int node) throws SQLException {
        List<String> held = new ArrayList<>();
        try (Connection connection = ledger.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT run_id, owner FROM waybill_lock")) {
            while (row.next()) {
                if (row.getString(2).split(" ")[1].equals(Long.toString(nodes[node].pid()))) {
                    held.add(row.getString(1));
                }
            }
        }
        return held;
    }

    /** Asks something that may be so. */
    @FunctionalInterface
    private interface Asked {
        boolean isSo() throws Exception;
    }

    private void until(String what, Asked asked) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Launcher.MINUTES);
        while (!asked.isSo()) {
            for (int node = 0; node < NODES; node++) {
                if (!nodes[node].isAlive()) {
                    throw new IllegalStateException("node" + (node + 1) + " has ended:\n"
                            + Files.readString(folder(node).resolve("err.txt")));
                }
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not so: " + what + "; see " + work);
            }
            nodes[0].waitFor(5, TimeUnit.MILLISECONDS);
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

    private Report report(int kills, int withRuns) throws Exception {
        long lost = 0;
        long doubled = 0;
        long last = number(source, "SELECT max(id) FROM t");
        List<String> leftovers = new ArrayList<>();
        for (String flow : FLOWS) {
            Map<Long, Integer> out = new HashMap<>();
            List<Path> found;
            try (Stream<Path> files = Files.walk(work.resolve("out").resolve(flow))) {
                found = new ArrayList<>(files.filter(Files::isRegularFile).toList());
            }
            for (Path waybill : List.copyOf(found)) {
                if (waybill.toString().endsWith(".waybill.json")) {
                    found.remove(waybill);
                    JsonNode json = new ObjectMapper().readTree(waybill.toFile());
                    for (JsonNode file : json.get("files")) {
                        Path path = waybill.resolveSibling(file.get("name").asText());
                        found.remove(path);
                        Files.readAllLines(path).stream()
                                .skip(1)
                                .forEach(line -> out.merge(
                                        Long.parseLong(line.substring(0, line.indexOf(','))), 1, Integer::sum));
                    }
                }
            }
            found.forEach(file -> leftovers.add(work.relativize(file).toString()));
            lost += last - out.size();
            doubled += out.values().stream().mapToLong(count -> count - 1).sum();
        }
        Map<String, Integer> runs = new TreeMap<>();
        List<Integer> byNode = new ArrayList<>();
        try (Connection connection = ledger.getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT status, count(*) FROM waybill_run GROUP BY status")) {
                while (row.next()) {
                    runs.put(row.getString(1), row.getInt(2));
                }
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT count(*) FROM waybill_run WHERE status = 'DONE' GROUP BY owner ORDER BY 1 DESC")) {
                while (row.next()) {
                    byNode.add(row.getInt(1));
                }
            }
        }
        return new Report(kills, withRuns, runs, byNode, last * FLOWS.size(), lost, doubled, leftovers, takenOver());
    }

    private List<String> takenOver() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            String name = "node" + (node + 1) + "  ";
            Files.readAllLines(folder(node).resolve("err.txt")).stream()
                    .filter(line -> line.contains("is taken over") || line.contains("ended before the run did"))
                    .forEach(line -> lines.add(name + line));
        }
        return lines;
    }

    /** Has them stop by themselves. */
    @Override
    public void close() throws Exception {
        for (Process node : nodes) {
            if (node != null) {
                node.destroy();
            }
        }
        for (Process node : nodes) {
            if (node != null && !node.waitFor(1, TimeUnit.MINUTES)) {
                node.destroyForcibly().waitFor();
            }
        }
    }
}
