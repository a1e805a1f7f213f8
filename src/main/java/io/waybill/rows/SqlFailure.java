package io.waybill.rows;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.sql.SQLException;

/** Turns what a driver throws into the one exception that the rest of the program knows. */
public final class SqlFailure {

    private SqlFailure() {}

    /**
     * Wraps a driver's exception.
     *
     * @param what what was being done, the message's beginning
     */
    public static WaybillException of(Stage stage, String what, SQLException cause) {
        return new WaybillException(stage, isTransient(cause), what + ": " + firstLine(driversOwn(cause)), cause);
    }

    /** What the driver says, where a pool says only that it got no connection. */
    private static SQLException driversOwn(SQLException cause) {
        return cause.getCause() instanceof SQLException inner ? driversOwn(inner) : cause;
    }

    /** SQLState classes that speak of the connection, of resources, of serialization or of a shutdown. */
    private static boolean isTransient(SQLException cause) {
        String state = cause.getSQLState();
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("40")
                        || state.startsWith("53")
                        || state.startsWith("57P"));
    }

    /** A driver's message up to its first line break: the rest is hints, positions and the SQL once more. */
    private static String firstLine(SQLException cause) {
        String message = cause.getMessage() == null
                ? cause.toString()
                : cause.getMessage().strip();
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end).strip();
        int sql = line.indexOf("; SQL statement:");
        return sql < 0 ? line : line.substring(0, sql);
    }
}
