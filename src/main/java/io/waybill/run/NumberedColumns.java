package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.query.Query;
import io.waybill.rows.RowFormat;
import io.waybill.rows.TableRows;
import java.util.List;
import java.util.Map;

/** Has the files of a run know columns by the numbers of the table that they become part of. */
record NumberedColumns(Query query, RowKey key, List<PlannedDelivery> deliveries) {

    /**
     * The format of the files.
     *
     * @throws WaybillException when a table does not take the columns, or two know them by different numbers
     */
    RowFormat of(RowFormat format) {
        TableRows rows = key.rows(query);
        PlannedDelivery first = null;
        Map<String, Integer> numbers = Map.of();
        for (PlannedDelivery delivery : deliveries) {
            Map<String, Integer> own = delivery.destination().numbers(rows);
            if (!own.isEmpty() && first != null && !own.equals(numbers)) {
                throw WaybillException.refusal(
                        "delivery: " + first.destination().place() + " and "
                                + delivery.destination().place()
                                + " know the columns by different numbers, and the files are the same; give each a flow of its own");
            }
            if (!own.isEmpty()) {
                first = delivery;
                numbers = own;
            }
        }
        return numbers.isEmpty() ? format : format.numbered(numbers, rows.key());
    }
}
