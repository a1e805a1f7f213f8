package io.waybill.ledger;

import io.waybill.ledger.RunEntry.FileEntry;
import io.waybill.ledger.RunEntry.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Reads runs, and their files, from their tables. */
final class RunRows {

    private RunRows() {}

    static Optional<RunEntry> exactly(Handle handle, String runId) {
        return handle.createQuery("SELECT * FROM waybill_run WHERE run_id = ?")
                .bind(0, runId)
                .map((row, context) -> entry(row))
                .findOne()
                .map(run -> withFiles(handle, run));
    }

    static List<RunEntry> latest(Handle handle, String flow, Status status, Instant since, int limit) {
        String sql = "SELECT * FROM waybill_run WHERE 1 = 1" + (flow == null ? "" : " AND flow = :flow")
                + (status == null ? "" : " AND status = :status")
                + (since == null ? "" : " AND started_ms >= :since")
                + " ORDER BY started_ms DESC, run_id DESC LIMIT :limit";
        Query query = handle.createQuery(sql).bind("limit", limit);
        if (flow != null) {
            query.bind("flow", flow);
        }
        if (status != null) {
            query.bind("status", status.name());
        }
        if (since != null) {
            query.bind("since", since.toEpochMilli());
        }
        return query.map((row, context) -> entry(row)).list().stream()
                .map(run -> withFiles(handle, run))
                .toList();
    }

    /** The ids that begin with a text, or end in it; the database reads no more than these. */
    static List<String> idsLike(Handle handle, String text, int limit) {
        String pattern = text.replaceAll("([!%_])", "!$1");
        return handle
                .createQuery("SELECT run_id FROM waybill_run WHERE run_id LIKE :begin ESCAPE '!'"
                        + " OR run_id LIKE :end ESCAPE '!' ORDER BY started_ms DESC, run_id DESC LIMIT :limit")
                .bind("begin", pattern + "%")
                .bind("end", "%" + pattern)
                .bind("limit", limit)
                .mapTo(String.class)
                .list()
                .stream()
                // some databases know no capitals here
                .filter(id -> id.startsWith(text) || id.endsWith(text))
                .toList();
    }

    static RunEntry entry(ResultSet row) throws SQLException {
        return new RunEntry(
                row.getString("run_id"),
                row.getString("flow"),
                Owner.parse(row.getString("owner")),
                Status.valueOf(row.getString("status")),
                RunStage.valueOf(row.getString("stage")),
                plannedOf(row),
                row.getLong("row_count"),
                Instant.ofEpochMilli(row.getLong("started_ms")),
                instant(row, "ended_ms"),
                row.getString("error"),
                row.getString("dead_letter"),
                List.of(),
                row.getInt("attempt"));
    }

    private static PlannedRun plannedOf(ResultSet row) throws SQLException {
        if (row.getString("root") == null) {
            return null;
        }
        long version = row.getLong("watermark_version");
        Long moved = row.wasNull() ? null : Long.valueOf(version);
        return new PlannedRun(
                row.getString("mode"),
                row.getString("dataset"),
                row.getString("batch_id"),
                instant(row, "logical_ms"),
                new WindowColumns(
                                row.getString("window_kind"),
                                row.getString("window_column"),
                                row.getString("low_value"),
                                row.getString("high_value"))
                        .toWindow(),
                moved,
                // of runs from before there were several
                List.of(DeliveryEntry.planned("local", "file:", row.getString("root"), row.getString("waybill"))));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    static RunEntry withFiles(Handle handle, RunEntry run) {
        List<FileEntry> files = handle.createQuery(
                        "SELECT name, row_count, byte_count, sha256 FROM waybill_file WHERE run_id = ? ORDER BY number")
                .bind(0, run.runId())
                .map((row, context) ->
                        new FileEntry(row.getString(1), row.getLong(2), row.getLong(3), row.getString(4)))
                .list();
        return run.with(deliveries(handle, run, files), files);
    }

    private static PlannedRun deliveries(Handle handle, RunEntry run, List<FileEntry> files) {
        if (run.planned() == null) {
            return null;
        }
        List<DeliveryEntry> kept = DeliveryRows.of(handle, run.runId());
        List<String> names = files.stream().map(FileEntry::name).toList();
        return run.planned()
                .with(DeliveryRows.withNames(
                        handle, run.runId(), kept.isEmpty() ? run.planned().deliveries() : kept, names));
    }
}
