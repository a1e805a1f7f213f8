package io.waybill.run;

import io.waybill.flow.ExportMode;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.flow.Window;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RunEntry;
import io.waybill.part.Waybill;
import io.waybill.query.SourceChecksums;
import io.waybill.rows.ColumnChecksum;
import io.waybill.rows.SqlFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run has delivered, compared with what its source holds now for the same window.
 *
 * @param rows how many rows the source holds now
 * @param differences what differs, in words; empty where nothing does
 * @param uncompared columns of which only the number of values was compared
 */
public record Reconciliation(long rows, List<String> differences, List<String> uncompared) {

    public Reconciliation {
        differences = List.copyOf(differences);
        uncompared = List.copyOf(uncompared);
    }

    /**
     * Compares a run with its source.
     *
     * @param planner that of the run's flow
     * @param zone the flow's time zone
     * @param waybill the run's waybill
     * @throws WaybillException when the waybill does not say what its columns come to, or the source cannot be read
     */
    public static Reconciliation of(Planner planner, ZoneId zone, RunEntry run, Path waybill) throws IOException {
        Map<String, ColumnChecksum> delivered = checksums(run, waybill);
        PlannedRun planned = run.planned();
        ExportMode mode = ExportMode.parse(planned.mode());
        ZonedDateTime time = (planned.logicalTime() == null ? run.startedAt() : planned.logicalTime()).atZone(zone);
        Object batch = mode == ExportMode.BATCH && planned.window() instanceof Window.Batch one ? one.id() : null;
        Plan plan = planner.plan(new Planner.Request("verify", time, mode, batch, planned.window(), false));
        SourceChecksums.Result source;
        try (Connection connection = planner.connect()) {
            source = new SourceChecksums(connection, plan.source().database()).of(plan.query());
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.READ, "data source " + plan.datasource(), e);
        }
        return compare(Waybill.rows(waybill), delivered, source);
    }

    private static Map<String, ColumnChecksum> checksums(RunEntry run, Path waybill) throws IOException {
        Map<String, ColumnChecksum> delivered = Waybill.checksums(waybill);
        if (delivered.isEmpty()) {
            throw new WaybillException(
                    Stage.PLAN,
                    "run " + run.runId() + " did not note what its columns come to; set checksums = true in flow \""
                            + run.flow() + "\", for runs to come");
        }
        return delivered;
    }

    private static Reconciliation compare(
            long rows, Map<String, ColumnChecksum> delivered, SourceChecksums.Result source) {
        List<String> differences = new ArrayList<>();
        List<String> uncompared = new ArrayList<>();
        if (rows != source.rows()) {
            differences.add("rows: " + rows + " delivered, " + source.rows() + " in the source");
        }
        Map<String, ColumnChecksum> missing = new LinkedHashMap<>(delivered);
        for (ColumnChecksum found : source.columns()) {
            ColumnChecksum written = missing.remove(found.column());
            if (written == null) {
                differences.add("column " + found.column() + ": not delivered, and in the source now");
                continue;
            }
            String difference = written.difference(found);
            if (!difference.isEmpty()) {
                differences.add("column " + found.column() + ": " + difference + " as in the source");
            }
            if (found.sum() == null && found.bytes() == null || written.sum() == null && written.bytes() == null) {
                uncompared.add(found.column());
            }
        }
        missing.keySet()
                .forEach(column -> differences.add("column " + column + ": delivered, and not in the source any more"));
        return new Reconciliation(source.rows(), differences, uncompared);
    }
}
