package io.waybill.cli;

import io.waybill.TestDatabases;
import io.waybill.servers.Lake;
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
import javax.sql.DataSource;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;

/**
 * Starts {@code waybill run} again and again, each time with new rows for a table of Iceberg, and kills it by SIGKILL: at a random moment, or
 * in a stage; some are put to sleep instead, and wake up when another process has gone on with their run. Then it runs once more, and counts.
 */
public final class LakeKills {

    private static final List<String> STAGES = List.of("STAGE", "PUBLISH", "COMMIT", "COMMIT");
    private static final String TABLE = "sales.orders";
    private static final int ROWS = 50;

    private final Path work;
    private final DataSource source;
    private final String ledgerUrl;
    private final Lake lake;
    private final Random random;
    private final KilledRuns runs;
    private final boolean upsert;

    /**
     * @param upsert whether rows change and are deleted, too, and take the place of others in the table; else they are added
     * @param work an empty folder
     * @param url the JDBC URL of a PostgreSQL database that is empty, and of user postgres
     * @param ledgerUrl of the ledger, as user postgres
     */
    public LakeKills(Path work, DataSource source, String url, String ledgerUrl, Lake lake, boolean upsert, long seed)
            throws IOException {
        this.work = work;
        this.source = source;
        this.ledgerUrl = ledgerUrl;
        this.lake = lake;
        this.random = new Random(seed);
        this.upsert = upsert;
        this.runs = new KilledRuns(work, "t", ledgerUrl, random);
        TestDatabases.execute(source, "CREATE TABLE t (id bigserial PRIMARY KEY, payload text NOT NULL)");
        List<String> settings = new ArrayList<>(List.of(
                "waybill.datasource.db.url = " + url,
                "waybill.datasource.db.username = postgres",
                "waybill.ledger.url = " + ledgerUrl,
                "waybill.ledger.username = postgres"));
        lake.connection().forEach((name, value) -> settings.add(name + " = " + value));
        Files.write(work.resolve("application.properties"), settings);
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        Files.writeString(work.resolve("routes/t.toml"), """
                [properties.export]
                source_dataset_id = "t"
                format = "parquet"
                since_last_export = %s
                max_rows_per_file = 10
                skip_empty = true
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { create = true, write = "%s" }
                """.formatted(
                        upsert ? "\"changes\"" : "true", upsert ? "upsert" : "append"));
    }

    /**
     * What came of it.
     *
     * @param kills processes that were killed before they had ended
     * @param killedIn how many of them in which stage
     * @param runs how many runs ended how
     * @param lost rows of the source that the table has not, or not as they are
     * @param doubled rows of the table that the source has not, or not so often
     * @param snapshots snapshots of the table
     * @param delivered runs that are done, and had rows
     * @param orphans data files that no snapshot has
     */
    public record Report(
            int kills,
            Map<String, Integer> killedIn,
            int woken,
            Map<String, Integer> runs,
            long rows,
            long lost,
            long doubled,
            int snapshots,
            int delivered,
            List<String> orphans,
            List<String> leftovers) {

        public boolean isWhole() {
            return lost == 0 && doubled == 0 && snapshots == delivered && orphans.isEmpty() && leftovers.isEmpty();
        }
    }

    /** Kills so many processes, and runs once more. */
    public Report run(int wanted) throws Exception {
        runs.begin();
        change();
        runs.time();
        while (runs.kills() < wanted) {
            change();
            int choice = random.nextInt(STAGES.size() * 2);
            if (random.nextInt(6) == 0) {
                runs.putToSleep();
            } else if (choice >= STAGES.size()) {
                runs.kill(runs.atRandom(1));
            } else {
                String stage = STAGES.get(choice);
                runs.kill(runs.in(stage, stage.equals("COMMIT") ? 400 : 20));
            }
        }
        Process last = runs.start();
        if (last.waitFor() != 0) {
            throw new IllegalStateException("the last run failed: " + Files.readString(work.resolve("err.txt")));
        }
        return report();
    }

    private void change() {
        TestDatabases.execute(
                source, "INSERT INTO t (payload) SELECT repeat('x', 50) FROM generate_series(1, " + ROWS + ")");
        if (upsert) {
            TestDatabases.execute(
                    source,
                    "UPDATE t SET payload = 'v" + random.nextInt() + "' WHERE id % 10 = " + random.nextInt(10),
                    "DELETE FROM t WHERE id % 20 = " + random.nextInt(20));
        }
    }

    private Report report() throws Exception {
        Map<String, Integer> out = new HashMap<>();
        for (Record row : lake.rows(TABLE)) {
            out.merge(row.getField("id") + " " + row.getField("payload"), 1, Integer::sum);
        }
        long inTable = out.values().stream().mapToLong(Integer::longValue).sum();
        long rows = 0;
        long lost = 0;
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, payload FROM t")) {
            while (row.next()) {
                rows++;
                lost += out.containsKey(row.getLong(1) + " " + row.getString(2)) ? 0 : 1;
            }
        }
        List<String> leftovers = new ArrayList<>();
        for (String folder : List.of("data/staging", "data/dead-letter")) {
            if (Files.exists(work.resolve(folder))) {
                leftovers.add(folder);
            }
        }
        Map<String, Integer> ended = new TreeMap<>();
        Set<String> delivered = new HashSet<>();
        read("SELECT flow, run_id FROM waybill_lock", row -> leftovers.add("lock by " + row.getString(2)));
        read("SELECT status FROM waybill_run", row -> ended.merge(row.getString(1), 1, Integer::sum));
        read(
                "SELECT run_id FROM waybill_run WHERE status = 'DONE' AND row_count > 0",
                row -> delivered.add(row.getString(1)));
        List<Snapshot> snapshots = lake.snapshots(TABLE);
        snapshots.stream()
                .map(snapshot -> snapshot.summary().get("waybill.run"))
                .filter(run -> !delivered.contains(run))
                .forEach(run -> leftovers.add("snapshot of run " + run));
        return new Report(
                runs.kills(),
                runs.killedIn(),
                runs.woken(),
                ended,
                rows,
                lost,
                inTable - (rows - lost),
                snapshots.size(),
                delivered.size(),
                lake.orphans(TABLE, Path.of(lake.warehouse())).stream()
                        .map(Path::toString)
                        .toList(),
                leftovers);
    }

    /** Takes a row. */
    @FunctionalInterface
    private interface Taking {
        void take(ResultSet row) throws SQLException;
    }

    private void read(String sql, Taking taking) throws SQLException {
        try (Connection connection = DriverManager.getConnection(ledgerUrl, "postgres", "");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                taking.take(row);
            }
        }
    }
}
