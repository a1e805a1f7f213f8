package io.waybill.ledger;

import io.waybill.facts.FileFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Runs whose rows several processes read: ranges that a process leases, reads, and says what it has written of. A lease ends by the clock of
 * the database where its process is not heard of; whoever has the range then has a higher fence, and what the earlier one says later is
 * not taken. With the run's own holding of its flow, all leases of it end.
 */
public final class Divisions {

    /** As long as the run goes on, and is held by who has divided it. */
    private static final String GOES_ON = " EXISTS (SELECT 1 FROM waybill_lock l, waybill_division d"
            + " WHERE d.run_id = :runId AND l.run_id = d.run_id AND l.fence = d.fence)";

    private static final String OWN =
            " WHERE run_id = :runId AND number = :number AND fence = :fence AND owner = :owner AND row_count IS NULL";

    private final LedgerDatabase database;
    private final Owner owner;
    private final FlowLocks locks;

    Divisions(LedgerDatabase database, Owner owner, FlowLocks locks) {
        this.database = database;
        this.owner = owner;
        this.locks = locks;
    }

    /**
     * Divides a run of this process.
     *
     * @param bounds where ranges end, and the next begin, in order
     */
    public void begin(Division division, List<String> bounds) {
        database.inTransaction(transaction -> {
            RunsUnderWay.requireHeld(locks.hold(transaction, division.runId()) ? 1 : 0, division.runId());
            transaction
                    .createUpdate(
                            "INSERT INTO waybill_division (run_id, flow, fence, digest, zone, snapshot_name, token,"
                                    + " processes, leases) SELECT run_id, flow, fence, :digest, :zone, :snapshot, :token,"
                                    + " :processes, 0 FROM waybill_lock WHERE run_id = :runId")
                    .bindMethods(division)
                    .execute();
            for (int i = 0; i <= bounds.size(); i++) {
                transaction
                        .createUpdate("INSERT INTO waybill_range (run_id, number, low_value, high_value, fence)"
                                + " VALUES (:runId, :number, :low, :high, 0)")
                        .bind("runId", division.runId())
                        .bind("number", i + 1)
                        .bind("low", i == 0 ? null : bounds.get(i - 1))
                        .bind("high", i == bounds.size() ? null : bounds.get(i))
                        .execute();
            }
            return bounds.size();
        });
    }

    /** The runs of other processes that are divided, go on, and have ranges that are not read yet. */
    public List<Division> open() {
        return database.call(handle -> handle
                .createQuery("SELECT d.*, l.owner FROM waybill_division d JOIN waybill_lock l"
                        + " ON l.run_id = d.run_id AND l.fence = d.fence WHERE EXISTS (SELECT 1 FROM waybill_range r"
                        + " WHERE r.run_id = d.run_id AND r.row_count IS NULL) ORDER BY d.run_id")
                .map((row, context) -> Owner.parse(row.getString("owner")).equals(owner)
                        ? null
                        : context.findRowMapperFor(Division.class).orElseThrow().map(row, context))
                .stream()
                .filter(division -> division != null)
                .toList());
    }

    /**
     * Leases a range that nobody reads, or whose reader is not heard of any more.
     *
     * @return empty where there is none, as many read as may, or the run does not go on
     */
    public Optional<RangeLease> lease(Division division) {
        return database.inTransaction(transaction -> {
            int counted = transaction
                    .createUpdate("UPDATE waybill_division SET leases = leases + 1 WHERE run_id = :runId AND fence ="
                            + " (SELECT l.fence FROM waybill_lock l WHERE l.run_id = :runId)")
                    .bind("runId", division.runId())
                    .execute();
            return counted == 1 ? next(transaction, division) : Optional.empty();
        });
    }

