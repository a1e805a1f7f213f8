package io.waybill.query;

import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
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
    private final String endless;
    private final String beginless;

    Highest(Connection connection, Source source, SourceColumn column) throws SQLException {
        this.connection = connection;
        this.source = source;
        this.column = column;
        this.compared = source.database().compared(column);
        this.endless = endless();
        this.beginless = endless == null || endless.equals("'NaN'") ? null : endless.replaceFirst("'", "'-");
    }

    /** The least value that is endless, in SQL; null where the type has none. */
    private String endless() throws SQLException {
        return column.found().kind() == column.type().kind()
                ? source.database().endless(column.type(), connection)
                : null;
    }

    /** Of all values; null where there is none. */
    String ofAll() throws SQLException {
        return below(null);
    }

    /** @param ceiling what the value must lie before, in SQL; null for any value */
    String below(String ceiling) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql(ceiling))) {
            row.next();
            return text(row);
        }
    }

    String before(OffsetDateTime limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql("?"))) {
            statement.setObject(1, limit);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return text(row);
            }
        }
    }

    /**
     * Whether all values lie below one, and there are any.
     *
     * @param value as a parameter of a query
     */
    boolean isBelow(Object value) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql(null) + " HAVING MAX(" + compared + ") < ?")) {
            statement.setObject(1, value);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** How many rows have an endless value, or NaN. */
    long endlessRows() throws SQLException {
        if (endless == null) {
            return 0;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*) FROM " + source.relation() + " WHERE " + compared + " >= " + endless)) {
            row.next();
            return row.getLong(1);
        }
    }

    private String sql(String ceiling) {
        String highest = "MAX(" + compared + ")";
        boolean asText = source.database().asksTimesAsText() && column.type().isTimed();
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

    private String text(ResultSet row) throws SQLException {
        boolean asText = source.database().asksTimesAsText();
        return switch (column.type().kind()) {
            case DATE -> {
                LocalDate date = asText ? parsed(row, LocalDate::parse) : row.getObject(1, LocalDate.class);
                yield date == null ? null : date.toString();
            }
            case TIMESTAMP -> {
                LocalDateTime time = asText ? parsed(row, Highest::localTime) : row.getObject(1, LocalDateTime.class);
                yield time == null ? null : time.toString();
            }
            case INSTANT -> {
                LocalDateTime utc = asText ? parsed(row, Highest::localTime) : null;
                OffsetDateTime time = asText
                        ? utc == null ? null : utc.atOffset(ZoneOffset.UTC)
                        : row.getObject(1, OffsetDateTime.class);
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
    private <T> T parsed(ResultSet row, Function<String, T> parser) throws SQLException {
        String text = row.getString(1);
        try {
            return text == null ? null : parser.apply(text);
        } catch (DateTimeException e) {
            throw new WaybillException(
                    Stage.PLAN,
                    "watermark: the highest value of column " + column.name() + " is \"" + text
                            + "\", which is no date; choose another column, or correct the rows",
                    e);
        }
    }
}
