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
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** See bench/dataformats. */
public class DataFormats {

    /** One flow, what it is measured against, and what it took in each round. */
    private record Contender(String name, String own, String flow, String config, List<Took> rounds) {

        double median(ToLongFunction<Took> what) {
            List<Long> sorted = rounds.stream().map(what::applyAsLong).sorted().toList();
            return Math.max(1, sorted.get(sorted.size() / 2));
        }
    }

    private record Took(long wallMillis, long cpuMillis, long bytes) {}

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bench-dataformats");
        try (HikariDataSource postgres = TestDatabases.postgres()) {
            TestDatabases.execute(
                    postgres,
                    "CREATE TABLE orders (id bigint primary key, customer int not null, status varchar(20) not null, amount numeric(12,2) not null,"
                            + " discount double precision, currency char(3) not null, note varchar(200), ordered_at timestamptz not null,"
                            + " delivery date, paid boolean not null, batch_id int not null, record_type varchar(10) not null)",
                    "INSERT INTO orders SELECT x, mod(x * 7919, 50000), case mod(x, 3) when 0 then 'open' when 1 then 'paid' else 'shipped' end,"
                            + " mod(x * 104729, 10000000) / 100.0, mod(x, 100) / 400.0, 'EUR', case when mod(x, 5) > 0 then concat('note ', x,"
                            + " ', \"quoted\" and\nlonger than a word or two') end, timestamptz '2026-01-01' + x * interval '1 second',"
                            + " date '2026-01-01' + cast(x % 300 as int), x % 2 = 0, x / 1000000, 'new' FROM generate_series(cast(1 as bigint), "
                            + rows + ") s(x)",
                    "VACUUM ANALYZE orders");
            try (FlowHarness harness = new FlowHarness(folder, postgres)) {
                List<Contender> contenders = contenders();
                for (Contender contender : contenders) {
                    harness.load(contender.flow() + ".toml", toml(contender));
                }
                for (int round = 0; round <= rounds; round++) {
                    for (Contender contender : contenders) {
                        System.err.printf("round %d of %d: %s%n", round, rounds, contender.name());
                        Took took = took(harness, contender.flow());
                        if (round > 0) { // before, Java's compilers are at work
                            contender.rounds().add(took);
                        }
                    }
                }
                print(contenders, rows, rounds);
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

    private static final String LIKE_OURS = "data_format_options = { header = \"{columns}\", recordSeparator = \"\\n\" }";

    private static List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>();
        add(contenders, "csv", null, "own_csv", "");
        add(contenders, "camel-csv", "csv", "camel_csv", "data_format = \"csv\", " + LIKE_OURS);
        add(contenders, "camel-univocity-parsers, CSV", "csv", "univocity_csv", "data_format = \"univocityCsv\"");
        add(contenders, "jsonl", null, "own_jsonl", "");
        add(contenders, "camel-jackson, JSON lines", "jsonl", "jackson_jsonl", "data_format = \"jackson\"");
        add(contenders, "camel-jacksonxml", "jsonl", "jackson_xml", "data_format = \"jacksonXml\"");
        add(contenders, "parquet", null, "own_parquet", "");
        add(contenders, "camel-parquet-avro", "parquet", "avro_parquet", "data_format = \"parquetAvro\", data_format_options = { compressionCodecName = \"SNAPPY\" }");
        return contenders;
    }

    private static void add(List<Contender> contenders, String name, String own, String flow, String config) {
        contenders.add(new Contender(name, own, flow, config, new ArrayList<>()));
    }

    private static String toml(Contender contender) {
        String extension = contender.flow().substring(contender.flow().indexOf('_') + 1);
        return "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"{{root}}/" + contender.flow() + "." + extension
                + "\"\nskip_empty = true\nif_exists = \"overwrite\"\nexporter_config = { " + contender.config() + " }\n";
    }

    private static Took took(FlowHarness harness, String flow) throws Exception {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = process.getProcessCpuTime();
        long start = System.nanoTime();
        RunResult run = harness.run(flow);
        return new Took(
                (System.nanoTime() - start) / 1_000_000,
                (process.getProcessCpuTime() - cpu) / 1_000_000,
                run.files().get(0).bytes());
    }

    private static void print(List<Contender> contenders, long rows, int rounds) {
        System.out.printf(Locale.ROOT, "%,d orders of 12 columns from PostgreSQL, medians of %d rounds%n%n", rows, rounds);
        System.out.println("| written by | seconds | client CPU seconds | MB | ratio of seconds | of CPU | to Waybill's own |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
        for (Contender contender : contenders) {
            double wall = contender.median(Took::wallMillis);
            double cpu = contender.median(Took::cpuMillis);
            String ratios = contenders.stream()
                    .filter(own -> own.name().equals(contender.own()))
                    .findFirst()
                    .map(own -> String.format(Locale.ROOT, " %.1f | %.1f | %s ", wall / own.median(Took::wallMillis),
                            cpu / own.median(Took::cpuMillis), own.name()))
                    .orElse(" | | ");
            System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %.0f |%s|%n", contender.name(), wall / 1e3, cpu / 1e3,
                    contender.median(Took::bytes) / 1e6, ratios);
        }
    }
}
