package io.waybill.ledger;

import io.waybill.database.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/**
 * The time of a database: one for all machines that share a ledger.
 *
 * @param sql asks for it
 */
record DatabaseClock(String sql) {

    /**
     * That of the database of a connection.
     *
     * @throws IllegalStateException when it is none that a ledger can be in
     */
    static DatabaseClock of(Handle handle) {
        try {
            Connection connection = handle.getConnection();
            String sql = Databases.of(connection).epochMillis();
            if (sql == null) {
                throw new IllegalStateException("waybill.ledger.url names a database of "
                        + connection.getMetaData().getDatabaseProductName()
                        + "; PostgreSQL, MariaDB, MySQL and H2 can hold a ledger");
            }
            return new DatabaseClock(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Milliseconds since 1970-01-01T00:00Z. */
    long nowMs(Handle handle) {
        return handle.createQuery(sql).mapTo(Long.class).one();
    }
}
