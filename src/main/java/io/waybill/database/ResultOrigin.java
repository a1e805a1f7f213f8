package io.waybill.database;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The column of a table or view whose values a column of a result shows unchanged.
 *
 * @param relation the table, quoted and with its schema, as {@link Source#relation} has it
 * @param column its name there, whatever the result calls it
 */
public record ResultOrigin(String relation, String column) {

    /** Texts, which name no table; then names, in their quotes too, and each sign by itself. */
    private static final Pattern TOKEN = Pattern.compile(
            "'(?:[^']|'')*'" + "|\"((?:[^\"]|\"\")*)\"|`((?:[^`]|``)*)`|([\\p{L}_][\\p{L}\\p{N}_$]*)|(\\S)");

    /** Comments, and what else databases do not read alike: neither says surely where the next name is. */
    private static final Pattern READ_OTHERWISE =
            Pattern.compile("\\\\|#|\\$\\$|--|//|/\\*|(?i:u&)|[^\\x00-\\x7F\\p{L}\\p{N}]");

    private static final Set<String> LONE_QUOTES = Set.of("'", "\"", "`");

    private static final Set<String> BEHIND_TABLES =
            Set.of("", "where", "group", "having", "order", "limit", "offset", "fetch");

    /** What brings other rows than those of the one table. */
    private static final Set<String> OTHER_ROWS =
            Set.of("select", "from", "join", "union", "except", "intersect", "minus", "table", "values");

    static Optional<ResultOrigin> of(StandardSql database, String schema, String table, String column) {
        return schema.isEmpty() || table.isEmpty()
                ? Optional.empty()
                : Optional.of(new ResultOrigin(database.quote(schema) + "." + database.quote(table), column));
    }

    /**
     * By the names that a driver gives, of a database that answers for a table's name what the query calls a subquery, a view, or another
     * table, and for a column's what the query calls it, too. So it is told of queries of one table alone, which the query gives no columns
     * of other names; other tables may stand in subqueries behind it.
     *
     * @return empty where the query may call something else by that name
     */
    static Optional<ResultOrigin> byNames(
            StandardSql database, String schema, ResultSetMetaData result, int column, String query)
            throws SQLException {
        String table = result.getTableName(column);
        return isOf(table, query) ? of(database, schema, table, result.getColumnName(column)) : Optional.empty();
    }

    /** Whether a query is {@code SELECT … FROM table [[AS] name] [WHERE …]}, and surely so. */
    private static boolean isOf(String table, String query) {
        if (READ_OTHERWISE.matcher(query).find()) {
            return false;
        }
        List<String> tokens = tokens(query);
        int from = tokens.indexOf("from");
        if (from < 0
                || !tokens.get(0).equals("select")
                || tokens.subList(0, from).contains("(")) {
            return false;
        }
        int name = from + 1;
        while (at(tokens, name + 1).equals(".")) {
            name += 2;
        }
        int behind = name + 1;
        if (!BEHIND_TABLES.contains(at(tokens, behind))) {
            behind += at(tokens, behind).equals("as") ? 2 : 1; // the name that it goes by
        }
        return at(tokens, name).equals(table.toLowerCase(Locale.ROOT))
                && BEHIND_TABLES.contains(at(tokens, behind))
                && hasNoOtherRows(tokens.subList(Math.min(behind, tokens.size()), tokens.size()));
    }

    /** Subqueries are conditions there. */
    private static boolean hasNoOtherRows(List<String> tokens) {
        int depth = 0;
        for (String token : tokens) {
            depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
            if (depth < 0 || LONE_QUOTES.contains(token) || depth == 0 && OTHER_ROWS.contains(token)) {
                return false;
            }
        }
        return depth == 0;
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
