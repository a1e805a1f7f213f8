import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** See bench/shapes. */
public class Shapes {

    /**
     * A kind of table.
     *
     * @param bytes of a row as CSV, about
     * @param columns of the table, in PostgreSQL's words
     * @param values of row {@code x}
     * @param mariadbColumns null where it is not tried there
     */
    private record Shape(String name, int bytes, String columns, String values, String mariadbColumns, String mariadbValues) {

        int width() {
            return columns.split(", (?=[a-z]\\w* )").length;
        }
    }

    /** Wall and client CPU time of a whole process, in seconds, and the peak of its resident memory in megabytes. */
    private record Took(double wall, double cpu, double peak) {}

    /**
     * @param format null for the database's own client
     * @param readers {@code parallelism} of the flow
     * @param launcher of the version that runs; null for the client
     */
    private record Contender(String name, String format, int readers, Path launcher, List<Took> rounds) {

        Contender(String name, String format, Path launcher) {
            this(name, format, 1, launcher, new ArrayList<>());
        }

        double median(ToDoubleFunction<Took> what) {
            double[] sorted = rounds.stream().mapToDouble(what).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    /** How the run is called that takes nearly nothing but the start. */
    private static final String TEN = "10 rows";

    private static final Path LAUNCHER = Path.of("waybill").toAbsolutePath();

    /** Another version's launcher, to be compared with; null where none is asked. */
    private static final String BEFORE = System.getenv("BEFORE");

    /** The {@code parallelism} that is tried beside one reader; 1 where none is. */
    private static final int READERS = Integer.parseInt(System.getenv().getOrDefault("READERS", "1"));

    private static final Path FOLDER = Path.of("target/bench-shapes").toAbsolutePath();

    /** Quotes and line breaks in one row of four, letters of two bytes, and many NULLs. */
    private static final String TEXT_VALUES =
            "x, concat('Ticket ', x, ' of ', x % 977), concat(case x % 4 when 0 then 'He said \"yes\",\nand left. ' else 'Nothing to quote in here. ' end,"
                    + " 'Le caf\u00e9 est ferm\u00e9, \u0434\u043e\u0431\u0440\u044b\u0439 \u0434\u0435\u043d\u044c; ', repeat('lorem ipsum dolor sit amet ', 5)),"
                    + " case when x % 3 = 0 then concat('remark ', x) end, case when x % 7 = 0 then concat('seen by ', x % 50) end";

    private static final String TEXT_COLUMNS = "id int, title varchar(100), body text, remark text, comment text";

    private static final List<Shape> SHAPES = List.of(
            new Shape(
                    "orders",
                    127,
                    "id bigint, customer int, status varchar(20), amount numeric(12,2), discount float8, currency char(3), note varchar(200),"
                            + " ordered_at timestamptz, delivery date, paid boolean, batch_id int, record_type varchar(10)",
                    "x, x * 7919 % 50000, case x % 3 when 0 then 'open' when 1 then 'paid' else 'shipped' end, x * 104729 % 10000000 / 100.0,"
                            + " x % 100 / 400.0, 'EUR', case when x % 5 > 0 then concat('note ', x, ', \"quoted\" and\nlonger than a word or two') end,"
                            + " timestamptz '2026-01-01' + x * interval '1 second', date '2026-01-01' + cast(x % 300 as int), x % 2 = 0,"
                            + " x / 1000000, 'new'",
                    "id bigint, customer int, status varchar(20), amount numeric(12,2), discount double, currency char(3), note varchar(200),"
                            + " ordered_at datetime(6), delivery date, paid boolean, batch_id int, record_type varchar(10)",
                    "x, x * 7919 % 50000, case x % 3 when 0 then 'open' when 1 then 'paid' else 'shipped' end, x * 104729 % 10000000 / 100.0,"
                            + " x % 100 / 400.0, 'EUR', case when x % 5 > 0 then concat('note ', x, ', \"quoted\" and\nlonger than a word or two') end,"
                            + " timestampadd(second, x, '2026-01-01'), adddate('2026-01-01', x % 300), x % 2 = 0, floor(x / 1000000), 'new'"),
            new Shape("narrow", 18, "id int, bucket int, kind smallint", "x, x * 7919 % 50000, x % 100", null, null),
            new Shape("long text", 246, TEXT_COLUMNS, TEXT_VALUES, TEXT_COLUMNS, TEXT_VALUES),
            new Shape(
                    "mixed",
                    190,
                    "id bigint, price numeric(30,16), ratio float8, changed_at timestamptz, day date, active boolean, key uuid, attributes jsonb,"
                            + " label text, quantity int, local_time timestamp, code varchar(10)",
                    "x, (x * 7919 % 1000003)::numeric / 997, sqrt(x::float8), timestamptz '2024-01-01' + x * interval '1.234567 seconds',"
                            + " date '2020-01-01' + (x % 2000)::int, x % 3 = 0, md5(x::text)::uuid,"
                            + " jsonb_build_object('n', x, 'tags', jsonb_build_array('a', 'b')), 'label ' || x % 1000, x % 10000,"
                            + " timestamp '2024-01-01' + x * interval '0.5 seconds', 'C' || x % 50",
                    null,
                    null),
            wide());

    private static Shape wide() {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        List<String> mariadbColumns = new ArrayList<>();
        List<String> mariadbValues = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            add(columns, values, "t" + i + " varchar(40)", "concat('text ', x % " + 97 * i + ", ' of a row')");
            add(columns, values, "n" + i + " numeric(14,3)", "(x * " + 7919 * i + " % 100000000) / 1000.0");
            add(columns, values, "z" + i + " timestamp", "timestamp '2024-01-01' + x * interval '" + i + " seconds'");
            add(columns, values, "f" + i + " float8", "x / " + 7.0 * i);
            add(columns, values, "i" + i + " int", "x % " + 1000003 * i);
            add(columns, values, "j" + i + " int", "x * " + i + " % 1000");
            add(mariadbColumns, mariadbValues, "t" + i + " varchar(40)", "concat('text ', x % " + 97 * i + ", ' of a row')");
            add(mariadbColumns, mariadbValues, "n" + i + " numeric(14,3)", "(x * " + 7919 * i + " % 100000000) / 1000.0");
            add(mariadbColumns, mariadbValues, "z" + i + " datetime(6)", "timestampadd(second, x * " + i + ", '2024-01-01')");
            add(mariadbColumns, mariadbValues, "f" + i + " double", "x / " + 7.0 * i + "e0");
            add(mariadbColumns, mariadbValues, "i" + i + " int", "x % " + 1000003 * i);
            add(mariadbColumns, mariadbValues, "j" + i + " int", "x * " + i + " % 1000");
        }
        return new Shape("wide", 870, String.join(", ", columns), String.join(", ", values), String.join(", ", mariadbColumns),
                String.join(", ", mariadbValues));
    }

