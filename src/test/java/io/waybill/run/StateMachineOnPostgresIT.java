package io.waybill.run;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestLedgers;

/** Every failure of every stage, with the ledger on PostgreSQL. */
class StateMachineOnPostgresIT extends StateMachineTest {

    @Override
    HikariDataSource newLedger() {
        return TestLedgers.postgres();
    }
}
