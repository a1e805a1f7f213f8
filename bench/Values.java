import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** See bench/values. */
public class Values {

    /** Wall and client CPU time of a whole process, in seconds, the peak of its resident memory in megabytes, and the files that it has left. */
    private record Took(double wall, double cpu, double peak, long files) {}

    private record Contender(String name, String format, String table, String keys, List<Took> rounds) {

        Contender(String name, String format, String table, String keys) {
            this(name, format, table, keys, new ArrayList<>());
        }

        double median(ToDoubleFunction<Took> what) {
            double[] sorted = rounds.stream().mapToDouble(what).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    private static final Path LAUNCHER = Path.of("waybill").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/bench-values").toAbsolutePath();

    private static final String COLUMNS =
            "x id, x * 7919 % 50000 customer, case x % 3 when 0 then 'open' when 1 then 'paid' else 'shipped' end status,"
                    + " cast(x * 104729 % 10000000 / 100.0 as numeric(12,2)) amount, x % 100 / 400.0::float8 discount,"
                    + " case when x % 5 > 0 then concat('note ', x, ', \"quoted\" and longer than a word or two') end note,"
                    + " timestamptz '2026-01-01' + x * interval '1 second' ordered_at, date '2026-01-01' + cast(x % 300 as int) delivery, x % 2 = 0 paid";

    private static final String FEW = "'C' || abs(hashint8(x)) % 20";
    private static final String MANY = "'C' || abs(hashint8(x)) % 200";

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        delete(FOLDER);
        Files.createDirectories(FOLDER.resolve("routes"));
        try (HikariDataSource database = TestDatabases.postgres()) {
            String url = database.getJdbcUrl();
            Files.writeString(
                    FOLDER.resolve("application.properties"),
                    "waybill.datasource.db.url = " + url + (url.contains("?") ? "&" : "?") + "user=postgres\n");
            make(database, "unsorted", FEW, rows, "x");
            make(database, "sorted", FEW, rows, "country, x");
            make(database, "many", MANY, rows, "x");
            List<Contender> contenders = contenders();
            for (int round = 1; round <= rounds; round++) {
                for (Contender contender : contenders) {
                    System.err.printf("round %d of %d: %s, %s%n", round, rounds, contender.format(), contender.name());
                    contender.rounds().add(waybill(contender));
                }
            }
            print(contenders, rows, rounds);
        } finally {
            delete(FOLDER);
        }
        System.exit(0);
    }

    private static List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>();
        for (String format : List.of("csv", "parquet")) {
            String by = "out/country={column:country}/";
            contenders.add(new Contender("10 rows", format, "unsorted", "file_path = \"out/\"\nlimit = 10\n"));
            contenders.add(new Contender("one file, sorted", format, "sorted", "file_path = \"out/\"\n"));
            contenders.add(new Contender("20 values, sorted", format, "sorted", "file_path = \"" + by + "\"\n"));
            contenders.add(new Contender("one file, unsorted", format, "unsorted", "file_path = \"out/\"\n"));
            contenders.add(new Contender("20 values, unsorted", format, "unsorted", "file_path = \"" + by + "\"\n"));
            contenders.add(new Contender(
                    "200 values, unsorted, 200 open", format, "many", "file_path = \"" + by + "\"\nmax_open_files = 200\n"));
            contenders.add(new Contender(
                    "200 values, `order_by`", format, "many", "file_path = \"" + by + "\"\norder_by = [\"country\"]\n"));
        }
        return contenders;
    }

    private static void print(List<Contender> contenders, long rows, int rounds) {
        System.out.printf(Locale.ROOT, "%nPostgreSQL, %,d rows of 10 columns, medians of %d rounds%n%n", rows, rounds);
        System.out.println("| to | files | seconds | client CPU seconds | to one file's, without the start | peak MB |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: |");
        double start = 0;
        double one = 0;
        for (Contender contender : contenders) {
            double cpu = contender.median(Took::cpu);
            start = contender.name().equals("10 rows") ? cpu : start;
            one = contender.name().startsWith("one file") ? cpu : one;
            System.out.printf(Locale.ROOT, "| %s, %s | %.0f | %.2f | %.2f | %s | %.0f |%n", contender.format(), contender.name(),
                    contender.median(Took::files), contender.median(Took::wall), cpu,
                    contender.name().equals("10 rows") ? "" : String.format(Locale.ROOT, "%.2f", (cpu - start) / (one - start)),
                    contender.median(Took::peak));
        }
    }

    private static void make(HikariDataSource database, String table, String country, long rows, String order) {
        TestDatabases.execute(
                database,
                "CREATE TABLE " + table + " AS SELECT " + COLUMNS + ", " + country + " country FROM generate_series(cast(1 as bigint), " + rows
                        + ") s(x) ORDER BY " + (order.equals("x") ? "x" : country + ", x"),
                "VACUUM ANALYZE " + table);
    }

    private static Took waybill(Contender contender) throws Exception {
        delete(FOLDER.resolve("out"));
        Files.writeString(
                FOLDER.resolve("routes/values.toml"),
                "[properties.export]\nsource_dataset_id = \"" + contender.table() + "\"\ndatasource = \"db\"\nformat = \"" + contender.format()
                        + "\"\n" + contender.keys());
        ProcessBuilder builder = new ProcessBuilder(LAUNCHER.toString(), "run", "values", "--json");
        builder.redirectOutput(FOLDER.resolve("out.txt").toFile()).redirectError(FOLDER.resolve("err.txt").toFile()).directory(FOLDER.toFile());
        double cpuBefore = cpuOfChildren();
        long start = System.nanoTime();
        Process process = builder.start();
        long peak = 0;
        while (!process.waitFor(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, peakKilobytes(process.pid()));
        }
        double wall = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            throw new IllegalStateException(contender.name() + ": " + Files.readString(FOLDER.resolve("err.txt")));
        }
        try (var files = Files.walk(FOLDER.resolve("out"))) {
            long count = files.filter(file -> file.toString().endsWith("." + contender.format())).count();
            return new Took(wall, cpuOfChildren() - cpuBefore, peak / 1024.0, count);
        }
    }

    /** Linux's proc(5): user and system time of the children that have ended, in hundredths of a second. */
    private static double cpuOfChildren() throws IOException {
        String[] fields = Files.readString(Path.of("/proc/self/stat")).replaceAll("^.*\\) ", "").split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
    }

    private static long peakKilobytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            return 0; // it has just ended
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
