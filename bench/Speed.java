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
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** See bench/run. */
public class Speed {

    /** One way to export the orders, what it is measured against, and what it took in each round. */
    private record Contender(String name, String peer, Run run, List<Took> rounds) {

        double median(ToLongFunction<Took> what) {
            List<Long> sorted = rounds.stream().map(what::applyAsLong).sorted().toList();
            return Math.max(1, sorted.get(sorted.size() / 2));
        }
    }

    /** Wall and client CPU time in milliseconds, and the peak of the client's resident memory. */
    private record Took(long wallMillis, long cpuMillis, long peakKilobytes) {}

    private interface Run {
        Took once() throws Exception;
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
            List<Contender> contenders = contenders(postgres.getJdbcUrl(), mariadb.getJdbcUrl(), h2, rows, arguments[2].equals("all"));
            if (arguments.length > 3) {
                contenders.removeIf(contender -> !contender.name().matches("(?i).*(" + arguments[3] + ").*"));
            }
            for (int round = 1; round <= rounds; round++) {
                for (Contender contender : contenders) {
                    System.err.printf("round %d of %d: %s%n", round, rounds, contender.name());
                    contender.rounds().add(contender.run().once());
                }
            }
            print(contenders, rows, rounds);
            if (arguments.length < 4) {
                compareReaders();
            }
        } finally {
            delete();
        }
        System.exit(0);
    }

    /** The files that COPY and JDBC give, of the same rows. */
    private static void compareReaders() throws Exception {
        System.out.println();
        for (String format : List.of("csv", "jsonl", "parquet")) {
            String copied = sha256("postgresql", format, "reader = \"copy\"\n");
            String fetched = sha256("postgresql", format, "reader = \"jdbc\"\n");
            System.out.printf("SHA-256 of the %s by COPY %s, by JDBC %s: %s%n", format, copied.substring(0, 16), fetched.substring(0, 16),
                    copied.equals(fetched) ? "equal" : "DIFFERENT");
        }
    }

    private static String sha256(String source, String format, String keys) throws Exception {
        waybill(source, format, keys);
        return new ObjectMapper().readTree(FOLDER.resolve("out.json").toFile()).path("files").path(0).path("sha256").asText();
    }

    private static List<Contender> contenders(String postgres, String mariadb, String h2, long rows, boolean all) throws Exception {
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
        add(contenders, "Waybill, PostgreSQL to csv, 2 readers", csv, () -> waybill("postgresql", "csv", "parallelism = 2\n"));
        if (!all) {
            return contenders;
        }
        String login = postgres + (postgres.contains("?") ? "&" : "?") + "user=postgres";
        String stream = "Waybill, PostgreSQL to csv";
        add(contenders, "stock Camel, streamed and spooled, csv", stream, () -> peer("camel", List.of(), "StockCamel", "stream", login, FOLDER + "/exports/stock.csv"));
        if (rows <= 2_000_000) {
            add(contenders, "stock Camel, row by row, csv", stream, () -> peer("camel", List.of(), "StockCamel", "rows", login, FOLDER + "/exports/stock.csv"));
        }
        add(contenders, "Spark local, csv", stream, () -> peer("spark", SPARK_OPENS, "Spark", "csv", login, FOLDER + "/exports/spark", "" + rows));
        add(contenders, "Spark local, parquet", "Waybill, PostgreSQL to parquet", () -> peer("spark", SPARK_OPENS, "Spark", "parquet", login, FOLDER + "/exports/spark", "" + rows));
        add(contenders, "DuckDB appender, parquet", "Waybill, PostgreSQL to parquet", () -> peer("duckdb", List.of(), "DuckDb", login, FOLDER + "/exports/duckdb.parquet"));
        String client = "mariadb --quick --batch";
        Optional.of(TestDatabases.mariadbClient().toString()).ifPresent(mysql -> add(contenders, client, null, () -> {
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
        String version = "java -version";
        add(contenders, version, null, () -> process(List.of("java", "-version")));
        add(contenders, "waybill run of 10 rows, the whole process", version, Speed::tiny);
        return contenders;
    }

    private static String h2Jar() {
        return Stream.of(new File("target/lib").list()).filter(name -> name.startsWith("h2-")).findFirst().orElseThrow();
    }

    private static void add(List<Contender> contenders, String name, String peer, Run run) {
        contenders.add(new Contender(name, peer, run, new ArrayList<>()));
    }

    private static Optional<String> program(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> folder + "/" + name)
                .filter(path -> new File(path).canExecute())
                .findFirst();
    }

    /** The time of the rows phase, from its result: query, reading, encoding, hashing, and the file on the disk. */
    private static Took waybill(String source, String format, String keys) throws Exception {
        Files.writeString(
                FOLDER.resolve("routes/orders.toml"),
                "[properties.export]\nsource_dataset_id = \"orders\"\ndatasource = \"" + source + "\"\nfile_path = \"exports/waybill."
                        + format + "\"\n" + keys);
        Path out = FOLDER.resolve("out.json");
        List<String> command = List.of(Path.of("waybill").toAbsolutePath().toString(), "run", "orders", "--json");
        Took took = process(command, out);
        JsonNode result = new ObjectMapper().readTree(out.toFile());
        return new Took(result.path("staged_ms").asLong(), took.cpuMillis(), took.peakKilobytes());
    }

    /** The launcher, with the class-data archive that it made when it built. */
    private static Took tiny() throws Exception {
        Files.writeString(
                FOLDER.resolve("routes/orders.toml"),
                "[properties.export]\nsource_dataset_id = \"orders\"\ndatasource = \"postgresql\"\nfile_path = \"exports/tiny.csv\"\nlimit = 10\n");
        return process(List.of(Path.of("waybill").toAbsolutePath().toString(), "run", "orders"));
    }

    /** A program of bench/peers, which prints its own milliseconds. */
    private static Took peer(String profile, List<String> options, String main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("java", "-Xmx1g"));
        command.addAll(options);
        command.addAll(List.of("-cp", "target/bench-" + profile + ":" + Files.readString(Path.of("target/bench-" + profile + ".classpath")), main));
        command.addAll(List.of(arguments));
        Path out = FOLDER.resolve("out.txt");
        Took took = process(command, out);
        return new Took(Long.parseLong(Files.readString(out).strip()), took.cpuMillis(), took.peakKilobytes());
    }

    /** Apache Spark, JavaModuleOptions: what Java 17 has to open for it. */
    private static final List<String> SPARK_OPENS = Stream.of("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
                    "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.security.action",
                    "sun.util.calendar")
            .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
            .toList();

    private static Took process(List<String> command) throws Exception {
        return process(command, FOLDER.resolve("out.txt"));
    }

    private static Took process(List<String> command, Path out) throws Exception {
        long start = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(false).redirectOutput(out.toFile());
        builder.redirectError(FOLDER.resolve("err.txt").toFile());
        if (command.get(0).endsWith("/waybill")) {
            builder.directory(FOLDER.toFile());
            builder.environment().merge("JAVA_OPTS", "-Xmx256m", (options, heap) -> heap + " " + options);
        }
        Process process = builder.start();
        long cpu = 0;
        long peak = 0;
        while (process.isAlive()) {
            cpu = Math.max(cpu, cpuMillis(process.toHandle()));
            peak = Math.max(peak, peakKilobytes(process.toHandle()));
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(command + ": " + Files.readString(FOLDER.resolve("err.txt")));
        }
        return new Took((System.nanoTime() - start) / 1_000_000, cpu, peak);
    }

    /** VmHWM of Linux's proc(5), of the process and those it started; 0 elsewhere. */
    private static long peakKilobytes(ProcessHandle process) {
        long own = 0;
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            own = lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (java.io.IOException | java.io.UncheckedIOException e) {
            // it has just ended
        }
        return own + process.children().mapToLong(Speed::peakKilobytes).sum();
    }

    private static long cpuMillis(ProcessHandle process) {
        long own = process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
        return own + process.children().mapToLong(Speed::cpuMillis).sum();
    }

    private static void print(List<Contender> contenders, long rows, int rounds) {
        System.out.printf(Locale.ROOT, "%n%,d orders of 12 columns, medians of %d rounds%n%n", rows, rounds);
        System.out.println("| what | seconds | client CPU seconds | peak memory, MB | ratio of seconds | of CPU | to |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
        Map<String, Contender> byName = new LinkedHashMap<>();
        contenders.forEach(contender -> byName.put(contender.name(), contender));
        for (Contender contender : contenders) {
            Contender peer = byName.get(contender.peer());
            double wall = contender.median(Took::wallMillis);
            double cpu = contender.median(Took::cpuMillis);
            String ratios = peer == null
                    ? " | | "
                    : String.format(Locale.ROOT, " %.2f | %.2f | %s ", wall / peer.median(Took::wallMillis),
                            cpu / peer.median(Took::cpuMillis), peer.name());
            System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %.0f |%s|%n", contender.name(), wall / 1e3, cpu / 1e3,
                    contender.median(Took::peakKilobytes) / 1024, ratios);
        }
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
