package io.waybill.database;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The column of a table or view whose values a column of a result shows unchanged.
 *
 * @param relation the table, quoted and with its schema, as {@link Source#relation} has it
 * @param column its name there, whatever the result calls it
 */
public record ResultOrigin(String relation, String column) {

    /** Comments and texts, which name no table; then names, in their quotes too, and each sign by itself. */
    private static final Pattern TOKEN = Pattern.compile("(?:--\\s[^\\n]*|(?s:/\\*.*?\\*/)|'(?:[^']|'')*')"
            + "|\"((?:[^\"]|\"\")*)\"|`((?:[^`]|``)*)`" + "|([\\p{L}_][\\p{L}\\p{N}_$]*)|(\\S)");

    /** What databases read otherwise than {@link #TOKEN} does. */
    private static final Pattern READ_OTHERWISE = Pattern.compile("\\\\|#|\\$\\$|--\\S|/\\*M?!");

    private static final List<String> BEFORE_TABLES = List.of("from", "join", ",", ".");

    static Optional<ResultOrigin> of(StandardSql database, String schema, String table, String column) {
        return schema.isEmpty() || table.isEmpty()
                ? Optional.empty()
                : Optional.of(new ResultOrigin(database.quote(schema) + "." + database.quote(table), column));
    }

    /**
     * By the names that a driver gives, of a database that answers for a table's name what the query calls a subquery, a view, or another
     * table, too.
     *
     * @return empty where the query may call something else by that name
     */
    static Optional<ResultOrigin> byNames(
            StandardSql database, String schema, ResultSetMetaData result, int column, String query)
            throws SQLException {
        String table = result.getTableName(column);
        return mayBeAnother(table, query)
                ? Optional.empty()
                : of(database, schema, table, result.getColumnName(column));
    }

    /** Whether a name stands where no table's own name does: behind a subquery or another name, or in front of what it is to be. */
    private static boolean mayBeAnother(String name, String query) {
        if (READ_OTHERWISE.matcher(query).find()) {
            return true;
        }
        List<String> tokens = tokens(query);
        for (int i = 1; i < tokens.size(); i++) {
            String next = at(tokens, i + 1);
            if (tokens.get(i).equals(name.toLowerCase(Locale.ROOT)) && !next.equals(".")) {
                boolean isTable = BEFORE_TABLES.contains(tokens.get(i - 1));
                boolean isGiven = next.equals("(")
                        || next.equals("as") && at(tokens, i + 2).equals("(");
                if (!isTable || isGiven) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String at(List<String> tokens, int index) {
        return index < tokens.size() ? tokens.get(index) : "";
    }

    /** In small letters. */
    private static List<String> tokens(String query) {
        List<String> tokens = new ArrayList<>();
        Matcher token = TOKEN.matcher(query);
        while (token.find()) {
            for (int group = 1; group <= token.groupCount(); group++) {
                if (token.group(group) != null) {
                    tokens.add(token.group(group).toLowerCase(Locale.ROOT));
                }
            }
        }
        return tokens;
    }
}
