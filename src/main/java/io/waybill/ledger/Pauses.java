package io.waybill.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/** Which flows are paused: their triggers start nothing meanwhile, in whichever process. Of each, the last pause is kept. */
public final class Pauses {

    private final LedgerDatabase database;
    private final Clock clock;
    private final Audit audit;

    Pauses(LedgerDatabase database, Clock clock, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * A pause of a flow.
     *
     * @param actor who has paused it
     */
    public record Pause(
            String flow, @ColumnName("paused_ms") Instant since, String actor) {}

    /** @return false when it is paused already */
    public boolean pause(String flow) {
        return database.insertUnlessThere(handle -> handle.inTransaction(transaction -> {
            forgetLast(transaction, flow);
            int paused = transaction
                    .createUpdate("INSERT INTO waybill_pause (flow, paused_ms, actor) VALUES (:flow, :now, :actor)")
                    .bindMap(Map.of("flow", flow, "now", clock.instant(), "actor", audit.actor()))
                    .execute();
            audit.write(transaction, "pause", flow, null);
            return paused;
        }));
    }

    /** Nobody knows any more what fell into it: what came before its end, no trigger makes up for. */
    private static void forgetLast(Handle transaction, String flow) {
        transaction
                .createUpdate("UPDATE waybill_trigger SET known_ms = (SELECT resumed_ms FROM waybill_pause"
                        + " WHERE flow = :flow) WHERE flow = :flow AND known_ms < (SELECT resumed_ms FROM waybill_pause"
                        + " WHERE flow = :flow)")
                .bind("flow", flow)
                .execute();
        transaction.execute("DELETE FROM waybill_pause WHERE flow = ? AND resumed_ms IS NOT NULL", flow);
    }

    /** @return false when it is not paused */
    public boolean resume(String flow) {
        return database.inTransaction(handle -> {
            int resumed = handle.createUpdate(
                            "UPDATE waybill_pause SET resumed_ms = :now WHERE flow = :flow AND resumed_ms IS NULL")
                    .bindMap(Map.of("flow", flow, "now", clock.instant()))
                    .execute();
            if (resumed == 1) {
                audit.write(handle, "resume", flow, null);
            }
            return resumed == 1;
        });
    }

    /** The pause of a flow; empty where it is not paused. */
    public Optional<Pause> find(String flow) {
        return database.call(handle -> find(handle, flow));
    }

    private static Optional<Pause> find(Handle handle, String flow) {
        return handle.select("SELECT * FROM waybill_pause WHERE flow = ? AND resumed_ms IS NULL", flow)
                .mapTo(Pause.class)
                .findOne();
    }

    /** The flows that are paused. */
    public List<Pause> all() {
        return database.call(handle -> handle.createQuery("SELECT * FROM waybill_pause WHERE resumed_ms IS NULL")
                .mapTo(Pause.class)
                .list());
    }

    /** Whether a time lies in the last pause of a flow, over or not. */
    public boolean covers(String flow, Instant time) {
        return database.call(handle -> handle.createQuery("SELECT flow FROM waybill_pause WHERE flow = :flow"
                        + " AND paused_ms <= :time AND (resumed_ms IS NULL OR resumed_ms > :time)")
                .bindMap(Map.of("flow", flow, "time", time))
                .mapTo(String.class)
                .findOne()
                .isPresent());
    }
}
