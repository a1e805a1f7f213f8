package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.flow.ExportMode;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.PathTemplate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values of the variables of a run. {@code {part}} and columns stay as they are: each part has its own.
 *
 * @param subject whose run it is
 * @param batchId the batch that the run stands for, or the latest; null where there is none
 */
record RunVariables(Planner.Subject subject, Planner.Request request, ExportMode mode, Source source, Object batchId) {

    private static final DateTimeFormatter TS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

    /** What each variable stands for that has a value, but for that of the part. */
    Map<String, String> all() {
        Map<String, String> values = new TreeMap<>();
        for (String variable : PathTemplate.VARIABLES) {
            boolean isOfTables = variable.equals("table") || variable.equals("schema");
            if (!variable.equals("part")
                    && (!isOfTables || subject.dataSet().found() != null)
                    && (source.kind().hasBatches() || !variable.equals("batch_id"))) {
                values.put(variable, value(variable));
            }
        }
        return values;
    }

    String value(String variable) {
        if (variable.equals("part") || PathTemplate.columnOf(variable) != null) {
            return "{" + variable + "}";
        }
        ZonedDateTime time = request.logicalTime();
        String value = switch (variable) {
            case "batch_id" -> batch();
            case "ds", "date" -> time.format(DateTimeFormatter.ISO_LOCAL_DATE);
            case "ds_nodash" -> time.format(DateTimeFormatter.BASIC_ISO_DATE).substring(0, 8);
            case "ts" -> time.format(TS);
            case "ts_nodash" -> time.format(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT));
            case "year" -> time.format(DateTimeFormatter.ofPattern("yyyy", Locale.ROOT));
            case "month" -> time.format(DateTimeFormatter.ofPattern("MM", Locale.ROOT));
            case "day" -> time.format(DateTimeFormatter.ofPattern("dd", Locale.ROOT));
            case "hour" -> time.format(DateTimeFormatter.ofPattern("HH", Locale.ROOT));
            case "flow_id" -> ExportedTable.flow(subject.flow());
            case "dataset" -> source.id();
            case "table" -> ofTable(variable).name();
            case "schema" -> String.valueOf(ofTable(variable).schema());
            case "namespace" -> subject.namespace();
            case "mode" -> mode.label();
            case "run_id" -> request.runId();
            case "ext" -> subject.export().format().extension();
            default -> throw new IllegalArgumentException("{" + variable + "} is not a variable");
        };
        return PathTemplate.checkValue(variable, value);
    }

    private ExportedTable ofTable(String variable) {
        ExportedTable table = subject.dataSet().found();
        if (table == null) {
            throw WaybillException.refusal("{" + variable
                    + "} has no value: it is for a source_dataset_id with *, which stands for many tables");
        }
        return table;
    }

    private String batch() {
        if (!source.kind().hasBatches()) {
            throw WaybillException.refusal(
                    "file_path: {batch_id} has no value: data set \"" + source.id() + "\" is plain and has no batches");
        }
        return batchId == null ? "none" : batchId.toString();
    }
}
