package io.waybill.ledger;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** The columns that each flow's last run wrote. */
final class WrittenColumns {

    private WrittenColumns() {}

    static List<SchemaColumn> of(Handle handle, String flow) {
        return handle.createQuery("SELECT name, type FROM waybill_columns WHERE flow = ? ORDER BY number")
                .bind(0, flow)
                .map((row, context) -> new SchemaColumn(row.getString(1), row.getString(2)))
                .list();
    }

    static void keep(Handle transaction, String runId, List<SchemaColumn> columns) {
        if (columns.isEmpty()) {
            return;
        }
        String flow = transaction
                .createQuery("SELECT flow FROM waybill_run WHERE run_id = ?")
                .bind(0, runId)
                .mapTo(String.class)
                .one();
        transaction
                .createUpdate("DELETE FROM waybill_columns WHERE flow = ?")
                .bind(0, flow)
                .execute();
        for (int i = 0; i < columns.size(); i++) {
            transaction
                    .createUpdate("INSERT INTO waybill_columns (flow, number, name, type) VALUES (?, ?, ?, ?)")
                    .bind(0, flow)
                    .bind(1, i + 1)
                    .bind(2, columns.get(i).name())
                    .bind(3, columns.get(i).type())
                    .execute();
        }
    }
}
