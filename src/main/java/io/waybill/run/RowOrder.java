package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType;
import io.waybill.flow.Export;
import io.waybill.flow.Order;
import io.waybill.flow.Split;
import java.util.List;

/** Which order the rows of an export come in. */
record RowOrder(Export export) {

    /** Files that go by time take their rows in its order. */
    List<Order> of(Source source) {
        Split.Chunks chunks = export.split().chunks();
        if (chunks == null) {
            return export.orderBy();
        }
        SourceColumn column = source.toldColumn("chunk_by", chunks.column(), "the names of files");
        if (!column.type().isTimed()
                || column.type().kind() == ColumnType.Kind.DATE && chunks.every() == Split.Period.HOUR) {
            throw WaybillException.refusal("chunk_by: column " + column.name() + " is " + column.type()
                    + (column.type().isTimed()
                            ? ", which has no hours; allowed: day, week, month, year"
                            : "; files go by dates or times"));
        }
        return List.of(new Order(column.name(), false));
    }
}
