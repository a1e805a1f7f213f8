package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes that read one export, and are killed: each row goes out once, all of the same moment. */
class DividedKillsIT {

    @TempDir
    private Path work;

    @Test
    void killsLoseDoubleAndMixNothing() throws Exception {
        try (HikariDataSource source = TestDatabases.postgres();
                HikariDataSource ledger = TestLedgers.postgres();
                DividedKills processes = new DividedKills(work, source, ledger, System.nanoTime())) {
            DividedKills.Report report = processes.run(3);

            assertThat(report.lost()).as("%s", report).isZero();
            assertThat(report.doubled()).as("%s", report).isZero();
            assertThat(report.mixed()).as("%s", report).isZero();
            assertThat(report.leftovers()).as("%s", report).isEmpty();
            assertThat(report.runs()).as("%s", report).doesNotContainKey("RUNNING");
            // and one more for each whose process was killed after its commit
            assertThat(report.runs().get("DONE")).as("%s", report).isGreaterThanOrEqualTo(3);
            assertThat(report.readByWorkers()).as("%s", report).isPositive();
        }
    }
}
