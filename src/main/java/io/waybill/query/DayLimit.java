package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.DataSet;
import io.waybill.flow.ExportRules;
import io.waybill.flow.Filter;
import io.waybill.flow.FilterOperator;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The rows of a day and of those after it, by the time column of their data set. A day begins at midnight UTC; a time without a zone is taken
 * as one of UTC, and a row without a time belongs to no day.
 *
 * @param column the data set's time column
 */
public record DayLimit(Source source, SourceColumn column) {

    /** @throws WaybillException where the data set does not tell of which day a row is */
    public static DayLimit of(Source source, DataSet dataSet) {
        String name = dataSet.timeColumn();
        if (name == null) {
            throw WaybillException.refusal(ExportRules.timeless(source.id()));
        }
        SourceColumn column = source.column("time", name);
        if (!column.type().isTimed()) {
            throw WaybillException.refusal("column " + column.name() + " of data set \"" + source.id() + "\" is "
                    + column.type() + ", which tells no day; " + ExportRules.timeless(source.id()));
        }
        return new DayLimit(source, column);
    }

    /** What these rows meet. */
    public Filter from(LocalDate first) {
        Object value =
                column.type().kind() == Kind.INSTANT ? first.atStartOfDay().atOffset(ZoneOffset.UTC) : first;
        return new Filter(column.name(), FilterOperator.AT_LEAST, List.of(value));
    }
}
