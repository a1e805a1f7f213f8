package io.waybill.rows;

import io.waybill.WaybillException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.regex.Pattern;

/**
 * What a driver says, less the values of rows. Drivers quote the value that they fail at, and where a data set has columns that are
 * marked pii, nobody can tell whose it was.
 */
final class HiddenValues {

    private static final Pattern LONG_NUMBER = Pattern.compile("\\d{5,}");

    /** SQL:2016: syntax error or access rule violation. They quote names, and what a flow says itself. */
    private static final String OF_SQL = "42";

    private HiddenValues() {}

    /**
     * The failure without values, and without what caused it; the failure itself where it speaks of SQL, or of the connection.
     *
     * @param reason what it says, in one line
     */
    static SQLException of(SQLException cause, String reason) {
        if (says(cause, OF_SQL) || isOfTheConnection(cause)) {
            return cause;
        }
        SQLException hidden =
                new SQLException(hidden(reason, isCut(cause, reason)), cause.getSQLState(), cause.getErrorCode());
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
        return LONG_NUMBER.matcher(open).replaceAll("…") + " (what it quotes is not shown: it may be a value)";
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