    private static void add(List<String> columns, List<String> values, String column, String value) {
        columns.add(column);
        values.add(value);
    }

    /**
     * @param arguments the size of each table's CSV in megabytes, rounds, a pattern of the shapes' names, a pattern of the contenders' names, and
     *     the URLs of PostgreSQL servers beside the one of the build
     */
    public static void main(String[] arguments) throws Exception {
        int megabytes = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        List<Shape> shapes = SHAPES.stream().filter(shape -> shape.name().matches(arguments[2])).toList();
        delete();
        Files.createDirectories(FOLDER.resolve("routes"));
        Files.createDirectories(FOLDER.resolve("exports"));
        try {
            for (String url : List.of(arguments).subList(4, arguments.length)) {
                measure(url, shapes, megabytes, rounds, arguments[3]);
            }
            try (HikariDataSource postgres = TestDatabases.postgres()) {
                measure(postgres.getJdbcUrl() + (postgres.getJdbcUrl().contains("?") ? "&" : "?") + "user=postgres", shapes, megabytes, rounds, arguments[3]);
            }
            List<Shape> others = shapes.stream().filter(shape -> shape.mariadbColumns() != null).toList();
            if (!others.isEmpty()) {
                try (HikariDataSource mariadb = TestDatabases.mariadb()) {
                    measure(mariadb.getJdbcUrl() + "&user=root", others, megabytes, rounds, arguments[3]);
                }
            }
        } finally {
            delete();
        }
        System.exit(0);
    }

    private static void measure(String url, List<Shape> shapes, int megabytes, int rounds, String pattern) throws Exception {
        Files.writeString(FOLDER.resolve("application.properties"), "waybill.datasource.db.url = " + url + "\n");
        boolean postgres = url.startsWith("jdbc:postgresql:");
        String server;
        try (HikariDataSource database = pool(url)) {
            server = version(database);
        }
        System.out.printf(Locale.ROOT, "%n%s, tables of %,d MB as CSV, medians of %d rounds%n%n", server, megabytes, rounds);
        System.out.println("| table | to | seconds | to the client's own | client CPU seconds | ns a value | ns a byte of CSV | peak MB |");
        System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (Shape shape : shapes) {
            long rows = megabytes * 1_000_000L / shape.bytes();
            try (HikariDataSource database = pool(url)) {
                make(database, shape, rows, postgres);
            }
            List<Contender> contenders = new ArrayList<>();
            contenders.add(new Contender(postgres ? "psql \\copy" : "mariadb --quick --batch", null, null));
            contenders.add(new Contender(TEN, "csv", LAUNCHER));
            if (BEFORE != null) {
                contenders.add(new Contender(TEN + ", before", "csv", Path.of(BEFORE)));
            }
            for (String format : postgres ? List.of("csv", "jsonl", "parquet") : List.of("csv")) {
                if (format.matches(pattern)) {
                    contenders.add(new Contender(format, format, LAUNCHER));
                    if (READERS > 1) {
                        contenders.add(new Contender(format + ", " + READERS + " readers", format, READERS, LAUNCHER, new ArrayList<>()));
                    }
                    if (BEFORE != null) {
                        contenders.add(new Contender(format + ", before", format, Path.of(BEFORE)));
                    }
                }
            }
            long bytes = 0;
            for (int round = 1; round <= rounds; round++) {
                for (Contender contender : contenders) {
                    System.err.printf("%s, %s, round %d of %d: %s%n", server, shape.name(), round, rounds, contender.name());
                    contender.rounds().add(contender.format() == null ? client(url, postgres) : waybill(contender));
                    bytes = contender.format() == null ? Files.size(FOLDER.resolve("exports/client.csv")) : bytes;
                }
            }
            print(shape, contenders, rows * shape.width(), bytes);
            try (HikariDataSource database = pool(url)) {
                TestDatabases.execute(database, "DROP TABLE shape");
            }
        }
    }

