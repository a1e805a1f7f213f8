package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.flow.Filter;
import io.waybill.flow.FirstDay;
import io.waybill.flow.Window;
import io.waybill.query.DayLimit;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first day whose rows a run may have.
 *
 * @param first that day
 * @param column the column that tells of which day a row is
 * @param isOfFlow whether the flow as it is lets no older ones leave, and so each run has none
 * @param filter what its rows meet
 */
record RowsFrom(FirstDay first, String column, boolean isOfFlow, Filter filter) {

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
        FirstDay asked = request.firstDay();
        if (ofFlow == null && asked == null) {
            return null;
        }
        boolean isOfFlow = ofFlow != null && (asked == null || !asked.day().isAfter(ofFlow));
        FirstDay first = isOfFlow ? new FirstDay(ofFlow, FirstDay.By.FLOW) : asked;
        DayLimit limit;
        try {
            limit = DayLimit.of(source, planner.subject().dataSet());
        } catch (WaybillException e) {
            throw WaybillException.refusal(first.words() + ": " + e.getMessage(), e);
        }
        RowsFrom from = new RowsFrom(first, limit.column().name(), isOfFlow, limit.from(first.day()));
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

    /** A run of changes has all rows, or it would take those that it leaves out for deleted ones. */
    static void refuseChanges(Planner.Request request) {
        if (request.firstDay() != null) {
            throw WaybillException.refusal("since_last_export: \"changes\" is for who may have all rows: "
                    + request.firstDay().words());
        }
    }

    /**
     * Refuses to have a run leave rows out that it stands for, and that no later run would have: its watermark would pass them.
     *
     * @throws WaybillException where the one who asks for it may not have all of them
     */
    private void requireAll(Window.Range window) {
        if (!isOfFlow && !window.isFrom(first.day(), column)) {
            throw WaybillException.refusal("since_last_export: " + words()
                    + ", and the rows that are new begin earlier, or nobody knows that they do not: a run would pass"
                    + " those that it leaves out, and none would export them. Name a span of time, by from and to: that"
                    + " moves no watermark");
        }
    }

    String words() {
        return first.words() + " (" + column + ", in UTC)";
    }
}
