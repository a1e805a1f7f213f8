package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.DatabaseIdentity;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.facts.Seen;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.ExportMode;
import io.waybill.flow.SinceLast;
import io.waybill.flow.Window;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Watermark;
import io.waybill.ledger.Watermarks;
import io.waybill.query.ModeRules;
import io.waybill.query.UpperBound;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an export of what is new covers, and promises.
 *
 * @param window the rows
 * @param version the version of the watermark that the window begins at; 0 where there is none yet
 * @param bound where the window ends, and what that promises
 * @param notes what else a reader of the plan should know, in words
 * @param database where the rows are
 */
public record Increment(
        Window.Range window, long version, UpperBound.Bound bound, List<String> notes, DatabaseIdentity database) {

    public Increment {
        notes = List.copyOf(notes);
    }

    /** Whether there may be more rows, which wait for open transactions. */
    boolean isHeldBack() {
        return bound.heldBack() != null;
    }

    /** The same, with more that a reader of the plan should know. */
    Increment with(List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new Increment(window, version, bound, all, database);
    }

    /** Where the values of that column are kept. */
    private static final String KEPT = "the ledger and in waybills";

    /** The column that tells new rows from older ones. */
    static SourceColumn column(Source source, DataSet dataSet) {
        if (source.kind().hasBatches()) {
            return source.toldColumn("since_last_export", DataSetKind.BATCH_ID, KEPT);
        }
        if (dataSet.get(DataSetKeys.WATERMARK) == null) {
            throw WaybillException.refusal(
                    "since_last_export: data set \"" + source.id()
                            + "\" has no batches and no watermark; declare one in datasets.toml: watermark = \"<a column that grows>\"");
        }
        return source.toldColumn("watermark", dataSet.get(DataSetKeys.WATERMARK), KEPT);
    }

    /** Null where the run stands for other rows than those that are new. */
    static Increment of(Planner planner, Connection connection, ExportMode mode, Source source, Planner.Request request)
            throws SQLException {
        Planner.Subject subject = planner.subject();
        SinceLast since = subject.export().sinceLast();
        if (since == null || mode == ExportMode.BATCH || request.window() != null) {
            return null;
        }
        ModeRules.refusal(mode, source.kind(), source.id(), true).ifPresent(refusal -> {
            throw WaybillException.refusal(refusal);
        });
        Ledger ledger = planner.means().ledger().get();
        EarlierExports earlier = new EarlierExports(ledger, subject.flow());
        earlier.refuseUnknown(subject.export().deliveries(), planner.means().destinations());
        return read(
                        connection,
                        ledger.watermarks(),
                        subject.flow(),
                        source,
                        subject.dataSet(),
                        since,
                        !request.estimate())
                .with(earlier.notSearched(subject.export().deliveries()));
    }

    /**
     * Reads the bounds of the next window: the watermark, and how far the rows may go.
     *
     * @param patient whether to wait for open transactions, as a run does and a plan does not
     */
    static Increment read(
            Connection connection,
            Watermarks watermarks,
            String flow,
            Source source,
            DataSet dataSet,
            SinceLast since,
            boolean patient)
            throws SQLException {
        SourceColumn column = column(source, dataSet);
        Watermark before = watermarks.find(flow).orElse(null);
        refuseOther(before, flow, source, column.name());
        DatabaseIdentity database = DatabaseIdentity.of(connection);
        if (before != null) {
            watermarks.source(flow).ifPresent(reached -> refuseOther(reached, database, before));
        }
        String after = before == null ? null : before.value();
        Seen earlier = watermarks.observation(flow, source.id(), column.name()).orElse(null);
        SinceLast settings = patient ? since : new SinceLast(since.lag(), Duration.ZERO, since.nulls());
        Duration lag = since.lag() == null ? dataSet.get(DataSetKeys.WATERMARK_LAG) : since.lag();
        UpperBound.Bound bound = new UpperBound(connection, source, column, settings, lag)
                .find(new UpperBound.Reached(flow, after, before != null && before.runId() == null), earlier);
        boolean withNulls = since.nulls() == SinceLast.Nulls.FIRST && before == null && column.nullable();
        return new Increment(
                new Window.Range(column.name(), after, bound.upTo(), withNulls),
                before == null ? 0 : before.version(),
                bound,
                notes(column, since, bound),
                database);
    }

    /** The data source's settings lead to other rows than those that the watermark tells from older ones. */
    static void refuseOther(DatabaseIdentity then, DatabaseIdentity now, Watermark watermark) {
        if (!now.isSame(then)) {
            String flow = watermark.flow();
            throw WaybillException.refusal(
                    "since_last_export: the watermark of flow \"" + flow + "\" is of " + then.words()
                            + ", and its data source is now " + now.words()
                            + "; where these are other rows, waybill watermark reset " + flow
                            + " exports them all; where they are the same, waybill watermark set " + flow + " "
                            + UpperBound.argument(watermark.value()) + " goes on");
        }
    }

    /** @param before null for none */
    static void refuseOther(Watermark before, String flow, Source source, String column) {
        if (before != null
                && !(before.dataset().equals(source.id()) && before.column().equals(column))) {
            throw WaybillException.refusal(
                    "since_last_export: the watermark of flow \"" + flow + "\" is of column " + before.column()
                            + " of data set \"" + before.dataset() + "\", and the flow now exports by " + column
                            + " of \"" + source.id() + "\"; waybill watermark reset " + flow
                            + " begins again, waybill watermark set goes on from a value");
        }
    }

    private static List<String> notes(SourceColumn column, SinceLast since, UpperBound.Bound bound) {
        List<String> notes = new ArrayList<>();
        if (column.nullable()) {
            notes.add(
                    switch (since.nulls()) {
                        case EXCLUDE -> "rows whose " + column.name() + " is NULL are never exported";
                        case FIRST ->
                            "rows whose " + column.name() + " is NULL are exported once, with the first export";
                        case FAIL -> "rows whose " + column.name() + " is NULL make the run fail";
                    });
        }
        if (column.type().kind() == Kind.TEXT) {
            notes.add(
                    column.name() + " is text, and goes out in the database's order of text, as its collation has it");
        }
        if (bound.heldBack() != null) {
            notes.add(bound.heldBack());
        }
        notes.addAll(bound.warnings());
        return notes;
    }
}
