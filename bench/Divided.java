import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.cli.DividedKills;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** See bench/divided. */
public class Divided {

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        boolean whole;
        try (HikariDataSource ledger = TestDatabases.postgres()) {
            whole = run("ledger on PostgreSQL", rounds - rounds / 4, seed, ledger);
        }
        if (rounds / 4 > 0) {
            try (HikariDataSource ledger = TestDatabases.mariadb()) {
                whole &= run("ledger on MariaDB", rounds / 4, seed + 1, ledger);
            }
        }
        System.exit(whole ? 0 : 1);
    }

    private static boolean run(String name, int rounds, long seed, HikariDataSource ledger) throws Exception {
        Path work = Path.of("target/bench-divided").toAbsolutePath();
        delete(work);
        Files.createDirectories(work);
        try (HikariDataSource source = TestDatabases.postgres();
                DividedKills processes = new DividedKills(work, source, ledger, seed)) {
            long start = System.nanoTime();
            DividedKills.Report report = processes.run(rounds);
            System.out.printf("%n%s, %d rounds, %d s%n", name, rounds, (System.nanoTime() - start) / 1_000_000_000L);
            System.out.printf("  kills         %s%n", report.kills());
            System.out.printf("  runs          %s%n", report.runs());
            System.out.printf("  ranges        %d of runs that are done, %d read by workers, %d leased again%n",
                    report.ranges(), report.readByWorkers(), report.leasedAgain());
            System.out.printf("  rows          %,d%n", report.rows());
            System.out.printf("  rows lost     %d%n", report.lost());
            System.out.printf("  rows doubled  %d%n", report.doubled());
            System.out.printf("  runs mixed    %d%n", report.mixed());
            System.out.printf("  leftovers     %d %s%n", report.leftovers().size(), report.leftovers().stream().limit(5).toList());
            return report.lost() == 0 && report.doubled() == 0 && report.mixed() == 0 && report.leftovers().isEmpty();
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
