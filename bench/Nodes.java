import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.cli.NodeKills;
import io.waybill.servers.SftpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** See bench/nodes. */
public class Nodes {

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        boolean bySftpAlone = arguments.length > 2 && arguments[2].equals("sftp");
        int bySftp = bySftpAlone ? rounds : rounds / 4;
        boolean whole = true;
        if (!bySftpAlone) {
            try (HikariDataSource ledger = TestDatabases.postgres()) {
                whole = run("to a shared folder, ledger on PostgreSQL", rounds - bySftp, seed, ledger, false);
            }
        }
        try (HikariDataSource ledger = TestDatabases.mariadb()) {
            whole &= run("by SFTP, staging of their own, ledger on MariaDB", bySftp, seed + 1, ledger, true);
        }
        System.exit(whole ? 0 : 1);
    }

    private static boolean run(String name, int rounds, long seed, HikariDataSource ledger, boolean elsewhere) throws Exception {
        Path work = Path.of("target/bench-nodes").toAbsolutePath();
        delete(work);
        Files.createDirectories(work);
        try (HikariDataSource source = TestDatabases.postgres();
                SftpServer server = SftpServer.start(work.resolve("out"));
                NodeKills nodes = new NodeKills(work, source, source.getJdbcUrl(), ledger,
                        Map.of("url", ledger.getJdbcUrl(), "username", ledger.getUsername()),
                        elsewhere ? server.connection("there") : Map.of(), seed)) {
            long start = System.nanoTime();
            NodeKills.Report report = nodes.run(rounds);
            System.out.printf("%n%s, %d s%n", name, (System.nanoTime() - start) / 1_000_000_000L);
            System.out.printf("  kills         %d, %d of processes that held runs%n", report.kills(), report.killedWithRuns());
            System.out.printf("  runs          %s; done by each process that there was: %s%n", report.runs(), report.byNode());
            System.out.printf("  taken over    %d%n", report.takenOver().stream().filter(line -> line.contains("is taken over")).count());
            System.out.printf("  rows          %,d%n", report.rows());
            System.out.printf("  rows lost     %d%n", report.lost());
            System.out.printf("  rows doubled  %d%n", report.doubled());
            System.out.printf("  leftovers     %d %s%n", report.leftovers().size(), report.leftovers().stream().limit(5).toList());
            report.takenOver().stream().limit(12).forEach(line -> System.out.println("  " + line));
            return report.lost() == 0 && report.doubled() == 0 && report.leftovers().isEmpty();
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
