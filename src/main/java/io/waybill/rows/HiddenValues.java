package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.regex.Pattern;

/**
 * What a driver says, less the values of rows. Drivers quote the value that they fail at, and where a data set has columns that are
 * marked pii, nobody can tell whose it was.
 */
final class HiddenValues {

    private static final Pattern LONG_NUMBER = Pattern.compile("\\d{5,}");

    /** SQL:2016: syntax error or access rule violation. */
    private static final String OF_SQL = "42";

    /** PostgreSQL's, of a right that is missing; it names what is there. */
    private static final String NO_RIGHT = "42501";

    private static final String NOTE = "is not shown: it may be a value)";

    private HiddenValues() {}

    /**
     * The failure without values, and without what caused it; the failure itself where it speaks of the connection, or of SQL before
     * rows are read: it quotes names then, and what a flow says itself. Later it may speak of SQL, and of names, that values have made.
     *
     * @param reason what it says, in one line
     */
    static SQLException of(Stage stage, SQLException cause, String reason) {
        boolean isOfSql = says(cause, OF_SQL) && !says(cause, NO_RIGHT);
        if (isOfSql && stage == Stage.PLAN || isOfTheConnection(cause)) {
            return cause;
        }
        SQLException hidden = new SQLException(
                isOfSql ? unsaid(cause) : hidden(reason, isCut(cause, reason)),
                cause.getSQLState(),
                cause.getErrorCode());
        hidden.setStackTrace(cause.getStackTrace());
        return hidden;
    }

    /** Whether it says nothing of values: the connection is lost, or was never there. */
    static boolean isOfTheConnection(SQLException cause) {
        return WaybillException.causes(cause)
                .anyMatch(each -> each instanceof SQLTransientConnectionException
                        || each instanceof SQLException sql && (says(sql, "08") || says(sql, "57") || says(sql, "28")));
    }

    private static boolean says(SQLException cause, String state) {
        return cause.getSQLState() != null && cause.getSQLState().startsWith(state);
    }

    /** Such words name without quotes, too. */
    private static String unsaid(SQLException cause) {
        return "SQLState " + cause.getSQLState() + (cause.getErrorCode() == 0 ? "" : ", error " + cause.getErrorCode())
                + " (what the driver says " + NOTE;
    }

    /** A value may go on in the lines that are left out. */
    private static boolean isCut(SQLException cause, String reason) {
        return cause.getMessage() == null || !cause.getMessage().strip().equals(reason);
    }

    /** From the first quote to the last one like it: a value may hold quotes. */
    private static String hidden(String reason, boolean cut) {
        int from = firstQuote(reason);
        String open = reason;
        if (from >= 0) {
            int to = cut ? from : reason.lastIndexOf(reason.charAt(from));
            open = reason.substring(0, from) + "…" + (to > from ? reason.substring(to + 1) : "");
        }
        return LONG_NUMBER.matcher(open).replaceAll("…") + " (what it quotes " + NOTE;
    }

    private static int firstQuote(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '"' || text.charAt(i) == '\'' || text.charAt(i) == '`') {
                return i;
            }
        }
        return -1;
    }
}
