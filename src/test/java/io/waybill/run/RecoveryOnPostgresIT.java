package io.waybill.run;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestLedgers;

/** What becomes of killed runs, with the ledger on PostgreSQL. */
class RecoveryOnPostgresIT extends RecoveryTest {

    @Override
    HikariDataSource newLedger() {
        return TestLedgers.postgres();
    }
}
