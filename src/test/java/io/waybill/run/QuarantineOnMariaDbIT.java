package io.waybill.run;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;

/** Quarantined runs, with the ledger on MariaDB. */
class QuarantineOnMariaDbIT extends QuarantineTest {

    @Override
    HikariDataSource newLedger() {
        return TestDatabases.mariadb();
    }
}
