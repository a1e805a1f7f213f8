package io.waybill.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * About how many rows a query will answer, as the database guesses.
 *
 * @param rows how many; -1 where the database makes no guess
 * @param isBound whether conditions may leave fewer
 */
public record Estimate(long rows, boolean isBound) {

    /** No guess at all. */
    public static final Estimate UNKNOWN = new Estimate(-1, false);

    /** @param rows where the rows stand in the plan that the database explains */
    static Estimate explained(Connection connection, String sql, List<Object> parameters, String rows)
            throws SQLException {
        String plan = Ask.first(connection, sql, row -> row.getString(1), parameters.toArray());
        Matcher found = Pattern.compile(rows).matcher(plan);
        return found.find() ? new Estimate(Long.parseLong(found.group(1)), false) : UNKNOWN;
    }

    /** Of a query that is limited to so many rows, which not every database counts in; 0 for none. */
    public Estimate limitedTo(long limit) {
        if (limit == 0 || isKnown() && rows <= limit) {
            return this;
        }
        return new Estimate(limit, isBound || !isKnown());
    }

    public boolean isKnown() {
        return rows >= 0;
    }

    /** {@code about 100,000}, or {@code unknown}. */
    public String words() {
        return isKnown() ? String.format(Locale.ROOT, isBound ? "at most about %,d" : "about %,d", rows) : "unknown";
    }
}
