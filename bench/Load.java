import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.ledger.Ledger;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** See bench/load. */
public class Load {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FILTERS =
            List.of("", "flow=load_3", "status=failed", "status=done&flow=load_7", "limit=200", "since=30d&status=failed");

    private final int runs;
    private final int clients;
    private final int exports;
    private final int seconds;
    private final Path folder = Path.of("target/bench-load").toAbsolutePath();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    private String address;

    private Load(String[] arguments) {
        runs = Integer.parseInt(arguments[0]);
        clients = Integer.parseInt(arguments[1]);
        exports = Integer.parseInt(arguments[2]);
        seconds = Integer.parseInt(arguments[3]);
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println("| ledger | reads | exports | errors | p50, ms | p99, ms | p99 / p50 | a look at metrics, ms |"
                + " heap in use after a collection, five times on the way, MB |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        try (HikariDataSource source = TestDatabases.postgres()) {
            TestDatabases.execute(
                    source,
                    "CREATE VIEW orders AS SELECT n AS id, 'customer ' || n % 5000 AS customer, n * 7919 % 100000 AS amount"
                            + " FROM generate_series(1, 50000) n");
            new Load(arguments).measure("SQLite file", source, null);
            Path h2 = Path.of("target/bench-load-h2").toAbsolutePath();
            delete(h2);
            new Load(arguments).measure("H2", source, "jdbc:h2:file:" + h2.resolve("ledger"));
            delete(h2);
            try (HikariDataSource ledger = TestDatabases.postgres()) {
                new Load(arguments).measure("PostgreSQL", source, ledger.getJdbcUrl());
            }
        }
        System.exit(0);
    }

