package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.facts.ColumnChecksum;
import io.waybill.ledger.RunEntry;
import io.waybill.part.Waybill;
import io.waybill.query.SourceChecksums;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
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
 * @param changed columns that were not compared, since their values left in another form
 */
public record Reconciliation(long rows, List<String> differences, List<String> uncompared, List<String> changed) {

    public Reconciliation {
        differences = List.copyOf(differences);
        uncompared = List.copyOf(uncompared);
        changed = List.copyOf(changed);
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
        Waybill.Read read = Waybill.read(waybill);
        Map<String, ColumnChecksum> delivered = read.checksums();
        List<String> changed = read.changed();
        if (delivered.isEmpty()
                && (changed.isEmpty() || changed.size() < read.columns().size())) {
            throw WaybillException.refusal(
                    "run " + run.runId() + " did not note what its columns come to; set checksums = true in flow \""
                            + run.flow() + "\", for runs to come");
        }
        Plan plan = planner.asOf(run.startedAt())
                .plan(Planner.Request.again(
                        "verify", run.planned(), run.startedAt().atZone(zone)));
        SourceChecksums.Result source = planner.ask(
                Stage.READ,
                (connection, catalog) ->
                        new SourceChecksums(connection, plan.source().database()).of(plan.query()));
        return compare(read.rows(), delivered, changed, source);
    }

    private static Reconciliation compare(
            long rows, Map<String, ColumnChecksum> delivered, List<String> changed, SourceChecksums.Result source) {
        List<String> differences = new ArrayList<>();
        List<String> uncompared = new ArrayList<>();
        if (rows != source.rows()) {
            differences.add("rows: " + rows + " delivered, " + source.rows() + " in the source");
        }
        Map<String, ColumnChecksum> missing = new LinkedHashMap<>(delivered);
        source.columns().forEach((column, found) -> {
            if (changed.contains(column)) {
                return;
            }
            ColumnChecksum written = missing.remove(column);
            if (written == null) {
                differences.add("column " + column + ": not delivered, and in the source now");
                return;
            }
            String difference = written.difference(found);
            if (!difference.isEmpty()) {
                differences.add("column " + column + ": " + difference + " as in the source");
            }
            if (found.sum() == null && found.bytes() == null || written.sum() == null && written.bytes() == null) {
                uncompared.add(column);
            }
        });
        missing.keySet()
                .forEach(column -> differences.add("column " + column + ": delivered, and not in the source any more"));
        return new Reconciliation(source.rows(), differences, uncompared, changed);
    }
}
