import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** See bench/feeds. */
public class Feeds {

    private static final int TIMES = 5;

    /** A product, and how it makes and hashes rows. */
    private record Product(String name, Supplier<HikariDataSource> database, String from, String time, String hash, String after) {}

    public static void main(String[] arguments) throws Exception {
        long rows = Long.parseLong(arguments[0]);
        System.out.printf(Locale.ROOT, "%-12s %-10s %10s %10s %10s %8s%n", "database", "strategy", "scan ms", "first ms", "batch ms", "ratio");
        for (Product product : List.of(
                new Product("PostgreSQL", TestDatabases::postgres, "generate_series(1, " + rows + ") s(x)",
                        "timestamp '2026-01-01' + x * interval '1 second'", "SELECT SUM(hashtext(CAST(t AS text))) FROM t", "VACUUM ANALYZE t"),
                new Product("MariaDB", TestDatabases::mariadb, "(SELECT seq x FROM seq_1_to_" + rows + ") s",
                        "timestampadd(second, x, '2026-01-01')",
                        "SELECT SUM(CRC32(CONCAT_WS(',', id, customer, status, amount, discount, currency, note, u, delivery, region))) FROM t",
                        "ANALYZE TABLE t"),
                new Product("H2", TestDatabases::h2, "(SELECT x FROM system_range(1, " + rows + ")) s",
                        "dateadd('second', x, timestamp '2026-01-01 00:00:00')",
                        "SELECT COUNT(DISTINCT ORA_HASH(CONCAT_WS(',', id, customer, status, amount, discount, currency, note, u, delivery, region))) FROM t",
                        "ANALYZE"))) {
            if (arguments.length > 1 && !arguments[1].equals(product.name())) {
                continue;
            }
            boolean hasLog = product.name().equals("PostgreSQL");
            for (String strategy : hasLog ? List.of("check", "timestamp", "log", "log, few") : List.of("check", "timestamp")) {
                try (HikariDataSource database = product.database().get()) {
                    if (hasLog) { // the server of the tests commits before its log is written
                        TestDatabases.execute(database, "SET synchronous_commit = on",
                                "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET synchronous_commit = on'; END $$");
                        database.getHikariPoolMXBean().softEvictConnections();
                    }
                    measure(product, database, strategy, rows);
                }
            }
        }
        System.exit(0);
    }

    private static void measure(Product product, HikariDataSource database, String strategy, long rows) throws Exception {
        TestDatabases.execute(database,
                "CREATE TABLE t (id bigint primary key, customer int not null, status varchar(20) not null, amount numeric(12,2) not null,"
                        + " discount double precision, currency char(3) not null, note varchar(200), u timestamp not null, delivery date,"
                        + " region varchar(10))",
                "INSERT INTO t SELECT x, mod(x, 50000), case mod(x, 3) when 0 then 'open' when 1 then 'paid' else 'shipped' end,"
                        + " mod(x * 97, 10000000) / 100.0, mod(x, 100) / 400.0, 'EUR',"
                        + " case when mod(x, 5) > 0 then concat('note ', x, ', longer than a word or two') end, " + product.time()
                        + ", date '2026-01-01', 'north' FROM " + product.from(),
                product.after());
        // of a hundred rows one is changed, of ten thousand where there are to be few
        long oneOf = strategy.endsWith("few") ? 10_000 : 100;
        Path folder = Files.createTempDirectory("feeds");
        try (FlowHarness harness = new FlowHarness(folder, database)) {
            harness.load("f.toml", "[properties.change_feed]\nsource_dataset_id = \"t\"\n"
                    + "strategy = \"" + strategy.replace(", few", "") + "\"\n" + (strategy.equals("timestamp") ? "updated_at = \"u\"\n" : ""));
            long first = harness.run("f").elapsedMs();
            long[] scans = new long[TIMES];
            long[] batches = new long[TIMES];
            for (int i = 0; i < TIMES; i++) {
                TestDatabases.execute(database, "UPDATE t SET amount = amount + 1, u = " + product.time().replace("x", "(id + " + (i + 1) + ")")
                        + " WHERE mod(id, " + oneOf + ") = " + i, product.after());
                if (strategy.startsWith("log")) {
                    // a slot reads from the last note of open transactions on; the server makes one each 15 s, and then
                    TestDatabases.execute(database, "CHECKPOINT");
                }
                long begun = System.nanoTime();
                try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                        ResultSet result = statement.executeQuery(product.hash())) {
                    result.next();
                }
                scans[i] = (System.nanoTime() - begun) / 1_000_000;
                var result = harness.run("f");
                if (result.changes().changedRows() != rows / oneOf) {
                    throw new IllegalStateException(result.changes().words());
                }
                batches[i] = result.elapsedMs();
            }
            Arrays.sort(scans);
            Arrays.sort(batches);
            System.out.printf(Locale.ROOT, "%-12s %-10s %10d %10d %10d %8.2f%n", product.name(), strategy, scans[TIMES / 2], first,
                    batches[TIMES / 2], (double) batches[TIMES / 2] / scans[TIMES / 2]);
        }
    }
}
