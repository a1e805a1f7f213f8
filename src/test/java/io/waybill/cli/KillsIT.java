package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty processes killed: nothing is lost, doubled, or left. {@code bench/chaos} kills hundreds. */
class KillsIT {

    @TempDir
    private Path work;

    @Test
    void whateverIsKilledAtAnyStageEveryRowGoesOutOnce() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres()) {
            assertWhole(new Kills(work, source, source.getJdbcUrl(), ledger.getJdbcUrl(), 1).run(14), 14);
        }
    }

    @Test
    void withTheLedgerThatIsThereByDefaultToo() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres()) {
            assertWhole(new Kills(work, source, source.getJdbcUrl(), null, 2).run(6), 6);
        }
    }

    private static void assertWhole(Kills.Report report, int kills) {
        assertThat(report.kills()).isEqualTo(kills);
        assertThat(report.lost()).isZero();
        assertThat(report.doubled()).isZero();
        assertThat(report.leftovers()).isEmpty();
        assertThat(report.rows()).isGreaterThanOrEqualTo(400L * kills);
    }
}