    /** Those who ask wait for each other: each finds what the one before has left. */
    private Optional<RangeLease> next(Handle transaction, Division division) {
        long now = database.nowMs(transaction);
        Owner coordinator = transaction
                .select("SELECT owner FROM waybill_lock WHERE run_id = ?", division.runId())
                .mapTo(Owner.class)
                .one();
        List<RangeState> waiting = states(transaction, division.runId()).stream()
                .filter(range -> !range.isDone())
                .toList();
        long others = waiting.stream()
                .filter(range -> range.isTaken(now) && !range.owner().equals(coordinator))
                .count();
        if (!owner.equals(coordinator) && others >= division.processes() - 1) {
            return Optional.empty();
        }
        return waiting.stream().filter(range -> !range.isTaken(now)).findFirst().map(range -> {
            transaction
                    .createUpdate("UPDATE waybill_range SET owner = :owner, fence = fence + 1, lease_until_ms = :until"
                            + " WHERE run_id = :runId AND number = :number")
                    .bindMap(Map.of(
                            "owner",
                            owner,
                            "until",
                            now + Ledger.LEASE.toMillis(),
                            "runId",
                            division.runId(),
                            "number",
                            range.number()))
                    .execute();
            return new RangeLease(division.runId(), range.number(), range.fence() + 1, range.low(), range.high());
        });
    }

    /** Renews a lease; answers false when the range is another's, or the run does not go on. */
    public boolean renew(RangeLease lease) {
        return database.inTransaction(transaction -> transaction
                        .createUpdate("UPDATE waybill_range SET lease_until_ms = :until" + OWN + " AND" + GOES_ON)
                        .bind("until", database.nowMs(transaction) + Ledger.LEASE.toMillis())
                        .bindMap(own(lease))
                        .execute())
                == 1;
    }

    /**
     * Records what a range was written to.
     *
     * @return false when the range is another's, or the run does not go on: then nothing is recorded
     */
    public boolean done(RangeLease lease, List<RangeFile> files) {
        return database.inTransaction(transaction -> {
            // and until this ends, nobody takes the run over
            int held = transaction
                    .createUpdate("UPDATE waybill_lock SET fence = fence WHERE run_id = :runId AND fence ="
                            + " (SELECT d.fence FROM waybill_division d WHERE d.run_id = :runId)")
                    .bind("runId", lease.runId())
                    .execute();
            int updated = held != 1
                    ? 0
                    : transaction
                            .createUpdate("UPDATE waybill_range SET row_count = :rows, lease_until_ms = NULL" + OWN)
                            .bind(
                                    "rows",
                                    files.stream()
                                            .mapToLong(file -> file.facts().rows())
                                            .sum())
                            .bindMap(own(lease))
                            .execute();
            for (int i = 0; updated == 1 && i < files.size(); i++) {
                transaction
                        .createUpdate("INSERT INTO waybill_range_file (run_id, number, file_number, name, row_count,"
                                + " byte_count, sha256, row_groups, uncompressed) VALUES (:runId, :number, :file, :name,"
                                + " :rows, :bytes, :sha256, :rowGroups, :uncompressed)")
                        .bindMethods(lease)
                        .bindMethods(files.get(i).facts())
                        .bind("file", i + 1)
                        .bind("uncompressed", files.get(i).uncompressed())
                        .execute();
            }
            return updated == 1;
        });
    }

    /** Lets go of a range that is not read to its end: another process may have it at once. */
    public void giveBack(RangeLease lease) {
        database.call(handle -> handle.createUpdate("UPDATE waybill_range SET lease_until_ms = NULL" + OWN)
                .bindMap(own(lease))
                .execute());
    }

    private Map<String, Object> own(RangeLease lease) {
        return Map.of("runId", lease.runId(), "number", lease.number(), "fence", lease.fence(), "owner", owner);
    }

    /** The ranges of a run, in order; none where it is not divided. */
    public List<RangeState> of(String runId) {
        return database.call(handle -> states(handle, runId));
    }

    private static List<RangeState> states(Handle handle, String runId) {
        return handle.select("SELECT * FROM waybill_range WHERE run_id = ? ORDER BY number", runId)
                .mapTo(RangeState.class)
                .list();
    }

    /** What a range was written to, in order. */
    public List<RangeFile> files(String runId, int number) {
        return database.call(handle -> handle.select(
                        "SELECT * FROM waybill_range_file WHERE run_id = ? AND number = ? ORDER BY file_number",
                        runId,
                        number)
                .map((row, context) -> new RangeFile(
                        new FileFacts(
                                row.getString("name"),
                                row.getLong("row_count"),
                                row.getLong("byte_count"),
                                row.getString("sha256"),
                                row.getInt("row_groups")),
                        row.getLong("uncompressed")))
                .list());
    }
}
