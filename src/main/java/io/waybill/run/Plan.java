package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.contract.Contract;
import io.waybill.database.Estimate;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.facts.ColumnFacts;
import io.waybill.flow.DataSet;
import io.waybill.flow.Export;
import io.waybill.flow.ExportMode;
import io.waybill.flow.FirstDay;
import io.waybill.flow.Form;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Split;
import io.waybill.flow.Transform;
import io.waybill.flow.Window;
import io.waybill.part.DivisionByValue;
import io.waybill.part.FileCoding;
import io.waybill.part.GoneSpans;
import io.waybill.part.Spans;
import io.waybill.part.TimeSpans;
import io.waybill.query.Query;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.query.Reading;
import io.waybill.rows.Column;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/**
 * Everything that is decided before the first row is read.
 *
 * @param flow the flow's id
 * @param export what it exports
 * @param runId the run's id
 * @param logicalTime the run's logical time, in the trigger's zone
 * @param mode which rows
 * @param window the rows that the run stands for
 * @param increment what a window of new rows promises; null for other windows
 * @param from the first day whose rows the run may have; null for any
 * @param latestBatch the highest batch when the run was planned; null where the data set has none
 * @param datasource the data source's name
 * @param source the data set, as it was found
 * @param query the SQL
 * @param key by which its rows take the place of others
 * @param reading how its rows are read
 * @param limits what the run may not exceed
 * @param contract what must hold of its rows
 * @param format the data format
 * @param coding how files are compressed and encrypted
 * @param deliveries where the files go, and what they are called there; at least one
 * @param estimate about how many rows; {@link Estimate#UNKNOWN} where it was not asked for, or nobody knows
 * @param hidesValues whether what drivers quote is not to be told
 * @param digest what each process has to have planned as well that takes part; null for a run of one process
 * @param unfollowed what is to be said of marks that do not hold, because nobody knows what the data set reads; empty where they do
 */
public record Plan(
        String flow,
        Export export,
        String runId,
        ZonedDateTime logicalTime,
        ExportMode mode,
        Window window,
        Increment increment,
        RowsFrom from,
        Object latestBatch,
        String datasource,
        Source source,
        Query query,
        RowKey key,
        Reading reading,
        DataSet.Limits limits,
        Contract contract,
        RowFormat format,
        FileCoding coding,
        List<PlannedDelivery> deliveries,
        Estimate estimate,
        boolean hidesValues,
        Optional<String> unfollowed,
        String digest) {

    public Plan {
        deliveries = List.copyOf(deliveries);
    }

    /** Where the files go first: they are staged under their names there. */
    public PlannedDelivery delivery() {
        return deliveries.get(0);
    }

    /** The batch that the run stands for, or the latest when it was planned; null where the data set has none. */
    public Object batchId() {
        return batchOf(window, latestBatch);
    }

    static Object batchOf(Window window, Object latestBatch) {
        if (window instanceof Window.Range range && latestBatch != null && range.upTo() != null) {
            return range.upTo();
        }
        return window instanceof Window.Batch batch ? batch.id() : latestBatch;
    }

    /** What a window of new rows promises, in words; null for other windows. */
    public String guarantee() {
        return increment == null ? null : increment.bound().guarantee();
    }

    /** The first day whose rows the run may have; null for any. */
    public FirstDay firstDay() {
        return from == null ? null : from.first();
    }

    /** Likewise in words, with the column that tells the day; empty for any. */
    public Optional<String> rowsFrom() {
        return Optional.ofNullable(from).map(RowsFrom::words);
    }

    /** What is left out although nobody has asked for that, in words; nothing where all is exported that was asked for. */
    public Optional<String> leftOut() {
        List<String> withheld = query.withheld();
        PiiPolicy policy = export.selection().pii();
        String why = policy == PiiPolicy.EXCLUDE
                ? "; pii_policy = \"allow\" exports such columns"
                : ", and pii_policy = \"" + Form.lower(policy)
                        + "\" is not for their types; a transform says what becomes of one";
        return withheld.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", withheld) + (withheld.size() == 1 ? " is" : " are")
                        + " left out: marked pii" + why);
    }

    /** The columns of the files, with their types there. */
    public List<ColumnFacts> columns() {
        return query.columns().stream().map(this::facts).toList();
    }

    private ColumnFacts facts(SelectedColumn selected) {
        Column column = selected.written();
        Transform transform = selected.transform();
        return new ColumnFacts(
                column.name(),
                column.type().toString(),
                format.targetType(column),
                transform == null ? null : Form.lower(transform.method()),
                transform == null ? null : transform.keyId(),
                null);
    }

    /** The columns that transforms leave out. */
    public List<String> excluded() {
        return export.transforms().stream()
                .filter(transform -> transform.method() == Transform.Method.EXCLUDE)
                .flatMap(transform -> transform.columns().stream())
                .toList();
    }

    /** What becomes of a column's values before they leave, in words; empty where they leave as they are. */
    public String leaves(String column) {
        return query.columns().stream()
                .filter(selected -> selected.label().equals(column) && selected.transform() != null)
                .map(selected -> selected.transform().words())
                .findFirst()
                .orElse("");
    }

    private FileColumns fileColumns() {
        return new FileColumns(export, source, query, key, deliveries);
    }

    /** Refuses columns in paths by which no file can go. */
    void checkFileColumns() {
        fileColumns().check();
    }

    /** How files are written: without the columns that paths alone tell of. */
    public RowFormat fileFormat() {
        return fileColumns().format(format);
    }

    /** How rows are divided among files by the values of columns; null where they are not. */
    public DivisionByValue division(RowSchema schema) {
        return fileColumns().division(schema, format);
    }

    /** Tells where one span of rows ends and with it a file: of time, or of rows that are gone; null where files end elsewhere alone. */
    public Spans spans() {
        return key.recordType() == null
                ? timeSpans()
                : new GoneSpans(query.columns().indexOf(key.recordType()), timeSpans());
    }

    private TimeSpans timeSpans() {
        Split.Chunks chunks = export.split().chunks();
        if (chunks == null) {
            return null;
        }
        // a column of the report has been looked for when its rows were ordered
        String name = export.report() == null
                ? source.column("chunk_by", chunks.column()).name()
                : chunks.column();
        for (int i = 0; i < query.columns().size(); i++) {
            SourceColumn column = query.columns().get(i).source();
            if (column.name().equals(name)) {
                return new TimeSpans(i, column.type().kind(), chunks.every(), logicalTime.getZone());
            }
        }
        throw WaybillException.refusal(
                "chunk_by: column " + chunks.column() + " is not among those that are exported; add it to columns");
    }
}
