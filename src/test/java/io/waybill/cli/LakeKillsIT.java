package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.servers.Lake;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes killed while they add runs to a table of Iceberg, and change rows of it. {@code bench/iceberg} kills fifty. */
class LakeKillsIT {

    @TempDir
    private Path work;

    @TempDir
    private Path warehouse;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theTableHasEachRowOnceAsItIsAndEachRunIsASnapshot(boolean upsert) throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestDatabases.postgres();
                Lake lake = Lake.in(warehouse)) {
            LakeKills.Report report =
                    new LakeKills(work, source, source.getJdbcUrl(), ledger.getJdbcUrl(), lake, upsert, 1).run(2);

            assertThat(report.kills()).isEqualTo(2);
            assertThat(report.rows()).isGreaterThanOrEqualTo(50);
            assertThat(report).matches(LakeKills.Report::isWhole);
        }
    }
}
