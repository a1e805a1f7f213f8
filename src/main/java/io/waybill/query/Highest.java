package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Ask;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Trait;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The highest value of a column, as the ledger keeps it: a number's digits, a time in ISO 8601. Infinity and NaN are none: nothing
 * would ever lie above them.
 */
final class Highest {

    private final Connection connection;
    private final Source source;
    private final SourceColumn column;
    private final String compared;
    /** The least value that is endless, in SQL; null where the type has none. */
    private final String endless;

    private final String beginless;

    Highest(Connection connection, Source source, SourceColumn column) throws SQLException {
        this.connection = connection;
        this.source = source;
        this.column = column;
        this.compared = source.database().compared(column);
        this.endless = column.found().kind() == column.type().kind()
                ? source.database().endless(column.type(), connection)
                : null;
        this.beginless = endless == null || endless.equals("'NaN'") ? null : endless.replaceFirst("'", "'-");
    }

    /** Of all values; null where there is none. */
    String ofAll() throws SQLException {
        return below(null);
    }

    /** @param ceiling what the value must lie before, in SQL; null for any value */
    String below(String ceiling) throws SQLException {
        return Ask.first(connection, sql(ceiling), this::text);
    }

    String before(OffsetDateTime limit) throws SQLException {
        return Ask.first(connection, sql("?"), this::text, limit);
    }

    /**
     * Whether all values lie below one, and there are any.
     *
     * @param value as a parameter of a query
     */
    boolean isBelow(Object value) throws SQLException {
        return Ask.first(connection, sql(null) + " HAVING MAX(" + compared + ") < ?", row -> true, value) != null;
    }

    /** How many rows have an endless value, or NaN. */
    long endlessRows() throws SQLException {
        String where = " WHERE " + compared + " >= " + endless;
        return endless == null
                ? 0
                : Ask.first(connection, "SELECT COUNT(*) FROM " + source.relation() + where, row -> row.getLong(1));
    }

    private String sql(String ceiling) {
        String highest = "MAX(" + compared + ")";
        boolean asText =
                source.database().has(Trait.TIMES_AS_TEXT) && column.type().isTimed();
        List<String> conditions = new ArrayList<>();
        if (endless != null) {
            conditions.add(compared + " < " + endless);
        }
        if (beginless != null) {
            conditions.add(compared + " > " + beginless);
        }
        if (ceiling != null) {
            conditions.add(compared + " < " + ceiling);
        }
        return "SELECT " + (asText ? "CAST(" + highest + " AS CHAR)" : highest) + " FROM " + source.relation()
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
    }

    /** A value of the column, the first of a row, as text. */
    String text(ResultSet row) throws SQLException {
        return switch (column.type().kind()) {
            case DATE -> Objects.toString(time(row, LocalDate.class, LocalDate::parse), null);
            case TIMESTAMP -> Objects.toString(time(row, LocalDateTime.class, Highest::localTime), null);
            case INSTANT -> {
                OffsetDateTime time =
                        time(row, OffsetDateTime.class, text -> localTime(text).atOffset(ZoneOffset.UTC));
                yield time == null ? null : time.toInstant().toString();
            }
            case TEXT -> row.getString(1);
            default -> {
                BigDecimal number = row.getBigDecimal(1);
                yield number == null ? null : number.toPlainString();
            }
        };
    }

    private static LocalDateTime localTime(String text) {
        return LocalDateTime.parse(text.replace(' ', 'T'));
    }

    /** @throws WaybillException for a date that a database keeps and nobody else has: 0000-00-00 */
    private <T> T time(ResultSet row, Class<T> type, Function<String, T> parser) throws SQLException {
        if (!source.database().has(Trait.TIMES_AS_TEXT)) {
            return row.getObject(1, type);
        }
        String text = row.getString(1);
        try {
            return text == null ? null : parser.apply(text);
        } catch (DateTimeException e) {
            throw WaybillException.refusal(
                    "watermark: the highest value of column " + column.name() + " is \"" + text
                            + "\", which is no date; choose another column, or correct the rows",
                    e);
        }
    }
}
