package io.waybill.ledger;

import io.waybill.ledger.RecordedDelivery.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Reads and writes where the files of a run go. */
final class DeliveryRows {

    private static final int LONGEST_ERROR = 3900;

    private static final int NAMES_AT_ONCE = 200;

    private DeliveryRows() {}

    /** Writes the deliveries of a run. */
    static void plan(Handle transaction, String runId, List<RecordedDelivery> deliveries) {
        for (int i = 0; i < deliveries.size(); i++) {
            RecordedDelivery delivery = deliveries.get(i);
            transaction
                    .createUpdate("INSERT INTO waybill_delivery"
                            + " (run_id, number, delivery, endpoint, place, waybill, begun, status)"
                            + " VALUES (:runId, :number, :id, :endpoint, :place, COALESCE(:waybill, ''), 0, 'OPEN')")
                    .bindMap(Map.of("runId", runId, "number", i + 1))
                    .bindMethods(delivery.facts())
                    .execute();
        }
    }

    /**
     * Writes the files' names at the second destination and further ones.
     *
     * @param from the number of the first of these files
     */
    static void name(Handle transaction, String runId, int from, List<List<String>> names) {
        for (int delivery = 2; delivery <= names.size(); delivery++) {
            List<String> there = names.get(delivery - 1);
            for (int file = 0; file < there.size(); file++) {
                transaction
                        .createUpdate("INSERT INTO waybill_delivery_file (run_id, delivery, number, name)"
                                + " VALUES (:runId, :delivery, :number, :name)")
                        .bindMap(Map.of(
                                "runId", runId, "delivery", delivery, "number", from + file, "name", there.get(file)))
                        .execute();
            }
        }
    }

    /** Notes how many files were sent ahead, or begun to be. */
    static void ahead(Handle handle, String runId, String id, int count) {
        handle.execute("UPDATE waybill_delivery SET ahead = ? WHERE run_id = ? AND delivery = ?", count, runId, id);
    }

    static int update(Handle handle, String runId, String id, int begun, int ahead, Status status, String error) {
        return handle.createUpdate(
                        "UPDATE waybill_delivery SET begun = :begun, ahead = :ahead, status = :status, error = :error"
                                + " WHERE run_id = :runId AND delivery = :id")
                .bindMap(Map.of("begun", begun, "ahead", ahead, "status", status, "runId", runId, "id", id))
                .bind("error", LedgerDatabase.cut(error, LONGEST_ERROR))
                .execute();
    }

    /** Nothing lies where it was sent to. */
    static int swept(Handle handle, String runId, String id) {
        return handle.execute(
                "UPDATE waybill_delivery SET begun = 0, ahead = 0 WHERE run_id = ? AND delivery = ?", runId, id);
    }

    /** All destinations of a run have all files. */
    static void delivered(Handle transaction, String runId) {
        transaction.execute(
                "UPDATE waybill_delivery SET status = 'DELIVERED', ahead = 0, error = NULL WHERE run_id = ?", runId);
    }

    /** What was given up begins anew; what of it could not be taken back stays known. */
    static void reopen(Handle transaction, String runId) {
        transaction.execute(
                "UPDATE waybill_delivery SET status = 'OPEN' WHERE run_id = ? AND status <> 'DELIVERED'", runId);
    }

    /** The deliveries of a run, in their order, without their files' names. */
    static List<RecordedDelivery> of(Handle handle, String runId) {
        return handle.select("SELECT * FROM waybill_delivery WHERE run_id = ? ORDER BY number", runId)
                .mapTo(RecordedDelivery.class)
                .list();
    }

    static List<RecordedDelivery> withNames(
            Handle handle, String runId, List<RecordedDelivery> deliveries, List<String> first) {
        List<RecordedDelivery> named = new ArrayList<>();
        for (int i = 1; i <= deliveries.size(); i++) {
            List<String> names = i == 1
                    ? first
                    : handle.select(
                                    "SELECT name FROM waybill_delivery_file WHERE run_id = ? AND delivery = ? ORDER BY number",
                                    runId,
                                    i)
                            .mapTo(String.class)
                            .list();
            named.add(deliveries.get(i - 1).withNames(names));
        }
        return named;
    }

    /** See {@link Ledger#deliveredSince}: asked for the names alone, however many runs there are. */
    static Map<String, String> deliveredSince(Handle handle, RunEntry run) {
        Map<String, String> since = new HashMap<>();
        Set<String> names = new TreeSet<>();
        if (run.planned() != null) {
            run.planned()
                    .deliveries()
                    .forEach(delivery -> names.addAll(delivery.facts().names()));
        }
        List<String> asked = List.copyOf(names);
        for (int from = 0; from < asked.size(); from += NAMES_AT_ONCE) {
            List<String> some = asked.subList(from, Math.min(asked.size(), from + NAMES_AT_ONCE));
            // the first destination's names are those of the files
            deliveredSince(handle, run, some, "waybill_file f ON f.run_id = r.run_id AND d.number = 1", since);
            deliveredSince(
                    handle,
                    run,
                    some,
                    "waybill_delivery_file f ON f.run_id = r.run_id AND f.delivery = d.number",
                    since);
        }
        return since;
    }

    /** See {@link Ledger#deliveredThereSince}. */
    static Optional<String> deliveredThereSince(Handle handle, RunEntry run, String place) {
        return handle.createQuery("SELECT r.run_id FROM waybill_run r JOIN waybill_delivery d ON d.run_id = r.run_id"
                        + " WHERE r.flow = :flow AND r.started_ms > :since AND (r.status = 'DONE' OR d.status = 'DELIVERED')"
                        + " AND d.place = :place ORDER BY r.started_ms DESC")
                .bindMap(Map.of("flow", run.flow(), "since", run.startedAt(), "place", place))
                .setMaxRows(1)
                .mapTo(String.class)
                .findFirst();
    }

    private static void deliveredSince(
            Handle handle, RunEntry run, List<String> names, String files, Map<String, String> since) {
        handle.createQuery("SELECT d.place, f.name, r.run_id FROM waybill_run r"
                        + " JOIN waybill_delivery d ON d.run_id = r.run_id JOIN " + files
                        + " WHERE r.flow = :flow AND r.started_ms > :since AND (r.status = 'DONE' OR d.status = 'DELIVERED')"
                        + " AND f.name IN (<names>)")
                .bindMap(Map.of("flow", run.flow(), "since", run.startedAt()))
                .bindList("names", names)
                .map((row, context) -> Map.entry(row.getString(1) + " " + row.getString(2), row.getString(3)))
                .forEach(found -> since.put(found.getKey(), found.getValue()));
    }
}
