package io.waybill.ledger;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Which database a flow's watermark was reached in.
 *
 * @param product its product
 * @param database its name on its server
 * @param address where its server is, without secrets
 * @param system the server's own identifier; null where it has none
 */
public record WatermarkSource(String product, String database, String address, String system) {

    static Optional<WatermarkSource> find(Handle handle, String flow) {
        return handle.createQuery("SELECT * FROM waybill_watermark_source WHERE flow = ?")
                .bind(0, flow)
                .map((row, context) -> new WatermarkSource(
                        row.getString("product"),
                        row.getString("database_name"),
                        row.getString("address"),
                        row.getString("system_id")))
                .findOne();
    }

    /** Writes that a flow's watermark is of this database. */
    int write(Handle handle, String flow) {
        remove(handle, flow);
        return handle.createUpdate(
                        "INSERT INTO waybill_watermark_source (flow, product, database_name, address, system_id)"
                                + " VALUES (?, ?, ?, ?, ?)")
                .bind(0, flow)
                .bind(1, product)
                .bind(2, database)
                .bind(3, address)
                .bind(4, system)
                .execute();
    }

    static void remove(Handle handle, String flow) {
        handle.createUpdate("DELETE FROM waybill_watermark_source WHERE flow = ?")
                .bind(0, flow)
                .execute();
    }
}
