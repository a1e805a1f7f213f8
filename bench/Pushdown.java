import com.sun.management.OperatingSystemMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** See bench/pushdown. */
public class Pushdown {

    private record Took(long wallMillis, long cpuMillis, long bytes) {}

    private static final List<String> ENGINES = List.of("local", "pushdown");
    private static final List<String> FORMATS = List.of("csv", "jsonl", "parquet");

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bench-pushdown");
        try (HikariDataSource duckdb = TestDatabases.duckdb(folder)) {
            TestDatabases.execute(
                    duckdb,
                    "CREATE TABLE orders AS SELECT x AS id, (x * 7919 % 50000)::INTEGER AS customer,"
                            + " CASE x % 3 WHEN 0 THEN 'open' WHEN 1 THEN 'paid' ELSE 'shipped' END AS status,"
                            + " (x * 104729 % 10000000 / 100.0)::DECIMAL(12, 2) AS amount, x % 100 / 400.0::DOUBLE AS discount, 'EUR' AS currency,"
                            + " CASE WHEN x % 5 > 0 THEN 'note ' || x || ', \"quoted\" and' || chr(10) || 'longer than a word or two' END AS note,"
                            + " TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (x) SECOND AS ordered_at,"
                            + " DATE '2026-01-01' + (x % 300)::INTEGER AS delivery, x % 2 = 0 AS paid, (x // 1000000)::INTEGER AS batch_id, 'new' AS record_type"
                            + " FROM range(" + rows + ") r(x)");
            try (FlowHarness harness = new FlowHarness(folder, duckdb)) {
                Map<String, List<Took>> taken = new LinkedHashMap<>();
                for (String format : FORMATS) {
                    for (String engine : ENGINES) {
                        String flow = engine + "_" + format;
                        taken.put(flow, new ArrayList<>());
                        harness.load(
                                flow + ".toml",
                                "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"{{root}}/out/" + flow + "." + format
                                        + "\"\nengine = \"" + engine + "\"\n");
                    }
                }
                for (int round = 0; round <= rounds; round++) {
                    for (Map.Entry<String, List<Took>> flow : taken.entrySet()) {
                        System.err.printf("round %d of %d: %s%n", round, rounds, flow.getKey());
                        Took took = took(harness, flow.getKey());
                        if (round > 0) { // before, Java's compilers are at work
                            flow.getValue().add(took);
                        }
                    }
                }
                print(taken, rows, rounds);
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        System.exit(0);
    }

    /** From the planned query to files that are hashed and synced; the CPU time is the process's, DuckDB's threads among it. */
    private static Took took(FlowHarness harness, String flow) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        RunResult result = harness.run(flow);
        return new Took(result.stagedMs(), (system.getProcessCpuTime() - cpu) / 1_000_000, result.bytes());
    }

    private static double median(List<Took> taken, ToLongFunction<Took> what) {
        return Math.max(1, taken.stream().mapToLong(what).sorted().skip(taken.size() / 2).findFirst().orElseThrow());
    }

    private static void print(Map<String, List<Took>> taken, long rows, int rounds) {
        System.out.printf(Locale.ROOT, "%n%,d orders, median of %d rounds; ratios: pushdown to local%n%n", rows, rounds);
        System.out.println("| format | local, s | pushdown, s | ratio | CPU local, s | CPU pushdown, s | ratio | MB local | MB pushdown |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (String format : FORMATS) {
            List<Took> local = taken.get("local_" + format);
            List<Took> pushed = taken.get("pushdown_" + format);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f | %.1f |%n",
                    format,
                    median(local, Took::wallMillis) / 1000,
                    median(pushed, Took::wallMillis) / 1000,
                    median(pushed, Took::wallMillis) / median(local, Took::wallMillis),
                    median(local, Took::cpuMillis) / 1000,
                    median(pushed, Took::cpuMillis) / 1000,
                    median(pushed, Took::cpuMillis) / median(local, Took::cpuMillis),
                    median(local, Took::bytes) / 1e6,
                    median(pushed, Took::bytes) / 1e6);
        }
    }
}
