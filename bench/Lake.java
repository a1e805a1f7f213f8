import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.cli.LakeKills;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

/** See bench/iceberg. */
public class Lake {

    public static void main(String[] arguments) throws Exception {
        int kills = Integer.parseInt(arguments[0]);
        boolean upsert = arguments[1].equals("upsert");
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
        System.out.println((upsert ? "upsert" : "append") + ", seed " + seed);
        Path work = Path.of("target/bench-iceberg").toAbsolutePath();
        FileUtils.deleteDirectory(work.toFile());
        Files.createDirectories(work.resolve("work"));
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres();
                io.waybill.servers.Lake lake = io.waybill.servers.Lake.in(work.resolve("warehouse"))) {
            long start = System.nanoTime();
            LakeKills.Report report =
                    new LakeKills(work.resolve("work"), source, source.getJdbcUrl(), ledger.getJdbcUrl(), lake, upsert, seed).run(kills);
            System.out.printf("%d s%n", (System.nanoTime() - start) / 1_000_000_000L);
            System.out.printf("  kills         %d %s, %d processes woken%n", report.kills(), report.killedIn(), report.woken());
            System.out.printf("  runs          %s%n", report.runs());
            System.out.printf("  rows          %,d%n", report.rows());
            System.out.printf("  rows lost     %d%n", report.lost());
            System.out.printf("  rows doubled  %d%n", report.doubled());
            System.out.printf("  snapshots     %d, of %d runs that are done%n", report.snapshots(), report.delivered());
            System.out.printf("  orphan files  %d %s%n", report.orphans().size(), report.orphans().stream().limit(5).toList());
            System.out.printf("  leftovers     %d %s%n", report.leftovers().size(), report.leftovers().stream().limit(5).toList());
            System.exit(report.isWhole() ? 0 : 1);
        }
    }
}
