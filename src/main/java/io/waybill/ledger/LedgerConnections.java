package io.waybill.ledger;

import io.waybill.database.Databases;
import io.waybill.database.Standard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;

/**
 * The connections of a ledger. Each has its server end a transaction that is silent for long: a process that is stopped in the midst of one
 * (a machine that sleeps, a network that is cut) would keep its locks, for which all others would wait without end.
 */
final class LedgerConnections implements ConnectionFactory {

    private final DataSource dataSource;
    private final Duration silent;

    /** Physical ones, which a pool hands out again and again. */
    private final Set<Connection> limited = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private volatile Standard product;

    /** @param silent how long a transaction may be silent; longer than any process that goes on with it is */
    LedgerConnections(DataSource dataSource, Duration silent) {
        this.dataSource = dataSource;
        this.silent = silent;
    }

    @Override
    public Connection openConnection() throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            limit(connection);
            return connection;
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    private void limit(Connection connection) throws SQLException {
        Connection physical =
                connection.isWrapperFor(Connection.class) ? connection.unwrap(Connection.class) : connection;
        if (limited.contains(physical)) {
            return;
        }
        if (product == null) {
            product = Databases.of(connection);
        }
        product.limitSilence(connection, silent);
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
        limited.add(physical);
    }
}
