import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** See bench/deliveries. */
public class Deliveries {

    private interface Step {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Path folder = Path.of("target/bench-deliveries").toAbsolutePath();
        delete(folder);
        Files.createDirectories(folder.resolve("flows"));
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        try (HikariDataSource database = TestDatabases.postgres();
                S3Server s3 = S3Server.start(folder.resolve("s3"), "lake", "raw");
                SftpServer sftp = SftpServer.start(folder.resolve("sftp"));
                FlowHarness harness = new FlowHarness(folder.resolve("flows"), database)) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE orders AS SELECT x AS id, x * 7919 % 50000 AS customer, 'paid' AS status,"
                            + " (x * 104729 % 10000000 / 100.0)::numeric(12,2) AS amount, 'note ' || x || ', longer than a"
                            + " word or two' AS note, timestamptz '2026-01-01' + x * interval '1 second' AS ordered_at"
                            + " FROM generate_series(cast(1 as bigint), " + rows + ") s(x)",
                    "ANALYZE orders");
            s3.connection("lake").forEach(harness::property);
            sftp.connection("partner").forEach(harness::property);
            String flow = "[properties.export]\nsource_dataset_id = \"orders\"\nmax_rows_per_file = " + (rows + 7) / 8 + "\n";
            harness.load("local.toml", flow + "file_path = \"{{root}}/out/o_{part}.csv\"\n");
            harness.load("s3.toml", flow + "file_path = \"s3://lake/o_{part}.csv\"\nconnection = \"lake\"\n");
            harness.load("sftp.toml", flow + "file_path = \"sftp:o_{part}.csv\"\nconnection = \"partner\"\n");
            Map<String, Step> steps = new LinkedHashMap<>();
            steps.put("local folder", () -> harness.run("local"));
            steps.put("raw upload to S3", () -> rawS3(s3, folder.resolve("flows/out")));
            steps.put("export to S3", () -> harness.run("s3"));
            steps.put("raw upload to SFTP", () -> rawSftp(sftp, folder.resolve("flows/out")));
            steps.put("export to SFTP", () -> harness.run("sftp"));
            for (int round = 0; round <= rounds; round++) {
                for (Map.Entry<String, Step> step : steps.entrySet()) {
                    long start = System.nanoTime();
                    step.getValue().run();
                    if (round > 0) { // the first warms up
                        seconds.computeIfAbsent(step.getKey(), name -> new ArrayList<>())
                                .add((System.nanoTime() - start) / 1e9);
                    }
                }
            }
            long bytes = 0;
            for (Path file : files(folder.resolve("flows/out"))) {
                bytes += Files.size(file);
            }
            System.out.printf(Locale.ROOT, "%,d rows, 8 files, %,d bytes; medians of %d rounds, in seconds%n%n", rows, bytes, rounds);
            seconds.forEach((name, taken) -> System.out.printf(Locale.ROOT, "| %s | %.2f |%n", name, median(taken)));
            System.out.println();
            for (String to : List.of("S3", "SFTP")) {
                System.out.printf(
                        Locale.ROOT,
                        "export to %s / (local folder + raw upload): %.2f%n",
                        to,
                        median(seconds.get("export to " + to))
                                / (median(seconds.get("local folder")) + median(seconds.get("raw upload to " + to))));
            }
        } finally {
            delete(folder);
        }
        System.exit(0);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void rawS3(S3Server server, Path out) throws Exception {
        try (S3Client client = server.client()) {
            for (Path file : files(out)) {
                client.putObject(
                        request -> request.bucket("raw").key(file.getFileName().toString()), RequestBody.fromFile(file));
            }
        }
    }

    private static void rawSftp(SftpServer server, Path out) throws Exception {
        Session session = new JSch().getSession(SftpServer.USER, "127.0.0.1", server.port());
        session.setPassword(SftpServer.PASSWORD);
        session.setConfig("StrictHostKeyChecking", "no");
        session.connect();
        ChannelSftp channel = (ChannelSftp) session.openChannel("sftp");
        channel.connect();
        for (Path file : files(out)) {
            channel.put(file.toString(), "raw_" + file.getFileName());
        }
        session.disconnect();
    }

    private static List<Path> files(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
        }
    }

    private static void delete(Path folder) throws Exception {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
