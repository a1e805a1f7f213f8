package io.waybill.run;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestLedgers;

/** Dead letters, with the ledger on PostgreSQL. */
class DeadLetterOnPostgresIT extends DeadLetterTest {

    @Override
    HikariDataSource newLedger() {
        return TestLedgers.postgres();
    }
}
