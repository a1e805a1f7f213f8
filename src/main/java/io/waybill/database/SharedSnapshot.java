package io.waybill.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** How several connections see the same rows, whatever is written meanwhile, and by what a table is divided among them. */
public interface SharedSnapshot {

    /** For people: {@code in one exported snapshot}. */
    String words();

    /** Whether the table is locked for a moment, which a view cannot be. */
    default boolean locks() {
        return false;
    }

    /**
     * Gives connections, each in a transaction that has not begun, one snapshot.
     *
     * @param table the quoted name of the table to be read
     * @param another gives one more connection, which is closed here
     * @throws LockRefusedException when the database does not give the lock that it takes
     */
    void share(List<Connection> connections, String table, Another another) throws SQLException;

    /** Whether other processes can join it, as long as the transaction goes on that exports it. */
    default boolean crossesProcesses() {
        return false;
    }

    /**
     * Exports the snapshot of a transaction, in which nobody empties or rewrites the table until it ends; answers the snapshot's name.
     *
     * @param table the quoted name of the table to be read
     */
    default String export(Connection connection, String table) throws SQLException {
        throw new UnsupportedOperationException("no other process can join it");
    }

    /**
     * Has a transaction that has not begun join a snapshot.
     *
     * @param name as {@link #export} has answered it, to whichever process
     * @throws SQLException when the snapshot is not there any more, or is another database's
     */
    default void join(Connection connection, String name) throws SQLException {
        throw new UnsupportedOperationException("no other process can join it");
    }

    /**
     * Has a transaction that has not begun see a table as it is once nobody empties it, or writes it anew, and keep it so to its end, where a
     * snapshot alone does not.
     *
     * @param table its quoted name
     */
    default void hold(Connection connection, String table) throws SQLException {}

    /**
     * Waits for those who just empty or write anew what a query reads, before a transaction begins to see it, where a snapshot alone would see
     * neither what was there before nor what is there after. Who begins to do so only now is not waited for.
     *
     * @param parameters the query's
     */
    default void waitFor(Connection connection, String query, List<?> parameters) throws SQLException {}

    /** What the database says of a table. */
    Size size(Connection connection, Source source) throws SQLException;

    /** Why a table of that kind is not in a snapshot, in words; null where it is. */
    default String refusal(Size size) {
        return null;
    }

    /** What stands behind a table to select about that share of its rows; the same of the same table every time. */
    String sample(double share);

    /**
     * What a database says of a table.
     *
     * @param kind the database's own name of its kind
     * @param rows about how many; 0 where unknown
     * @param pages how many, where ranges of them can be read as {@code ctid}; -1 where not
     * @param isView whether it is one, of which no sample can be taken
     */
    record Size(String kind, long rows, long pages, boolean isView) {

        static final Size UNKNOWN = new Size("", 0, -1, false);
    }

    /** Gives another connection. */
    @FunctionalInterface
    interface Another {
        Connection connect() throws SQLException;
    }

    /** The table could not be locked: the user may not, or somebody else holds it. */
    final class LockRefusedException extends SQLException {

        private static final long serialVersionUID = 1L;

        LockRefusedException(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
        }
    }
}
