package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Ask;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.ValueOrigin;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.query.UpperBound.Reached;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/** Whether what is written from now on will lie above a watermark. Where it will not, exports would go on without a row and a word. */
record WatermarkCheck(Connection connection, Source source, SourceColumn column, Highest highest) {

    /** What the drivers take for infinity begins so, and a year of five digits or more is no date that anybody meant. */
    private static final String NO_DATE = "+";

    /**
     * Looks after all that can be told.
     *
     * @param refusesNulls whether a row without a value is a fault
     * @param origin where the values come from; null where the database does not tell
     * @return what a person should know, in words
     * @throws WaybillException when rows would be passed over for certain, or nearly
     */
    List<String> check(Reached reached, boolean refusesNulls, ValueOrigin origin) throws SQLException {
        if (refusesNulls) {
            refuseNulls();
        }
        List<String> warnings = new ArrayList<>();
        long endless = highest.endlessRows();
        if (endless > 0) {
            warnings.add(endless + (endless == 1 ? " row has an infinite " : " rows have an infinite ") + column.name()
                    + " (or NaN), and " + (endless == 1 ? "is" : "are")
                    + " never exported: nothing would ever be new after it");
        }
        if (reached.value() != null && column.type().isTimed()) {
            refuseEndless(reached);
            refuseFuture(reached);
        }
        if (column.type().kind() == Kind.TEXT) {
            new TextOrder(connection, source, column).check("watermark", reached.value(), highest.ofAll());
        }
        if (reached.value() != null) {
            lookBelow(reached, origin, warnings);
        }
        return warnings;
    }

    private void refuseNulls() throws SQLException {
        if (!column.nullable()) {
            return;
        }
        String where = " WHERE " + source.database().quote(column.name()) + " IS NULL";
        long nulls = Ask.first(connection, "SELECT COUNT(*) FROM " + source.relation() + where, row -> row.getLong(1));
        if (nulls > 0) {
            throw WaybillException.refusal("watermark_nulls: " + nulls + " rows of data set \"" + source.id()
                    + "\" have no " + column.name() + ", and watermark_nulls = \"fail\"");
        }
    }

    /** A watermark that earlier versions took from an infinite value. */
    private void refuseEndless(Reached reached) throws SQLException {
        if (reached.value().startsWith(NO_DATE)) {
            throw WaybillException.refusal("since_last_export: the watermark of flow \"" + reached.flow()
                    + "\" is infinity, as a row had it, and nothing lies above that; " + ways(reached.flow()));
        }
    }

    /** What is written now would lie below the watermark, and never go out. */
    private void refuseFuture(Reached reached) throws SQLException {
        boolean instant = column.type().kind() == Kind.INSTANT;
        String clock = clockBefore(
                switch (column.type().kind()) {
                    case INSTANT -> source.database().instant(OffsetDateTime.parse(reached.value()));
                    // sessions in other zones may be ahead of this one's clock by a day
                    case TIMESTAMP -> LocalDateTime.parse(reached.value()).minusDays(1);
                    default -> LocalDate.parse(reached.value()).minusDays(2).atStartOfDay();
                });
        if (clock == null) {
            return;
        }
        String shows = "the clock of the database shows " + clock + ", and rows up to " + reached.value()
                + " are exported already: it was set back, ";
        throw WaybillException.passing(
                Stage.PLAN,
                instant
                        ? shows + "and what is written now would be skipped; set it right, or move the watermark"
                                + " (waybill watermark set)"
                        : shows
                                + "or a row was dated in the future, and what is written now would be skipped; set it right, or "
                                + ways(reached.flow()));
    }

    /** What the database's clock shows; null unless that is before a moment. */
    private String clockBefore(Object moment) throws SQLException {
        String clock = source.database().clock(column.type().kind() == Kind.INSTANT ? Kind.INSTANT : Kind.TIMESTAMP, 0);
        String sql = "SELECT MIN(" + clock + ") FROM (SELECT 1 AS x) q WHERE " + clock + " < ?";
        return Ask.first(
                connection, sql, row -> row.getString(1), source.database().parameter(column, moment));
    }

    /** All rows lie below the watermark: somebody deleted those above, or the values have begun anew. */
    private void lookBelow(Reached reached, ValueOrigin origin, List<String> warnings) throws SQLException {
        Object value = new FilterSql(source, ZonedDateTime.now(ZoneOffset.UTC), new ArrayList<>())
                .bound(column, reached.value());
        if (!highest.isBelow(value) || goesOnAbove(reached.value(), origin)) {
            return;
        }
        String words = "the highest " + column.name() + " of data set \"" + source.id() + "\" is " + highest.ofAll()
                + ", and rows up to " + reached.value() + " are exported already: ";
        if (reached.isByHand()) {
            warnings.add(
                    words + "as somebody set it by hand, rows up to there are not exported; " + ways(reached.flow()));
        } else if (column.type().isTimed()) {
            warnings.add(words
                    + "where they were not just deleted, the data were restored or begun anew, and rows up to there"
                    + " are not exported; " + ways(reached.flow()));
        } else {
            throw WaybillException.refusal("since_last_export: " + words
                    + "the data set was emptied and counts anew, was restored, or has lost its last"
                    + " rows, and what is written now would be skipped; " + ways(reached.flow()));
        }
    }

    /** Whether a counter of the database sets the values, and the next one lies above. */
    private boolean goesOnAbove(String value, ValueOrigin origin) throws SQLException {
        if (column.type().isTimed() || column.type().kind() == Kind.TEXT) {
            return false;
        }
        BigDecimal next =
                origin == null ? source.database().nextValue(connection, source, column) : origin.next(connection);
        return next != null && next.compareTo(new BigDecimal(value)) > 0;
    }

    private String ways(String flow) throws SQLException {
        String goesOn = highest.ofAll();
        return "waybill watermark reset " + flow + " exports all rows again"
                + (goesOn == null
                        ? ""
                        : ", waybill watermark set " + flow + " " + UpperBound.argument(goesOn)
                                + " those that come from now on");
    }
}
