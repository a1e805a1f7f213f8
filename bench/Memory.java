import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** See bench/memory. */
public class Memory {

    private static final String COLUMNS = "id bigint primary key, customer int not null, status varchar(20) not null,"
            + " amount numeric(12,2) not null, discount %s, currency char(3) not null, note varchar(200),"
            + " ordered_at %s not null, delivery date, paid boolean not null, batch_id int not null,"
            + " record_type varchar(10) not null";

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        Path folder = Path.of("target/bench-memory").toAbsolutePath();
        delete(folder);
        Files.createDirectories(folder.resolve("routes"));
        String h2 = "jdbc:h2:file:" + folder.resolve("h2") + ";DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
        Map<String, String[]> sources = new TreeMap<>();
        try (HikariDataSource postgres = TestDatabases.postgres();
                HikariDataSource mariadb = TestDatabases.mariadb()) {
            TestDatabases.execute(postgres, "CREATE TABLE orders (" + COLUMNS.formatted("double precision", "timestamptz") + ")",
                    insert("generate_series(cast(1 as bigint), " + rows + ") s(x)", "x", "timestamptz '2026-01-01' + x * interval '1 second'",
                            "date '2026-01-01' + cast(x % 300 as int)", "x %% 2 = 0"), "ANALYZE orders");
            sources.put("postgresql", new String[] {postgres.getJdbcUrl(), "postgres"});
            TestDatabases.execute(mariadb, "CREATE TABLE orders (" + COLUMNS.formatted("double", "datetime(6)") + ")",
                    insert("(SELECT seq x FROM seq_1_to_" + rows + ") s", "x", "timestampadd(second, x, '2026-01-01')",
                            "adddate('2026-01-01', x % 300)", "x %% 2 = 0"));
            sources.put("mariadb", new String[] {mariadb.getJdbcUrl(), "root"});
            try (HikariDataSource database = new HikariDataSource()) {
                database.setJdbcUrl(h2);
                database.setUsername("sa");
                TestDatabases.execute(database, "CREATE TABLE orders (" + COLUMNS.formatted("double precision", "timestamp with time zone") + ")",
                        insert("system_range(1, " + rows + ")", "x", "dateadd('second', x, timestamp with time zone '2026-01-01 00:00:00+00')",
                                "dateadd('day', x % 300, date '2026-01-01')", "mod(x, 2) = 0"));
            }
            sources.put("h2", new String[] {h2, "sa"});
            run(folder, sources, rows);
        } finally {
            delete(folder);
        }
        System.exit(0);
    }

    private static String insert(String from, String x, String time, String date, String paid) {
        return "INSERT INTO orders SELECT x, mod(x * 7919, 50000), case mod(x, 3) when 0 then 'open' when 1 then 'paid' else 'shipped' end,"
                + " mod(x * 104729, 10000000) / 100.0, mod(x, 100) / 400.0, 'EUR', case when mod(x, 5) > 0 then"
                + " concat('note ', x, ', \"quoted\" and\nlonger than a word or two') end, " + time + ", " + date + ", "
                + paid.replace("%%", "%") + ", x / 1000000, 'new' FROM " + from;
    }

    private static void run(Path folder, Map<String, String[]> sources, long rows) throws Exception {
        StringBuilder properties = new StringBuilder();
        sources.forEach((name, source) -> properties
                .append("waybill.datasource.").append(name).append(".url = ").append(source[0]).append('\n')
                .append("waybill.datasource.").append(name).append(".username = ").append(source[1]).append('\n'));
        Files.writeString(folder.resolve("application.properties"), properties);
        System.out.printf(Locale.ROOT, "%-12s %-8s %10s %8s %10s %14s%n", "database", "format", "rows", "seconds", "MB", "peak RSS MB");
        boolean failed = false;
        for (String source : sources.keySet()) {
            for (String format : List.of("csv", "jsonl", "parquet")) {
                String flow = source + "_" + format;
                Files.writeString(folder.resolve("routes").resolve(flow + ".toml"),
                        "[properties.export]\nsource_dataset_id = \"orders\"\ndatasource = \"" + source
                                + "\"\nfile_path = \"exports/" + flow + "." + format + "\"\n");
                failed |= !export(folder, source, format, flow, rows);
            }
        }
        if (failed) {
            System.exit(1);
        }
    }

    private static boolean export(Path folder, String source, String format, String flow, long rows) throws Exception {
        Path target = Path.of("target").toAbsolutePath();
        Path output = folder.resolve(flow + ".out");
        Process process = new ProcessBuilder("java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", target + "/waybill.jar:" + target + "/lib/*",
                        "io.waybill.cli.Main", "run", flow, "--json")
                .directory(folder.toFile()).redirectOutput(output.toFile()).redirectError(folder.resolve(flow + ".err").toFile()).start();
        long peak = 0;
        while (process.isAlive()) {
            peak = Math.max(peak, peakKilobytes(process.pid()));
            process.waitFor(50, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
        if (process.exitValue() != 0) {
            System.out.println(flow + " failed: " + Files.readString(folder.resolve(flow + ".err")));
            return false;
        }
        JsonNode result = new ObjectMapper().readTree(output.toFile());
        JsonNode file = result.path("files").path(0);
        System.out.printf(Locale.ROOT, "%-12s %-8s %10d %8.1f %10.1f %14.0f%n", source, format, result.path("rows").asLong(),
                result.path("elapsed_ms").asLong() / 1e3, file.path("bytes").asLong() / 1e6, peak / 1e3);
        Files.delete(folder.resolve(file.path("path").asText()));
        return result.path("rows").asLong() == rows;
    }

    private static long peakKilobytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst().orElse(0);
        } catch (java.io.IOException e) {
            return 0;
        }
    }

    private static void delete(Path folder) throws java.io.IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