    private static void print(Shape shape, List<Contender> contenders, long values, long bytes) {
        Contender client = contenders.get(0);
        for (Contender contender : contenders) {
            double wall = contender.median(Took::wall);
            double cpu = contender.median(Took::cpu);
            double start = contenders.stream()
                    .filter(other -> other.name().startsWith(TEN) && other.launcher().equals(contender.launcher()))
                    .mapToDouble(other -> other.median(Took::cpu))
                    .sum();
            double work = Math.max(0, cpu - start);
            String each = contender.name().startsWith(TEN) ? " | " : String.format(Locale.ROOT, "%.0f | %.2f", work * 1e9 / values, work * 1e9 / bytes);
            System.out.printf(Locale.ROOT, "| %s | %s | %.2f | %.2f | %.2f | %s | %.0f |%n", shape.name(), contender.name(), wall,
                    wall / client.median(Took::wall), cpu, each, contender.median(Took::peak));
        }
    }

    private static HikariDataSource pool(String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(1);
        return pool;
    }

    private static String version(HikariDataSource database) throws Exception {
        try (var connection = database.getConnection()) {
            return connection.getMetaData().getDatabaseProductName() + " " + connection.getMetaData().getDatabaseProductVersion().replaceAll("[ -].*", "");
        }
    }

    private static void make(HikariDataSource database, Shape shape, long rows, boolean postgres) {
        String columns = postgres ? shape.columns() : shape.mariadbColumns();
        String values = postgres ? shape.values() : shape.mariadbValues();
        String from = postgres ? "generate_series(cast(1 as bigint), " + rows + ") s(x)" : "(SELECT seq x FROM seq_1_to_" + rows + ") s";
        TestDatabases.execute(database, "CREATE TABLE shape (" + columns + ")", "INSERT INTO shape SELECT " + values + " FROM " + from);
        if (postgres) {
            TestDatabases.execute(database, "VACUUM ANALYZE shape", "CHECKPOINT");
        }
    }

    private static Took client(String url, boolean postgres) throws Exception {
        String file = FOLDER + "/exports/client.csv";
        if (postgres) {
            return process(List.of("psql", url.replace("jdbc:", ""), "-qc", "\\copy (SELECT * FROM shape) TO '" + file + "' WITH (FORMAT csv, HEADER)"));
        }
        String database = url.replaceAll(".*/|\\?.*", "");
        String port = url.replaceAll(".*localhost:|/.*", "");
        return process(List.of("sh", "-c", "exec " + TestDatabases.mariadbClient() + " --skip-ssl -h 127.0.0.1 -P " + port
                + " -u root --quick --batch -e 'SELECT * FROM shape' " + database + " > " + file));
    }

    /** The launcher, as a user calls it. */
    private static Took waybill(Contender contender) throws Exception {
        String limit = contender.name().startsWith(TEN) ? "limit = 10\n" : "";
        Files.writeString(
                FOLDER.resolve("routes/shape.toml"),
                "[properties.export]\nsource_dataset_id = \"shape\"\ndatasource = \"db\"\nfile_path = \"exports/waybill."
                        + contender.format() + "\"\nparallelism = " + contender.readers() + "\n" + limit);
        return process(List.of(contender.launcher().toString(), "run", "shape", "--json"));
    }

    private static Took process(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(FOLDER.resolve("out.txt").toFile());
        builder.redirectError(FOLDER.resolve("err.txt").toFile()).directory(FOLDER.toFile());
        double cpuBefore = cpuOfChildren();
        long start = System.nanoTime();
        Process process = builder.start();
        long peak = 0;
        while (!process.waitFor(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, peakKilobytes(process.pid()));
        }
        double wall = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            throw new IllegalStateException(command + ": " + Files.readString(FOLDER.resolve("err.txt")));
        }
        return new Took(wall, cpuOfChildren() - cpuBefore, peak / 1024.0);
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

    private static void delete() throws IOException {
        if (Files.exists(FOLDER)) {
            try (var files = Files.walk(FOLDER)) {
                for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
