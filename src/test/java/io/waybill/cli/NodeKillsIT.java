package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.servers.SftpServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes that serve the same flows with one ledger, and are killed: each row goes out once. */
class NodeKillsIT {

    @TempDir
    private Path work;

    private void killsLoseAndDoubleNothing(int kills, HikariDataSource ledger, Map<String, String> connection)
            throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                NodeKills nodes = new NodeKills(
                        work,
                        source,
                        source.getJdbcUrl(),
                        ledger,
                        Map.of("url", ledger.getJdbcUrl(), "username", ledger.getUsername()),
                        connection,
                        System.nanoTime())) {
            NodeKills.Report report = nodes.run(kills);

            assertThat(report.lost()).as("%s", report).isZero();
            assertThat(report.doubled()).as("%s", report).isZero();
            assertThat(report.leftovers()).as("%s", report).isEmpty();
            assertThat(report.runs()).as("%s", report).containsKey("DONE").doesNotContainKey("RUNNING");
        }
    }

    @Test
    void toASharedFolderWithALedgerOnPostgres() throws Exception {
        try (HikariDataSource ledger = TestLedgers.postgres()) {
            killsLoseAndDoubleNothing(2, ledger, Map.of());
        }
    }

    @Test
    void bySftpEachWithStagingOfItsOwnAndALedgerOnMariaDb() throws Exception {
        try (HikariDataSource ledger = TestDatabases.mariadb();
                SftpServer server = SftpServer.start(work.resolve("out"))) {
            killsLoseAndDoubleNothing(1, ledger, server.connection("there"));
        }
    }
}
