package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.servers.SftpServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some processes killed: nothing is lost, doubled, or left. {@code bench/chaos} kills hundreds. */
class KillsIT {

    @TempDir
    private Path work;

    @Test
    void whateverIsKilledAtAnyStageEveryRowGoesOutOnce() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres()) {
            assertWhole(new Kills(work, source, source.getJdbcUrl(), ledger.getJdbcUrl(), Map.of(), 1).run(4), 4);
        }
    }

    @Test
    void withTheLedgerThatIsThereByDefaultToo() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres()) {
            assertWhole(new Kills(work, source, source.getJdbcUrl(), null, Map.of(), 2).run(2), 2);
        }
    }

    @Test
    void onTheWayToAnotherMachineToo() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres();
                SftpServer server = SftpServer.start(work.resolve("out"))) {
            assertWhole(
                    new Kills(work, source, source.getJdbcUrl(), ledger.getJdbcUrl(), server.connection("there"), 3)
                            .run(3),
                    3);
        }
    }

    @Test
    void amongPreparedTransactionsReadersThatTakeFilesNeighboursAndSleepers() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres()) {
            assertWhole(
                    new Kills(work, source, source.getJdbcUrl(), ledger.getJdbcUrl(), Map.of(), 4)
                            .amongTroubles()
                            .run(3),
                    3);
        }
    }

    private static void assertWhole(Kills.Report report, int kills) {
        assertThat(report.kills()).isEqualTo(kills);
        assertThat(report.lost()).isZero();
        assertThat(report.doubled()).isZero();
        assertThat(report.leftovers()).isEmpty();
        assertThat(report.gone()).isZero();
        assertThat(report.rows()).isGreaterThanOrEqualTo(400L * kills);
    }
}
