package io.waybill.ledger;

import java.sql.SQLException;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** The time of a database: one for all machines that share a ledger. */
enum DatabaseClock {
    POSTGRESQL("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"),
    // not of now(), which is of a zone whose hours may come twice
    MARIADB("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)) DIV 1000"),
    SQLITE("SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"),
    H2("SELECT CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)");

    private final String sql;

    DatabaseClock(String sql) {
        this.sql = sql;
    }

    /**
     * That of the database of a connection.
     *
     * @throws IllegalStateException when it is none that a ledger can be in
     */
    static DatabaseClock of(Handle handle) {
        try {
            String product = handle.getConnection().getMetaData().getDatabaseProductName();
            return switch (product.toLowerCase(Locale.ROOT)) {
                case "postgresql" -> POSTGRESQL;
                case "mariadb", "mysql" -> MARIADB;
                case "sqlite" -> SQLITE;
                case "h2" -> H2;
                default ->
                    throw new IllegalStateException("waybill.ledger.url names a database of " + product
                            + "; PostgreSQL, MariaDB, MySQL and H2 can hold a ledger");
            };
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Milliseconds since 1970-01-01T00:00Z. */
    long nowMs(Handle handle) {
        return handle.createQuery(sql).mapTo(Long.class).one();
    }
}
