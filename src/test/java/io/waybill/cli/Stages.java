package io.waybill.cli;

import io.waybill.TestDatabases;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * In which stage runs are, as their ledger shows it.
 *
 * @param ledger a PostgreSQL database
 */
record Stages(DataSource ledger) {

    private static final int LOOK_AT_PROCESS_MS = 50;

    /** Has the ledger, whose tables are there, tell each change: who asks without end keeps the process from its work. */
    void announce() {
        TestDatabases.execute(
                ledger,
                "CREATE FUNCTION announce() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_notify(''stages'', NEW.stage); RETURN NULL; END'",
                "CREATE TRIGGER announce AFTER INSERT OR UPDATE ON waybill_run FOR EACH ROW EXECUTE FUNCTION announce()");
    }

    /** Waits until a run is in a stage, or the process has ended. */
    void await(Process process, String stage) throws SQLException {
        try (Connection connection = ledger.getConnection()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("LISTEN stages");
            }
            while (process.isAlive() && !open(connection).equals(Optional.of(stage))) {
                connection.unwrap(PGConnection.class).getNotifications(LOOK_AT_PROCESS_MS);
            }
        }
    }

    /** The stage of the run that seems to go on. */
    Optional<String> open() throws SQLException {
        try (Connection connection = ledger.getConnection()) {
            return open(connection);
        }
    }

    private static Optional<String> open(Connection ledger) throws SQLException {
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT stage FROM waybill_run WHERE status = 'RUNNING' ORDER BY started_ms DESC")) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }
}
