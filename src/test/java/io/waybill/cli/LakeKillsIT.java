package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.servers.Lake;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes killed while they add runs to a table of Iceberg. {@code bench/iceberg} kills fifty. */
class LakeKillsIT {

    @TempDir
    private Path work;

    @TempDir
    private Path warehouse;

    @Test
    void eachRowIsInTheTableOnceAndEachRunIsASnapshot() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres();
                Lake lake = Lake.in(warehouse)) {
            LakeKills.Report report =
                    new LakeKills(work, source, source.getJdbcUrl(), ledger.getJdbcUrl(), lake, 1).run(5);

            assertThat(report.kills()).isEqualTo(5);
            assertThat(report.rows()).isGreaterThanOrEqualTo(50 * 6L);
            assertThat(report).matches(LakeKills.Report::isWhole);
        }
    }
}