    private void measure(String name, HikariDataSource source, String url) throws Exception {
        delete(folder);
        Files.createDirectories(folder.resolve("routes"));
        Files.createDirectories(folder.resolve("data"));
        for (int i = 0; i < exports; i++) {
            Files.writeString(
                    folder.resolve("routes/load_" + i + ".toml"),
                    "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"exports/load_" + i + "/orders_{part}.csv\"\n");
        }
        String user = url != null && url.contains("postgresql") ? "postgres" : "";
        Files.writeString(
                folder.resolve("application.properties"),
                "waybill.datasource.db.url = " + source.getJdbcUrl() + "\nwaybill.datasource.db.username = postgres\n"
                        + (url == null ? "" : "waybill.ledger.url = " + url + "\nwaybill.ledger.username = " + user + "\n"));
        fill(url, user);
        Process server = serve();
        try {
            for (int i = 0; i < 5; i++) {
                get("/metrics"); // warms up
            }
            long looked = System.nanoTime();
            get("/metrics");
            double metrics = (System.nanoTime() - looked) / 1e6;
            List<String> heap = new ArrayList<>();
            Thread looking = new Thread(() -> watch(server, heap));
            looking.start();
            List<Double> taken = load();
            looking.join();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %d | %.0f | %.0f | %.1f | %.0f | %s |%n",
                    name,
                    taken.size(),
                    done.get(),
                    errors.get(),
                    at(taken, 0.5),
                    at(taken, 0.99),
                    at(taken, 0.99) / at(taken, 0.5),
                    metrics,
                    String.join(", ", heap));
            told.stream().distinct().limit(5).forEach(System.out::println);
        } finally {
            server.destroy();
            server.waitFor();
        }
        delete(folder);
    }

    private void fill(String url, String user) throws Exception {
        if (url == null) {
            Ledger.open(folder.resolve("data"), Clock.systemUTC()).close();
            url = "jdbc:sqlite:" + folder.resolve("data/ledger.db");
        } else {
            HikariDataSource ledger = new HikariDataSource();
            ledger.setJdbcUrl(url);
            ledger.setUsername(user);
            Ledger.open(ledger, Clock.systemUTC(), ledger).close();
        }
        long now = System.currentTimeMillis();
        try (Connection connection = DriverManager.getConnection(url, user, "");
                PreparedStatement run = connection.prepareStatement("INSERT INTO waybill_run (run_id, flow, owner, status, stage,"
                        + " row_count, started_ms, ended_ms, attempt, dead_letter) VALUES (?, ?, 'bench 1 2026-01-01T00:00:00Z', ?, 'END', 1000, ?, ?, 1, ?)");
                PreparedStatement file = connection.prepareStatement(
                        "INSERT INTO waybill_file (run_id, number, name, row_count, byte_count, sha256) VALUES (?, 1, 'a.csv', 1000, 20000, ?)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < runs; i++) {
                String id = "bench-" + i;
                long started = now - (runs - i) * 20_000L;
                run.setString(1, id);
                run.setString(2, "load_" + i % exports);
                run.setString(3, i % 10 == 0 ? "FAILED" : "DONE");
                run.setLong(4, started);
                run.setLong(5, started + 1_500);
                run.setString(6, null);
                run.addBatch();
                file.setString(1, id);
                file.setString(2, "0".repeat(64));
                file.addBatch();
                if (i % 1000 == 999) {
                    run.executeBatch();
                    file.executeBatch();
                }
            }
            run.executeBatch();
            file.executeBatch();
            connection.commit();
        }
    }

    private Process serve() throws Exception {
        Path log = folder.resolve("serve.log");
        String home = Path.of("target").toAbsolutePath().toString();
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m", "-XX:+UseSerialGC",
                        "-cp", home + "/waybill.jar:" + home + "/lib/*:" + home + "/lib-server/*",
                        "io.waybill.cli.Main", "serve", "--port", "0")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        while (address == null) {
            Matcher listening = Pattern.compile("listening at (http://\\S+)").matcher(Files.readString(log));
            if (listening.find()) {
                address = listening.group(1);
            } else if (!server.isAlive()) {
                throw new IllegalStateException(Files.readString(log));
            } else {
                Thread.sleep(100);
            }
        }
        return server;
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client().send(HttpRequest.newBuilder(URI.create(address + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** How long each read took, in milliseconds, in order. */
    private List<Double> load() throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpClient client = client();
        List<Future<List<Double>>> readers = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            readers.add(threads.submit((Callable<List<Double>>) () -> read(client, end)));
        }
        for (int i = 0; i < exports; i++) {
            String flow = "load_" + i;
            threads.submit((Callable<Void>) () -> export(client, flow, end));
        }
        List<Double> taken = new ArrayList<>();
        for (Future<List<Double>> reader : readers) {
            taken.addAll(reader.get());
        }
        threads.shutdown();
        taken.sort(Comparator.naturalOrder());
        return taken;
    }

    private List<Double> read(HttpClient client, long end) throws Exception {
        List<Double> taken = new ArrayList<>();
        String filter = "";
        String cursor = null;
        while (System.nanoTime() < end) {
            if (cursor == null) {
                filter = FILTERS.get(ThreadLocalRandom.current().nextInt(FILTERS.size()));
            }
            long asked = System.nanoTime();
            HttpResponse<String> page = send(client, "GET", "/v2/runs?" + filter
                    + (cursor == null ? "" : (filter.isEmpty() ? "" : "&") + "cursor=" + cursor));
            if (page != null && page.statusCode() == 200) {
                taken.add((System.nanoTime() - asked) / 1e6);
                JsonNode next = JSON.readTree(page.body()).get("next_cursor");
                cursor = next.isNull() || ThreadLocalRandom.current().nextInt(10) == 0 ? null : next.asText();
            } else {
                wrong(page);
            }
        }
        return taken;
    }

    private Void export(HttpClient client, String flow, long end) throws Exception {
        while (System.nanoTime() < end) {
            HttpResponse<String> begun = send(client, "POST", "/v2/flows/" + flow + "/run");
            if (begun == null || begun.statusCode() != 202 && begun.statusCode() != 200) {
                wrong(begun);
                continue;
            }
            String id = JSON.readTree(begun.body()).get("run_id").asText();
            String status = "running";
            while (status.equals("running") && System.nanoTime() < end) {
                Thread.sleep(200);
                HttpResponse<String> run = send(client, "GET", "/v2/runs/" + id);
                if (run == null || run.statusCode() != 200) {
                    wrong(run);
                } else {
                    status = JSON.readTree(run.body()).get("status").asText();
                }
            }
            if (status.equals("done")) {
                done.incrementAndGet();
            } else if (!status.equals("running")) {
                errors.incrementAndGet();
                told.add("run " + status);
            }
        }
        return null;
    }

    private HttpResponse<String> send(HttpClient client, String method, String path) throws InterruptedException {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create(address + path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            told.add(e.toString());
            return null;
        }
    }

    private void wrong(HttpResponse<String> answer) {
        errors.incrementAndGet();
        told.add(answer == null ? "no answer" : answer.statusCode() + " " + answer.body().replace('\n', ' '));
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * share));
    }

    /** Has the server collect its garbage now and then while the load lasts, and notes what is left. */
    private void watch(Process server, List<String> heap) {
        try {
            for (int i = 0; i < 5; i++) {
                Thread.sleep(seconds * 1000L / 6);
                jcmd(server, "GC.run");
                Matcher used = Pattern.compile("total \\d+K, used (\\d+)K").matcher(jcmd(server, "GC.heap_info"));
                long kilobytes = 0;
                while (used.find()) {
                    kilobytes += Long.parseLong(used.group(1));
                }
                heap.add(Long.toString(kilobytes / 1024));
            }
        } catch (IOException | InterruptedException e) {
            told.add(e.toString());
        }
    }

    private static String jcmd(Process server, String command) throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(server.pid()), command)
                .redirectErrorStream(true)
                .start();
        return new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
