import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** See bench/run. */
public class Speed {

    /** One way to export the orders, and what it took in each round. */
    private record Contender(String name, String peer, Run run, List<Long> wallMillis, List<Long> cpuMillis) {}

    private interface Run {
        /** Exports once; answers wall and client CPU time in milliseconds. */
        long[] once() throws Exception;
    }

    private static final Path FOLDER = Path.of("target/bench-speed").toAbsolutePath();

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        delete();
        Files.createDirectories(FOLDER.resolve("routes"));
        Files.createDirectories(FOLDER.resolve("exports"));
        String h2 = "jdbc:h2:file:" + FOLDER.resolve("h2") + ";DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
        try (HikariDataSource postgres = TestDatabases.postgres();
                HikariDataSource mariadb = TestDatabases.mariadb()) {
            makeData(postgres, mariadb, h2, rows);
            Files.writeString(
                    FOLDER.resolve("application.properties"),
                    "waybill.datasource.postgresql.url = " + postgres.getJdbcUrl() + "\nwaybill.datasource.postgresql.username = postgres\n"
                            + "waybill.datasource.mariadb.url = " + mariadb.getJdbcUrl() + "\nwaybill.datasource.mariadb.username = root\n"
                            + "waybill.datasource.h2.url = " + h2 + "\nwaybill.datasource.h2.username = sa\n");
            List<Contender> contenders = contenders(postgres.getJdbcUrl(), mariadb.getJdbcUrl(), h2);
            for (int round = 0; round < rounds; round++) {
                for (Contender contender : contenders) {
                    long[] took = contender.run().once();
                    contender.wallMillis().add(took[0]);
                    contender.cpuMillis().add(took[1]);
                }
            }
            print(contenders, rows, rounds);
        } finally {
            delete();
        }
        System.exit(0);
    }

    private static List<Contender> contenders(String postgres, String mariadb, String h2) throws Exception {
        List<Contender> contenders = new ArrayList<>();
        String csv = "psql \\copy, CSV";
        program("psql").ifPresent(psql -> add(contenders, csv, null, () -> process(
                List.of(psql, postgres.replace("jdbc:", "").replaceAll("\\?.*", "") + "?user=postgres", "-qc",
                        "\\copy (SELECT * FROM orders) TO '" + FOLDER + "/exports/psql.csv' WITH (FORMAT csv, HEADER)"))));
        for (String format : List.of("csv", "jsonl", "parquet")) {
            add(contenders, "Waybill, PostgreSQL to " + format, csv, () -> waybill("postgresql", format, ""));
        }
        add(contenders, "Waybill, PostgreSQL to parquet zstd", csv, () -> waybill("postgresql", "parquet", "exporter_config = { compression = \"zstd\" }\n"));
        add(contenders, "Waybill, PostgreSQL by JDBC to csv", csv, () -> waybill("postgresql", "csv", "reader = \"jdbc\"\n"));
        String client = "mariadb --quick --batch";
        program("mariadb").or(() -> program("mysql")).ifPresent(mysql -> add(contenders, client, null, () -> {
            String database = mariadb.replaceAll(".*/|\\?.*", "");
            String port = mariadb.replaceAll(".*localhost:|/.*", "");
            return process(List.of("sh", "-c", mysql + " --skip-ssl -h 127.0.0.1 -P " + port + " -u root --quick --batch -e 'SELECT * FROM orders' "
                    + database + " > " + FOLDER + "/exports/mariadb.tsv"));
        }));
        add(contenders, "Waybill, MariaDB to csv", client, () -> waybill("mariadb", "csv", ""));
        String csvWrite = "H2 CSVWRITE";
        add(contenders, csvWrite, null, () -> process(List.of("java", "-Xmx256m", "-cp", "target/lib/" + h2Jar(), "org.h2.tools.Shell",
                "-url", h2, "-user", "sa", "-sql", "CALL CSVWRITE('" + FOLDER + "/exports/h2.csv', 'SELECT * FROM orders')")));
        add(contenders, "Waybill, H2 to csv", csvWrite, () -> waybill("h2", "csv", ""));
        return contenders;
    }

    private static String h2Jar() {
        return Stream.of(new File("target/lib").list()).filter(name -> name.startsWith("h2-")).findFirst().orElseThrow();
    }

    private static void add(List<Contender> contenders, String name, String peer, Run run) {
        contenders.add(new Contender(name, peer, run, new ArrayList<>(), new ArrayList<>()));
    }

    private static Optional<String> program(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> folder + "/" + name)
                .filter(path -> new File(path).canExecute())
                .findFirst();
    }

    /** The time of the run itself, from its result; the process starts a Java machine before it. */
    private static long[] waybill(String source, String format, String keys) throws Exception {
        Files.writeString(
                FOLDER.resolve("routes/orders.toml"),
                "[properties.export]\nsource_dataset_id = \"orders\"\ndatasource = \"" + source + "\"\nfile_path = \"exports/waybill."
                        + format + "\"\n" + keys);
        Path out = FOLDER.resolve("out.json");
        String target = Path.of("target").toAbsolutePath().toString();
        long[] took = process(
                List.of("java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", target + "/waybill.jar:" + target + "/lib/*",
                        "io.waybill.cli.Main", "run", "orders", "--json"),
                out);
        JsonNode result = new ObjectMapper().readTree(out.toFile());
        return new long[] {result.path("elapsed_ms").asLong(), took[1]};
    }

    private static long[] process(List<String> command) throws Exception {
        return process(command, FOLDER.resolve("out.txt"));
    }

    private static long[] process(List<String> command, Path out) throws Exception {
        long start = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(false).redirectOutput(out.toFile());
        builder.redirectError(FOLDER.resolve("err.txt").toFile());
        if (command.contains("io.waybill.cli.Main")) {
            builder.directory(FOLDER.toFile());
        }
        Process process = builder.start();
        long cpu = 0;
        while (process.isAlive()) {
            cpu = Math.max(cpu, cpuMillis(process.toHandle()));
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(command + ": " + Files.readString(FOLDER.resolve("err.txt")));
        }
        return new long[] {(System.nanoTime() - start) / 1_000_000, cpu};
    }

    private static long cpuMillis(ProcessHandle process) {
        long own = process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
        return own + process.children().mapToLong(Speed::cpuMillis).sum();
    }

    private static void print(List<Contender> contenders, long rows, int rounds) {
        System.out.printf(Locale.ROOT, "%,d orders of 12 columns, %d rounds, medians; Java %s, %d cores shared with the servers%n%n", rows, rounds,
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors());
        System.out.println("| what | seconds | client CPU seconds | ratio of seconds | of CPU | to |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | --- |");
        Map<String, Contender> byName = new LinkedHashMap<>();
        contenders.forEach(contender -> byName.put(contender.name(), contender));
        for (Contender contender : contenders) {
            Contender peer = contender.peer() == null ? null : byName.get(contender.peer());
            String ratios = peer == null
                    ? " | | "
                    : String.format(Locale.ROOT, " %.2f | %.2f | %s ", median(contender.wallMillis()) / median(peer.wallMillis()),
                            median(contender.cpuMillis()) / median(peer.cpuMillis()), peer.name());
            System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f |%s|%n", contender.name(), median(contender.wallMillis()) / 1e3,
                    median(contender.cpuMillis()) / 1e3, ratios);
        }
    }

    private static double median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return Math.max(1, sorted.get(sorted.size() / 2));
    }

    private static final String COLUMNS = "id bigint primary key, customer int not null, status varchar(20) not null,"
            + " amount numeric(12,2) not null, discount %s, currency char(3) not null, note varchar(200),"
            + " ordered_at %s not null, delivery date, paid boolean not null, batch_id int not null, record_type varchar(10) not null";

    private static void makeData(HikariDataSource postgres, HikariDataSource mariadb, String h2, long rows) {
        TestDatabases.execute(postgres, "CREATE TABLE orders (" + COLUMNS.formatted("double precision", "timestamptz") + ")",
                insert("generate_series(cast(1 as bigint), " + rows + ") s(x)", "timestamptz '2026-01-01' + x * interval '1 second'",
                        "date '2026-01-01' + cast(x % 300 as int)", "x % 2 = 0"),
                "VACUUM ANALYZE orders");
        TestDatabases.execute(mariadb, "CREATE TABLE orders (" + COLUMNS.formatted("double", "datetime(6)") + ")",
                insert("(SELECT seq x FROM seq_1_to_" + rows + ") s", "timestampadd(second, x, '2026-01-01')",
                        "adddate('2026-01-01', x % 300)", "x % 2 = 0"));
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl(h2);
            database.setUsername("sa");
            TestDatabases.execute(database, "CREATE TABLE orders (" + COLUMNS.formatted("double precision", "timestamp with time zone") + ")",
                    insert("system_range(1, " + rows + ")", "dateadd('second', x, timestamp with time zone '2026-01-01 00:00:00+00')",
                            "dateadd('day', x % 300, date '2026-01-01')", "mod(x, 2) = 0"));
        }
    }

    private static String insert(String from, String time, String date, String paid) {
        return "INSERT INTO orders SELECT x, mod(x * 7919, 50000), case mod(x, 3) when 0 then 'open' when 1 then 'paid' else 'shipped' end,"
                + " mod(x * 104729, 10000000) / 100.0, mod(x, 100) / 400.0, 'EUR', case when mod(x, 5) > 0 then"
                + " concat('note ', x, ', \"quoted\" and\nlonger than a word or two') end, " + time + ", " + date + ", " + paid
                + ", x / 1000000, 'new' FROM " + from;
    }

    private static void delete() throws java.io.IOException {
        if (!Files.exists(FOLDER)) {
            return;
        }
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
