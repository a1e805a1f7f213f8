package io.waybill.route;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;

/** Every failure of every stage, with the ledger on PostgreSQL. */
class StateMachineOnPostgresIT extends StateMachineTest {

    @Override
    HikariDataSource ledgerDatabase() {
        return TestDatabases.postgres();
    }
}
