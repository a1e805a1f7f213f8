package io.waybill.route;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;

/** What becomes of killed runs, with the ledger on PostgreSQL. */
class RecoveryOnPostgresIT extends RecoveryTest {

    @Override
    HikariDataSource ledgerDatabase() {
        return TestDatabases.postgres();
    }
}
