package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.SharedSnapshot;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Several connections that see the same rows, whatever is written meanwhile. */
record SnapshotConnections(DataSource dataSource, String dataSourceName, ReadConnections connections) {

    /**
     * Opens connections, each in a transaction of the one snapshot.
     *
     * @param table the quoted name of the table to be read
     * @throws SharedSnapshot.LockRefusedException when the database does not give the lock that it takes
     */
    List<Connection> open(SharedSnapshot snapshot, int count, String table) throws SQLException {
        List<Connection> opened = new ArrayList<>();
        try {
            while (opened.size() < count) {
                opened.add(connect(opened.size(), count));
            }
            snapshot.share(opened, table, () -> connect(count, count + 1));
            return opened;
        } catch (Throwable e) {
            closeAll(opened);
            throw e;
        }
    }

    private Connection connect(int open, int count) throws SQLException {
        try {
            return connections.getConnection(dataSource, true);
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

    static void closeAll(List<Connection> connections) {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                // the connection is broken; its pool will find out
            }
        }
    }
}
