import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.servers.Lake;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.io.FileUtils;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** See bench/iceberg: what a reader pays for rows that took the place of others, by Iceberg's own reader, in one thread. */
public class LakeReading {

    private static final String TABLE = "sales.orders";
    private static final int CHANGED = 1000;
    private static final int RUNS = 50;
    private static final int TIMES = 3;

    public static void main(String[] arguments) throws Exception {
        int rows = Integer.parseInt(arguments[0]);
        Path work = Path.of("target/bench-iceberg-reading").toAbsolutePath();
        FileUtils.deleteDirectory(work.toFile());
        Files.createDirectories(work);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:reading;DB_CLOSE_DELAY=-1");
        try (HikariDataSource source = new HikariDataSource(config);
                FlowHarness harness = new FlowHarness(work, source);
                Lake lake = Lake.in(work.resolve("warehouse"))) {
            lake.connection().forEach(harness::property);
            TestDatabases.execute(source, "CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(40), amount DECIMAL(10, 2), version BIGINT)",
                    "INSERT INTO t SELECT x, 'customer ' || x, MOD(x, 1000) / 10.0, 0 FROM system_range(1, " + rows + ")");
            harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"T\"\nwatermark = \"version\"\n");
            harness.load("orders.toml", flow("upsert"));
            harness.run("orders");
            measure("0 runs later", lake, rows);
            for (int run = 1; run <= RUNS; run++) {
                // spread over the whole table, so that each file of keys may matter for each file
                TestDatabases.execute(source, "UPDATE t SET version = " + run + ", amount = amount + 1 WHERE MOD(id, " + rows / CHANGED + ") = " + run);
                harness.run("orders");
                if (run == 1 || run == 10 || run == RUNS) {
                    measure(run + (run == 1 ? " run later" : " runs later"), lake, rows);
                }
            }
            harness.loadAgain("orders.toml", flow("replace").replace("since_last_export = true", ""));
            harness.run("orders");
            measure("written anew", lake, rows);
        }
        System.exit(0);
    }

    /** Of the whole process: files of keys are read by threads of Iceberg's own. */
    private static long cpuTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static String flow(String write) {
        return """
                [properties.export]
                source_dataset_id = "t"
                format = "parquet"
                since_last_export = true
                max_rows_per_file = 250000
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { create = true, write = "%s" }
                """.formatted(write);
    }

    private static void measure(String when, Lake lake, int rows) throws Exception {
        double[] cpu = new double[TIMES];
        double[] wall = new double[TIMES];
        for (int time = 0; time < TIMES; time++) {
            Table table = lake.table(TABLE);
            long began = System.nanoTime();
            long cpuBegan = cpuTime();
            long found = 0;
            try (CloseableIterable<Record> read = IcebergGenerics.read(table).build()) {
                for (Record row : read) {
                    found++;
                }
            }
            if (found != rows) {
                throw new IllegalStateException(when + ": " + found + " rows instead of " + rows);
            }
            cpu[time] = (cpuTime() - cpuBegan) / 1e9;
            wall[time] = (System.nanoTime() - began) / 1e9;
        }
        Arrays.sort(cpu);
        Arrays.sort(wall);
        var summary = lake.table(TABLE).currentSnapshot().summary();
        System.out.printf("%-14s  %s data files, %s files of keys with %s: read in %.2f s (%.2f s of CPU)%n", when, summary.get("total-data-files"),
                summary.get("total-delete-files"), summary.get("total-equality-deletes"), wall[0], cpu[0]);
    }
}
