package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Databases;
import io.waybill.database.Standard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * What a run waits for of databases. Before there is a first row a database may take long, be it that it sorts, or waits for a lock: who stops
 * the run does not wait for that.
 *
 * <p>{@link #cancel} may come from any thread, at any time. It reaches a connection until that is closed, and somebody else's.
 */
public final class AwaitedAnswers {

    /** The exchange property that holds those of its run. */
    public static final String PROPERTY = "WaybillAwaitedAnswers";

    /** SQLState: query_canceled. */
    private static final String CANCELLED = "57014";

    private final List<Watch> watches = new ArrayList<>();
    private boolean cancelled;

    /** Those of an exchange's run; for an exchange of none, such as nobody cancels. */
    static AwaitedAnswers of(Exchange exchange) {
        AwaitedAnswers known = exchange.getProperty(PROPERTY, AwaitedAnswers.class);
        return known == null ? new AwaitedAnswers() : known;
    }

    /** A connection that is in use for the run. */
    final class Watch {

        private final Standard database;
        private final Connection connection;
        private Statement latest;

        private Watch(Standard database, Connection connection) {
            this.database = database;
            this.connection = connection;
        }

        /**
         * Notes by what the database is asked next.
         *
         * @throws SQLException when the run was cancelled: nothing is asked any more
         */
        void asking(Statement statement) throws SQLException {
            synchronized (AwaitedAnswers.this) {
                if (cancelled) {
                    throw new SQLException("the run was interrupted", CANCELLED);
                }
                latest = statement;
            }
        }

        /** Notes that the connection may be somebody else's from now on. */
        void end() {
            synchronized (AwaitedAnswers.this) {
                watches.remove(this);
            }
        }

        private void cancel() {
            try {
                database.cancel(connection, latest);
            } catch (SQLException e) {
                // a statement that is closed, or whose connection is gone, has nothing left to cancel
            }
        }
    }

    synchronized Watch watch(Standard database, Connection connection) {
        Watch watch = new Watch(database, connection);
        watches.add(watch);
        return watch;
    }

    /** A connection, which is the run's until this one is closed. */
    public Connection watched(Connection connection) throws SQLException {
        Watch watch = watch(Databases.of(connection), connection);
        return Forwarding.of(Connection.class, (method, arguments) -> {
            if (method.getName().equals("close")) {
                watch.end();
            }
            Object answer = Forwarding.to(connection, method, arguments);
            if (answer instanceof Statement statement) {
                watch.asking(statement);
            }
            return answer;
        });
    }

    /** What is to be told of a failure, which a cancelled run is not told of. */
    public synchronized WaybillException told(WaybillException failure) {
        return cancelled
                ? new WaybillException(Stage.READ, true, "the run was interrupted after 0 rows", failure)
                : failure;
    }

    /** Has what is waited for fail, and all that would be asked after it. */
    public synchronized void cancel() {
        cancelled = true;
        watches.forEach(Watch::cancel);
    }

    /** For logs. */
    @Override
    public synchronized String toString() {
        return "answers by " + watches.size() + " connections" + (cancelled ? ", cancelled" : "");
    }
}
