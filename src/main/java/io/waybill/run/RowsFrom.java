package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.flow.Filter;
import io.waybill.flow.Window;
import io.waybill.query.DayLimit;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first day whose rows a run may have.
 *
 * @param day that day, of UTC
 * @param column the column that tells of which day a row is
 * @param isGranted whether the one who asks for the run may have no older ones; else the flow lets none leave
 * @param filter what its rows meet
 */
record RowsFrom(LocalDate day, String column, boolean isGranted, Filter filter) {

    /**
     * That of a run; null for rows of any day.
     *
     * @param increment what of the rows that are new the run stands for; null for other windows
     * @throws WaybillException where there is one, and the data set does not tell of which day a row is
     */
    static RowsFrom of(Planner planner, Planner.Request request, Source source, Increment increment) {
        LocalDate ofFlow = planner.subject()
                .export()
                .dateLimit()
                .firstDay(planner.means().now().get());
        LocalDate granted = request.firstDay();
        boolean isGranted = granted != null && (ofFlow == null || granted.isAfter(ofFlow));
        LocalDate day = isGranted ? granted : ofFlow;
        if (day == null) {
            return null;
        }
        DayLimit limit;
        try {
            limit = DayLimit.of(source, planner.subject().dataSet());
        } catch (WaybillException e) {
            throw WaybillException.refusal(
                    "rows from " + day + " on, by the " + by(isGranted) + ": " + e.getMessage(), e);
        }
        RowsFrom from = new RowsFrom(day, limit.column().name(), isGranted, limit.from(day));
        if (increment != null) {
            from.requireAll(increment.window());
        }
        return from;
    }

    /** What rows meet besides; where there is no such day, nothing more. */
    static List<Filter> beside(List<Filter> filters, RowsFrom from) {
        return from == null
                ? filters
                : Stream.concat(filters.stream(), Stream.of(from.filter())).toList();
    }

    private static String by(boolean isGranted) {
        return isGranted ? "grant" : "flow";
    }

    /** A run of changes has all rows, or it would take those that it leaves out for deleted ones. */
    static void refuseChanges(Planner.Request request) {
        if (request.firstDay() != null) {
            throw WaybillException.refusal("since_last_export: \"changes\" is for who may have all rows: rows from "
                    + request.firstDay() + " on, by the grant");
        }
    }

    /**
     * Refuses to have a run leave rows out that it stands for, and that no later run would have: its watermark would pass them.
     *
     * @throws WaybillException where the one who asks for it may not have all of them
     */
    private void requireAll(Window.Range window) {
        if (isGranted && !window.isFrom(day, column)) {
            throw WaybillException.refusal("since_last_export: " + words()
                    + ", and the rows that are new begin earlier, or nobody knows that they do not: a run would pass"
                    + " those that it leaves out, and none would export them. Name a span of time, by from and to: that"
                    + " moves no watermark");
        }
    }

    String words() {
        return "rows from " + day + " on, by the " + by(isGranted) + " (" + column + ", in UTC)";
    }
}
