package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestLedgers;
import io.waybill.ledger.Ledger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Very many old runs are forgotten by the beginnings of many: none waits for all of them. */
class OldRunsTest {

    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Duration A_DAY = Duration.ofDays(1);

    @Test
    void eachBeginningForgetsSome() throws SQLException {
        try (HikariDataSource database = TestLedgers.h2();
                Ledger ledger = Ledger.open(database, Clock.systemUTC(), null)) {
            TestDatabases.execute(
                    database,
                    "INSERT INTO waybill_run (run_id, flow, owner, status, stage, row_count, started_ms, ended_ms) SELECT 'run-' || x,"
                            + " 'flow' || MOD(x, 10), 'host 1 2026-01-01T00:00:00Z', 'DONE', 'END', 1, x, x FROM system_range(1, 1500)",
                    // of 60 flows
                    "INSERT INTO waybill_firing (flow, trigger_id, due_ms, at_ms) SELECT 'flow' || MOD(x, 60), 't', x, x FROM"
                            + " system_range(1, 120)");
            OldRuns old = new OldRuns();

            old.forget(ledger, NOW, A_DAY);
            assertThat(number(database, "waybill_run")).isEqualTo(500);
            old.forget(ledger, NOW.plusMillis(500), A_DAY); // others of the same ledger are at it, too
            assertThat(number(database, "waybill_run")).isEqualTo(500);
            old.forget(ledger, NOW.plusSeconds(1), A_DAY);
            assertThat(number(database, "waybill_run")).isZero();
            assertThat(number(database, "waybill_firing")).isEqualTo(70);
            old.forget(ledger, NOW.plusSeconds(2), A_DAY);
            assertThat(number(database, "waybill_firing")).isEqualTo(60);
        }
    }

    @Test
    void looksOnceADayWhereNothingIsLeft() throws SQLException {
        try (HikariDataSource database = TestLedgers.h2();
                Ledger ledger = Ledger.open(database, Clock.systemUTC(), null)) {
            OldRuns old = new OldRuns();
            old.forget(ledger, NOW, A_DAY);
            TestDatabases.execute(
                    database,
                    "INSERT INTO waybill_run (run_id, flow, owner, status, stage, row_count, started_ms, ended_ms) VALUES ('run', 'f',"
                            + " 'host 1 2026-01-01T00:00:00Z', 'DONE', 'END', 1, 1, 1)");

            old.forget(ledger, NOW.plus(A_DAY).minusMillis(1), A_DAY);
            assertThat(number(database, "waybill_run")).isEqualTo(1);
            old.forget(ledger, NOW.plus(A_DAY), A_DAY);
            assertThat(number(database, "waybill_run")).isZero();
        }
    }

    private static long number(HikariDataSource database, String table) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }
}
