package io.waybill.ledger;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * Which database a flow's watermark was reached in.
 *
 * @param product its product
 * @param database its name on its server
 * @param address where its server is, without secrets
 * @param system the server's own identifier; null where it has none
 */
public record WatermarkSource(
        String product,
        @ColumnName("database_name") String database,
        String address,
        @ColumnName("system_id") String system) {

    static Optional<WatermarkSource> find(Handle handle, String flow) {
        return handle.createQuery("SELECT * FROM waybill_watermark_source WHERE flow = :flow")
                .bind("flow", flow)
                .mapTo(WatermarkSource.class)
                .findOne();
    }

    /** Writes that a flow's watermark is of this database. */
    int write(Handle handle, String flow) {
        remove(handle, flow);
        return handle.createUpdate(
                        "INSERT INTO waybill_watermark_source (flow, product, database_name, address, system_id)"
                                + " VALUES (:flow, :product, :database, :address, :system)")
                .bind("flow", flow)
                .bindMethods(this)
                .execute();
    }

    static void remove(Handle handle, String flow) {
        handle.createUpdate("DELETE FROM waybill_watermark_source WHERE flow = :flow")
                .bind("flow", flow)
                .execute();
    }
}
