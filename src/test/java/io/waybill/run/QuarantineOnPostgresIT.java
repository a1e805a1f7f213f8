package io.waybill.run;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestLedgers;

/** Quarantined runs, with the ledger on PostgreSQL. */
class QuarantineOnPostgresIT extends QuarantineTest {

    @Override
    HikariDataSource newLedger() {
        return TestLedgers.postgres();
    }
}
