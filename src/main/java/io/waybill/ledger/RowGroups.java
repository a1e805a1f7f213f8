package io.waybill.ledger;

import java.util.Optional;

/** What the files of export calls are like inside, where they have row groups. */
public final class RowGroups {

    private final LedgerDatabase database;

    RowGroups(LedgerDatabase database) {
        this.database = database;
    }

    /**
     * Those of a run's files.
     *
     * @param count how many there are
     * @param uncompressedBytes their bytes before any compression
     */
    public record Kept(long count, long uncompressedBytes) {}

    /** Notes those of a run. */
    public void keep(String runId, Kept groups) {
        database.call(handle -> handle.execute(
                "INSERT INTO waybill_row_groups (run_id, group_count, byte_count) VALUES (?, ?, ?)",
                runId,
                groups.count(),
                groups.uncompressedBytes()));
    }

    /** Those of a run; empty where it has none, or was before they were kept. */
    public Optional<Kept> find(String runId) {
        return database.call(handle -> handle.select(
                        "SELECT group_count, byte_count FROM waybill_row_groups WHERE run_id = ?", runId)
                .map((row, context) -> new Kept(row.getLong(1), row.getLong(2)))
                .findOne());
    }
}
