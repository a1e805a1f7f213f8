package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Ask;
import io.waybill.database.Phrase;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Trait;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether what is later is higher, in a column of text. The database compares it by the column's collation, for MAX() and for what lies
 * above a value alike; so a later text that this collation sorts before an earlier one would never go out.
 *
 * <p>Two such texts can be told: numbers of different lengths ({@code "10"} lies before {@code "9"}), and texts that differ and are
 * nevertheless equal to the collation ({@code "b"} and {@code "B"}).
 */
record TextOrder(Connection connection, Source source, SourceColumn column) {

    private String quoted() {
        return source.database().quote(column.name());
    }

    /**
     * Refuses a column in which there are such texts.
     *
     * @param key what asks for the order, for the message
     * @param after the watermark; null for none
     * @param highestOrNull the highest text that there is; null for none
     */
    void check(String key, String after, String highestOrNull) throws SQLException {
        if (highestOrNull == null) {
            return;
        }
        String highest = highestOrNull.replaceFirst(" +$", "");
        if (after != null && isNumberOfAnotherLength(after, highest)) {
            throw numbers(key, after, highest);
        }
        String other = numberOfAnotherLength(highest);
        if (other != null) {
            throw numbers(key, other, highest);
        }
        if (after != null) {
            refuseEqual(key, after);
        }
    }

    /** A text that differs from another in its numbers alone, and has shorter or longer ones. */
    private static boolean isNumberOfAnotherLength(String text, String other) {
        return text.length() != other.length() && withoutDigits(text).equals(withoutDigits(other));
    }

    private static String withoutDigits(String text) {
        return text.replaceAll("[0-9]", "");
    }

    private String numberOfAnotherLength(String highest) throws SQLException {
        if (withoutDigits(highest).equals(highest)) {
            return null;
        }
        if (!source.database().isKnown()) {
            return numberAmongAll(highest);
        }
        // not the blanks that fill a CHAR up
        String text = "RTRIM(" + source.database().written(Phrase.PLAIN_TEXT, quoted()) + ")";
        String skeleton = source.database().withoutDigits(text);
        boolean isNull = withoutDigits(highest).isEmpty() && source.database().has(Trait.EMPTY_IS_NULL);
        String sql = "SELECT MIN(" + text + ") FROM " + source.relation() + " WHERE " + quoted() + " IS NOT NULL AND "
                + source.database().written(Phrase.LENGTH, text) + " <> ? AND " + skeleton
                + (isNull ? " IS NULL" : " = ?");
        List<Object> parameters = new ArrayList<>();
        parameters.add(highest.codePointCount(0, highest.length()));
        if (!isNull) {
            parameters.add(withoutDigits(highest));
        }
        return Ask.first(connection, sql, row -> row.getString(1), parameters.toArray());
    }

    private String numberAmongAll(String highest) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT DISTINCT " + quoted() + " FROM " + source.relation())) {
            while (row.next()) {
                String text = row.getString(1);
                if (text != null && isNumberOfAnotherLength(text, highest)) {
                    return text;
                }
            }
            return null;
        }
    }

    private WaybillException numbers(String key, String text, String highest) {
        return WaybillException.refusal(key + ": column " + column.name() + " of data set \"" + source.id()
                + "\" is text, and holds numbers of different lengths (\"" + text + "\", \"" + highest
                + "\"): as text, \"10\" lies before \"9\", and would never go out; declare in datasets.toml that they are"
                + " numbers, columns = [{ name = \"" + column.name()
                + "\", type = \"bigint\" }], or give them leading zeros");
    }

    private void refuseEqual(String key, String after) throws SQLException {
        String exact = source.database().written(Phrase.EXACT_TEXT, quoted());
        if (exact == null) {
            return;
        }
        String sql = "SELECT DISTINCT " + exact + " FROM " + source.relation() + " WHERE " + quoted() + " = ?";
        List<String> equal = Ask.all(connection, sql, row -> row.getString(1), after);
        if (equal.size() > 1) {
            throw WaybillException.refusal(key + ": column " + column.name() + " of data set \"" + source.id()
                    + "\" holds texts that differ and are equal to its collation (\""
                    + String.join("\", \"", equal)
                    + "\"): what is written as one of them, once another has gone out, would never go out; give the column a"
                    + " collation that tells them apart");
        }
    }
}
