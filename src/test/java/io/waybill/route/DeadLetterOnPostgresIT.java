package io.waybill.route;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;

/** Dead letters, with the ledger on PostgreSQL. */
class DeadLetterOnPostgresIT extends DeadLetterTest {

    @Override
    HikariDataSource ledgerDatabase() {
        return TestDatabases.postgres();
    }
}
