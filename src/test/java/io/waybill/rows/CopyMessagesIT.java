package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;

/** The driver's own stream and its published interface give the same bytes. */
class CopyMessagesIT {

    private static final int ROOM = 1 << 10;

    private static byte[] read(HikariDataSource database, boolean byDriver, String sql) throws Exception {
        try (Connection connection = database.getConnection()) {
            BaseConnection driver = connection.unwrap(BaseConnection.class);
            CopyOut copy = driver.getCopyAPI().copyOut("COPY (" + sql + ") TO STDOUT (FORMAT binary)");
            CopyMessages messages = byDriver ? new CopyMessages(copy, null, ROOM) : CopyMessages.of(copy, driver, ROOM);
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            for (int message = 0; messages.receive(); message++) {
                if (message % 3 == 0) { // else the next one is put behind it
                    read.write(messages.bytes(), 0, messages.end());
                    messages.forget(messages.end());
                }
            }
            read.write(messages.bytes(), 0, messages.end());
            assertThat(connection.createStatement().executeQuery("SELECT 1").next())
                    .isTrue();
            return read.toByteArray();
        }
    }

    @Test
    void rowsOfAnySizeComeWholeAndInTheirOrder() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres()) {
            String sql =
                    "SELECT i, repeat('x', CASE WHEN i % 50 = 0 THEN 300000 ELSE i END) FROM generate_series(1, 500) i";

            byte[] read = read(database, false, sql);

            assertThat(read).hasSizeGreaterThan(10 * 300_000).isEqualTo(read(database, true, sql));
        }
    }

    /** What is no data is left to the driver, in the middle of the rows. */
    @Test
    void noticesBetweenTheRowsAreTheDriversToRead() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres()) {
            TestDatabases.execute(
                    database,
                    "CREATE FUNCTION told(i integer) RETURNS integer LANGUAGE plpgsql AS"
                            + " 'BEGIN RAISE WARNING ''row %'', i; RETURN i; END'");
            String sql = "SELECT told(i) FROM generate_series(1, 300) i";

            assertThat(read(database, false, sql))
                    .isEqualTo(read(database, true, sql))
                    .hasSize(300 * 10 + 21);
        }
    }

    @Test
    void theNextMessageIsLargeBeforeItIsRead() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                Connection connection = database.getConnection()) {
            BaseConnection driver = connection.unwrap(BaseConnection.class);
            CopyOut copy = driver.getCopyAPI()
                    .copyOut(
                            "COPY (SELECT repeat('x', n) FROM unnest(ARRAY[5, 100000, 6]) n) TO STDOUT (FORMAT binary)");
            CopyMessages messages = CopyMessages.of(copy, driver, ROOM);

            assertThat(messages.receive()).isTrue();
            assertThat(messages.isNextLarge()).isTrue();
            messages.forget(messages.end());
            assertThat(messages.receive()).isTrue();
            assertThat(messages.bytes()).hasSize(messages.end()); // it is in memory once
            assertThat(messages.isNextLarge()).isFalse();
        }
    }
}
