package io.waybill.ledger;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The runs of flows that export many tables: one for each table, under one for all of them. */
public final class TableRuns {

    /** The ledger's own tables, which are nobody's data. */
    public static final Set<String> OWN_TABLES = Set.of(
            "waybill_audit",
            "waybill_audit_entry",
            "waybill_audit_head",
            "waybill_columns",
            "waybill_delivery",
            "waybill_delivery_file",
            "waybill_division",
            "waybill_expectation",
            "waybill_file",
            "waybill_firing",
            "waybill_identity",
            "waybill_lock",
            "waybill_node",
            "waybill_observation",
            "waybill_oldest",
            "waybill_pause",
            "waybill_range",
            "waybill_range_file",
            "waybill_request",
            "waybill_row_groups",
            "waybill_run",
            "waybill_schema_history",
            "waybill_session",
            "waybill_subject",
            "waybill_token",
            "waybill_total",
            "waybill_trigger",
            "waybill_untreated",
            "waybill_watermark",
            "waybill_watermark_source");

    private final LedgerDatabase database;

    TableRuns(LedgerDatabase database) {
        this.database = database;
    }

    /** Notes how many tables a run exports. */
    public void found(String runId, int tables) {
        RunsUnderWay.requireHeld(database.call(handle -> RunRows.tables(handle, runId, tables)), runId);
    }

    /** The runs of the tables of one, in the order in which they began, without their files. */
    public List<RunEntry> of(String parent) {
        return database.call(handle -> RunRows.ofTables(handle, parent));
    }

    /** Likewise, with their files. */
    public List<RunEntry> withFiles(String parent) {
        return database.call(handle -> RunRows.ofTables(handle, parent).stream()
                .map(run -> RunRows.exactly(handle, run.runId()).orElse(run))
                .toList());
    }

    /** How the tables of a run stand; empty for a run of one export. */
    public Optional<TableStates> states(RunEntry run) {
        return Optional.ofNullable(run.tableCount())
                .map(all -> TableStates.of(all, database.call(handle -> RunRows.statesOfTables(handle, run.runId()))));
    }
}
