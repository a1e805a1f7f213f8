import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** See bench/privacy. */
public class Privacy {

    private static final Path LAUNCHER = Path.of("waybill").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/bench-privacy").toAbsolutePath();

    /**
     * @param arguments the rows of the table, rounds, and a pattern of the exports' names
     */
    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Files.createDirectories(FOLDER.resolve("routes"));
        try (HikariDataSource database = TestDatabases.postgres()) {
            TestDatabases.execute(database,
                    "CREATE TABLE people AS SELECT x AS id, 'Person ' || x AS name, 'user' || x || '@mail' || x % 50 || '.example' AS email,"
                            + " '+43 660 ' || (1000000 + x) AS phone, lpad((x::bigint * 7919 % 10000000000000000)::text, 16, '4') AS card, 'AT61' || (1904300234573201::bigint + x) AS iban,"
                            + " date '1950-01-01' + (x % 20000)::int AS born, timestamp '2026-01-01' + x * interval '1 second' AS seen,"
                            + " (x % 10000000) / 100.0 AS amount, x % 1000 AS points, x % 3 = 0 AS active, 'north' AS region FROM generate_series(1, " + rows + ") x",
                    "VACUUM ANALYZE people", "CHECKPOINT");
            String url = database.getJdbcUrl();
            Files.writeString(FOLDER.resolve("application.properties"),
                    "waybill.datasource.db.url = " + url + (url.contains("?") ? "&" : "?") + "user=postgres\n"
                            + "waybill.privacy-keys.k = 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
            Map<String, List<Double>> seconds = new LinkedHashMap<>();
            Map<String, String> exports = exports();
            exports.keySet().removeIf(name -> !name.equals("plain") && !name.matches(arguments[2]));
            for (int round = 1; round <= rounds; round++) {
                for (Map.Entry<String, String> export : exports.entrySet()) {
                    System.err.printf("round %d of %d: %s%n", round, rounds, export.getKey());
                    seconds.computeIfAbsent(export.getKey(), name -> new ArrayList<>()).add(run(export.getValue()));
                }
            }
            double plain = median(seconds.get("plain"));
            System.out.printf(Locale.ROOT, "| export | CPU seconds | to the plain one |%n| --- | ---: | ---: |%n");
            seconds.forEach((name, each) -> System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f |%n", name, median(each), median(each) / plain));
        }
        System.exit(0);
    }

    private static Map<String, String> exports() {
        Map<String, String> exports = new LinkedHashMap<>();
        exports.put("plain", "");
        exports.put("mask, email and phone", transform("\"email\", \"phone\"", "mask", "keep_last = 2"));
        exports.put("hash, email and phone", transform("\"email\", \"phone\"", "hash", "key = \"k\""));
        exports.put("hash, base64url, 22 characters", transform("\"email\", \"phone\"", "hash", "key = \"k\"\nencoding = \"base64url\"\nlength = 22"));
        exports.put("tokenize, phone and card: digits", transform("\"phone\", \"card\"", "tokenize", "key = \"k\""));
        exports.put("tokenize, email and iban: digits and letters", transform("\"email\", \"iban\"", "tokenize", "key = \"k\""));
        exports.put("generalize, date and number", transform("\"born\"", "generalize", "to = \"month\"") + transform("\"points\"", "generalize", "bucket = 10"));
        return exports;
    }

    private static String transform(String columns, String method, String more) {
        return "[[properties.export.transform]]\ncolumns = [" + columns + "]\nmethod = \"" + method + "\"\n" + more + "\n";
    }

    /** The launcher, as a user calls it; answers the seconds of CPU time of its whole process. */
    private static double run(String transforms) throws Exception {
        Files.writeString(FOLDER.resolve("routes/people.toml"),
                "[properties.export]\nsource_dataset_id = \"people\"\ndatasource = \"db\"\nfile_path = \"exports/people.csv\"\n" + transforms);
        ProcessBuilder builder = new ProcessBuilder(LAUNCHER.toString(), "run", "people").directory(FOLDER.toFile());
        builder.redirectOutput(FOLDER.resolve("out.txt").toFile()).redirectError(FOLDER.resolve("err.txt").toFile());
        double before = cpuOfChildren();
        if (builder.start().waitFor() != 0) {
            throw new IllegalStateException(Files.readString(FOLDER.resolve("err.txt")));
        }
        return cpuOfChildren() - before;
    }

    /** Linux's proc(5): user and system time of the children that have ended, in hundredths of a second. */
    private static double cpuOfChildren() throws IOException {
        String[] fields = Files.readString(Path.of("/proc/self/stat")).replaceAll("^.*\\) ", "").split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
