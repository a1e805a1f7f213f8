package io.waybill.ledger;

import io.waybill.facts.ColumnFacts;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The columns that each flow's last run wrote. */
final class WrittenColumns {

    private WrittenColumns() {}

    static List<ColumnFacts> of(Handle handle, String flow) {
        return handle.select("SELECT name, type FROM waybill_columns WHERE flow = ? ORDER BY number", flow)
                .map((row, context) -> new ColumnFacts(row.getString(1), row.getString(2)))
                .list();
    }

    private static boolean isKept(List<ColumnFacts> kept, List<ColumnFacts> columns) {
        return kept.equals(columns.stream()
                .map(column -> new ColumnFacts(column.name(), column.type()))
                .toList());
    }

    static void keep(Handle transaction, String flow, List<ColumnFacts> columns) {
        if (columns.isEmpty() || isKept(of(transaction, flow), columns)) {
            return; // as from run to run: there is nothing to write
        }
        transaction.execute("DELETE FROM waybill_columns WHERE flow = ?", flow);
        for (int i = 0; i < columns.size(); i++) {
            transaction
                    .createUpdate("INSERT INTO waybill_columns (flow, number, name, type)"
                            + " VALUES (:flow, :number, :name, :type)")
                    .bindMap(Map.of("flow", flow, "number", i + 1))
                    .bindMethods(columns.get(i))
                    .execute();
        }
    }
}
