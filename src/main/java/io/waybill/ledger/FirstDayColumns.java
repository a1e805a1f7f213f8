package io.waybill.ledger;

import io.waybill.flow.FirstDay;
import java.time.LocalDate;
import org.jdbi.v3.core.mapper.PropagateNull;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * The first day of a run as the ledger keeps it.
 *
 * @param day it; null for any day
 * @param by who says so; null for runs of before that was kept
 */
record FirstDayColumns(
        @PropagateNull @ColumnName("first_day") String day,
        @ColumnName("first_day_by") FirstDay.By by) {

    static FirstDayColumns of(FirstDay first) {
        return first == null
                ? new FirstDayColumns(null, null)
                : new FirstDayColumns(first.day().toString(), first.by());
    }

    FirstDay toFirstDay() {
        return new FirstDay(LocalDate.parse(day), by);
    }
}
