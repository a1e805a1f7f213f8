package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.database.Databases;
import io.waybill.database.SharedSnapshot;
import java.sql.Connection;
import org.junit.jupiter.api.Test;

/** What nobody does to a table while others read ranges of it. */
class HeldSnapshotIT {

    @Test
    void theTableIsNeitherEmptiedNorWrittenAnewUntilAllIsRead() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t AS SELECT n AS id FROM generate_series(1, 9) n",
                    "CREATE VIEW v AS SELECT id FROM t",
                    "CREATE MATERIALIZED VIEW m AS SELECT id FROM t");

            refused(database, "t", "TRUNCATE t");
            refused(database, "t", "ALTER TABLE t ALTER COLUMN id TYPE bigint");
            refused(database, "v", "TRUNCATE t");
            refused(database, "m", "REFRESH MATERIALIZED VIEW m");

            TestDatabases.execute(database, "TRUNCATE t");
        }
    }

    private static void refused(HikariDataSource database, String relation, String statement) throws Exception {
        SharedSnapshot snapshot;
        try (Connection connection = database.getConnection()) {
            snapshot = Databases.of(connection).sharedSnapshot().orElseThrow();
        }
        try (HeldSnapshot held = HeldSnapshot.open(database, snapshot, "\"" + relation + "\"")) {
            assertThat(held.name()).isNotEmpty();
            assertThatThrownBy(() -> TestDatabases.execute(database, "SET lock_timeout = 50; " + statement))
                    .hasStackTraceContaining("lock timeout");
        } finally {
            TestDatabases.execute(database, "SET lock_timeout = 0");
        }
    }
}
