import com.sun.management.OperatingSystemMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** See bench/privacy. */
public class Privacy {

    private static final int TIMES = 5;

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        Map<String, String> exports = new LinkedHashMap<>();
        exports.put("plain", "");
        exports.put("mask, email and phone", transform("\"email\", \"phone\"", "mask", "keep_last = 2"));
        exports.put("hash, email and phone", transform("\"email\", \"phone\"", "hash", "key = \"k\""));
        exports.put("hash, base64url, 22 characters", transform("\"email\", \"phone\"", "hash", "key = \"k\"\nencoding = \"base64url\"\nlength = 22"));
        exports.put("tokenize, phone and card", transform("\"phone\", \"card\"", "tokenize", "key = \"k\""));
        exports.put("tokenize, email and iban", transform("\"email\", \"iban\"", "tokenize", "key = \"k\""));
        exports.put("generalize, date and number", transform("\"born\"", "generalize", "to = \"month\"") + transform("\"points\"", "generalize", "bucket = 10"));
        try (HikariDataSource database = TestDatabases.postgres()) {
            TestDatabases.execute(database,
                    "CREATE TABLE people AS SELECT x AS id, 'Person ' || x AS name, 'user' || x || '@mail' || x % 50 || '.example' AS email,"
                            + " '+43 660 ' || (1000000 + x) AS phone, lpad((x::bigint * 7919 % 10000000000000000)::text, 16, '4') AS card, 'AT61' || (1904300234573201::bigint + x) AS iban,"
                            + " date '1950-01-01' + (x % 20000)::int AS born, timestamp '2026-01-01' + x * interval '1 second' AS seen,"
                            + " (x % 10000000) / 100.0 AS amount, x % 1000 AS points, x % 3 = 0 AS active, 'north' AS region FROM generate_series(1, " + rows + ") x",
                    "VACUUM ANALYZE people");
            Path folder = Files.createTempDirectory("privacy");
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                harness.property("waybill.privacy-keys.k", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
                Map<String, List<Double>> seconds = new LinkedHashMap<>();
                for (Map.Entry<String, String> export : exports.entrySet()) {
                    seconds.put(export.getKey(), new ArrayList<>());
                    String id = "f" + seconds.size();
                    harness.load(id + ".toml", "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/" + id + ".csv\"\n" + export.getValue());
                    harness.run(id); // compiles
                }
                for (int time = 0; time < TIMES; time++) {
                    int number = 0;
                    for (List<Double> each : seconds.values()) {
                        System.gc();
                        long before = cpu();
                        harness.run("f" + ++number);
                        each.add((cpu() - before) / 1e9);
                    }
                }
                double plain = median(seconds.get("plain"));
                System.out.printf(Locale.ROOT, "| export | CPU seconds | to the plain one |%n| --- | ---: | ---: |%n");
                seconds.forEach((name, each) -> System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f |%n", name, median(each), median(each) / plain));
            }
        }
        System.exit(0);
    }

    private static String transform(String columns, String method, String more) {
        return "[[properties.export.transform]]\ncolumns = [" + columns + "]\nmethod = \"" + method + "\"\n" + more + "\n";
    }

    private static long cpu() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
