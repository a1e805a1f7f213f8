import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.cli.Kills;
import io.waybill.servers.SftpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** See bench/chaos. */
public class Chaos {

    public static void main(String[] arguments) throws Exception {
        int kills = Integer.parseInt(arguments[0]);
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        boolean whole = run("among troubles, ledger on PostgreSQL", kills - kills / 4 * 3, seed + 3, true, false, true)
                & run("ledger on PostgreSQL", kills / 4, seed, true, false, false)
                & run("among troubles, ledger in a file (SQLite)", kills / 4, seed + 1, false, false, true)
                & run("by SFTP, ledger on PostgreSQL", kills / 4, seed + 2, true, true, false);
        System.exit(whole ? 0 : 1);
    }

    private static boolean run(String name, int kills, long seed, boolean postgres, boolean elsewhere, boolean troubled) throws Exception {
        Path work = Path.of("target/bench-chaos").toAbsolutePath();
        delete(work);
        Files.createDirectories(work);
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres();
                SftpServer server = SftpServer.start(work.resolve("out"))) {
            Kills chaos = new Kills(work, source, source.getJdbcUrl(), postgres ? ledger.getJdbcUrl() : null,
                    elsewhere ? server.connection("there") : Map.of(), seed);
            long start = System.nanoTime();
            Kills.Report report = (troubled ? chaos.amongTroubles() : chaos).run(kills);
            System.out.printf("%n%s, %d s%n", name, (System.nanoTime() - start) / 1_000_000_000L);
            System.out.printf("  kills         %d %s, and %d that came too late%n", report.kills(), report.killedIn(), chaos.tooLate());
            System.out.printf("  runs          %s%n", report.runs());
            System.out.printf("  rows          %,d%n", report.rows());
            System.out.printf("  rows lost     %d%n", report.lost());
            System.out.printf("  rows doubled  %d%n", report.doubled());
            System.out.printf("  leftovers     %d %s%n", report.leftovers().size(), report.leftovers().stream().limit(5).toList());
            if (troubled) {
                System.out.printf("  old file gone %d%n", report.gone());
                System.out.printf("  meanwhile     %s%n", report.around());
            }
            return report.lost() == 0 && report.doubled() == 0 && report.gone() == 0 && report.leftovers().isEmpty();
        }
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
