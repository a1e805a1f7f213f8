package io.waybill.ledger;

/** The runs whose columns marked {@code pii} have left as they are, whatever has become of their flows since. */
public final class UntreatedRuns {

    private final LedgerDatabase database;

    UntreatedRuns(LedgerDatabase database) {
        this.database = database;
    }

    /** Notes a run as one of them. */
    public void add(String runId) {
        database.call(handle -> handle.execute("INSERT INTO waybill_untreated (run_id) VALUES (?)", runId));
    }

    /** Whether a run is one of them. */
    public boolean has(String runId) {
        return database.call(handle -> handle.select("SELECT run_id FROM waybill_untreated WHERE run_id = ?", runId)
                .mapTo(String.class)
                .findOne()
                .isPresent());
    }
}
