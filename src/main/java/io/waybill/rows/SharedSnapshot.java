package io.waybill.rows;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Several connections that see the same rows, whatever is written meanwhile.
 *
 * <p>PostgreSQL: one transaction exports its snapshot, and the others import it (PostgreSQL, Snapshot Synchronization
 * Functions). MySQL and MariaDB cannot share one, so each transaction takes its own while a read lock keeps the table as it
 * is; the lock is held for as long as that takes, and waited for a few seconds at most.
 */
final class SharedSnapshot {

    /** Databases that have a way to it. */
    private static final Set<Database> SUPPORTED = Set.of(Database.POSTGRESQL, Database.MARIADB, Database.MYSQL);

    private static final int LOCK_WAIT_SECONDS = 5;

    private final DataSource dataSource;
    private final String dataSourceName;
    private final ReadConnections connections;

    SharedSnapshot(DataSource dataSource, String dataSourceName, ReadConnections connections) {
        this.dataSource = dataSource;
        this.dataSourceName = dataSourceName;
        this.connections = connections;
    }

    static boolean isSupportedBy(Database database) {
        return SUPPORTED.contains(database);
    }

    /**
     * Opens connections, each in a transaction of the one snapshot.
     *
     * @param table the quoted name of the table to be read
     * @throws LockRefusedException when the database does not give the lock that it takes
     */
    List<Connection> open(Database database, int count, String table) throws SQLException {
        List<Connection> opened = new ArrayList<>();
        boolean complete = false;
        try {
            while (opened.size() < count) {
                opened.add(connect(opened.size(), count));
            }
            if (database == Database.POSTGRESQL) {
                share(opened);
            } else {
                takeUnderLock(opened, table);
            }
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                closeAll(opened);
            }
        }
    }

    private Connection connect(int open, int count) throws SQLException {
        try {
            return connections.getSnapshotConnection(dataSource);
        } catch (SQLTransientConnectionException e) {
            if (open == 0) {
                throw e;
            }
            throw new WaybillException(
                    Stage.READ,
                    true,
                    "parallelism: data source \"" + dataSourceName + "\" gave " + open + " of " + count
                            + " connections; raise waybill.datasource." + dataSourceName
                            + ".maximum-pool-size, or lower parallelism",
                    e);
        }
    }

    private static void share(List<Connection> connections) throws SQLException {
        String snapshot;
        try (Statement statement = connections.get(0).createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
            row.next();
            snapshot = row.getString(1);
        }
        for (Connection connection : connections.subList(1, connections.size())) {
            // the name is the server's own, hexadecimal digits and dashes, and the command takes no parameter
            ReadConnections.execute(connection, "SET TRANSACTION SNAPSHOT '" + snapshot.replace("'", "''") + "'");
        }
    }

    /** The lock waits until transactions that have written to the table have ended, so that every snapshot sees the same. */
    private void takeUnderLock(List<Connection> connections, String table) throws SQLException {
        try (Connection locking = connect(connections.size(), connections.size() + 1)) {
            ReadConnections.execute(locking, "SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
            try {
                ReadConnections.execute(locking, "LOCK TABLES " + table + " READ");
            } catch (SQLException e) {
                throw new LockRefusedException(e);
            } finally {
                ReadConnections.execute(locking, "SET SESSION lock_wait_timeout = DEFAULT");
            }
            try {
                for (Connection connection : connections) {
                    ReadConnections.execute(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                }
            } finally {
                ReadConnections.execute(locking, "UNLOCK TABLES");
            }
        }
    }

    static void closeAll(List<Connection> connections) {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                // the connection is broken; its pool will find out
            }
        }
    }

    /** The table could not be locked: the user may not, or somebody else holds it. */
    static final class LockRefusedException extends SQLException {

        private static final long serialVersionUID = 1L;

        LockRefusedException(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
        }
    }
}
