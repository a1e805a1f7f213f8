package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Databases;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns what a driver throws into the one exception that the rest of the program knows. */
public final class SqlFailure {

    private SqlFailure() {}

    /**
     * Wraps a driver's exception.
     *
     * @param what what was being done, the message's beginning
     */
    public static WaybillException of(Stage stage, String what, SQLException cause) {
        return new WaybillException(stage, isTransient(cause), what + ": " + reason(cause), cause);
    }

    /**
     * Likewise, of rows.
     *
     * @param hidesValues whether the data set has columns that are marked pii: what the driver quotes is not told then
     */
    public static WaybillException of(Stage stage, String what, SQLException cause, boolean hidesValues) {
        return of(stage, what, hidesValues ? HiddenValues.of(stage, driversOwn(cause), reason(cause)) : cause);
    }

    /** Why, in the driver's own words where they say it. */
    static String reason(SQLException cause) {
        return unknownHost(cause).orElseGet(() -> firstLine(driversOwn(cause)));
    }

    /** What there is to say about a host that is not known, of which drivers tell in many ways; empty where that is not the cause. */
    public static Optional<String> unknownHost(Throwable cause) {
        return WaybillException.causes(cause)
                .filter(UnknownHostException.class::isInstance)
                .map(each -> String.valueOf(each.getMessage()).replaceFirst(": .*", ""))
                .map(host -> "the host \"" + host + "\" is not known")
                .findFirst();
    }

    /** Whether a database that cannot be connected to may be there a little later. */
    static boolean mayPass(SQLException cause) {
        SQLException own = driversOwn(cause);
        return unknownHost(cause).isEmpty()
                && (own.getSQLState() == null || isTransient(own) || Databases.isAwayFor(own.getSQLState()));
    }

    /** Whether a failure is that a database could not be reached, or was lost, and may be there later. */
    public static boolean isAway(Throwable failure) {
        return unknownHost(failure).isEmpty()
                && WaybillException.causes(failure)
                        .anyMatch(cause -> cause instanceof SQLTransientConnectionException
                                || cause instanceof SQLException sql
                                        && sql.getSQLState() != null
                                        && (sql.getSQLState().startsWith("08")
                                                || sql.getSQLState().startsWith("57P")
                                                || Databases.isAwayFor(sql.getSQLState())));
    }

    /** What the driver says, where a pool says only that it got no connection. */
    private static SQLException driversOwn(SQLException cause) {
        return cause.getCause() instanceof SQLException inner ? driversOwn(inner) : cause;
    }

    /** SQLState classes that speak of the connection, of resources, of serialization or of a shutdown. */
    private static boolean isTransient(SQLException cause) {
        String state = cause.getSQLState();
        return state != null && Stream.of("08", "40", "53", "57P").anyMatch(state::startsWith);
    }

    /** A driver's message up to its first line break: the rest is hints, positions and the SQL once more. */
    private static String firstLine(SQLException cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        String line = message.strip().lines().findFirst().orElse("").strip();
        return line.replaceFirst("; SQL statement:.*", "");
    }
}
