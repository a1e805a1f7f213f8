package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Window;
import io.waybill.query.Batches;
import java.sql.Connection;
import java.sql.SQLException;

/** Which rows a run stands for, where it does not go by a watermark. */
record Windows(Export export, DataSet dataSet) {

    /** @param asked instead of the mode's; null for that */
    Window of(ExportMode mode, Source source, Object batchId, Object latest, Window asked) {
        return asked == null ? of(mode, source, batchId, latest) : completed(asked, source);
    }

    /** A wrong mode is refused by the query's planner, which knows the kind. */
    static Window of(ExportMode mode, Source source, Object batchId, Object latest) {
        return switch (mode) {
            case BATCH -> new Window.Batch(batchId);
            case INCREMENTAL ->
                switch (source.kind()) {
                    case DELTA_TRANSACTION, BATCH_TRACKED -> new Window.Batch(latest);
                    case CHANGE_FEED, PLAIN -> new Window.Everything();
                };
            case FULL, CHANGES_ONLY -> new Window.Everything();
        };
    }

    /** The highest batch, where there are any; where it matters which one that is, they have to have an order. */
    Object latest(Connection connection, ExportMode mode, Source source, Planner.Request request) throws SQLException {
        if (!source.kind().hasBatches()) {
            return null;
        }
        Batches batches = new Batches(connection, source);
        Object latest = batches.latest();
        boolean isNamed = export.deliveries().stream()
                .anyMatch(delivery ->
                        delivery.namesFiles() && delivery.path().text().contains("{batch_id}"));
        if (request.window() == null && (mode == ExportMode.INCREMENTAL || isNamed && mode != ExportMode.BATCH)) {
            batches.refuseUnordered(latest);
        }
        return latest;
    }

    /**
     * The batch that a run is to have; null where its mode has none.
     *
     * @throws WaybillException where that is not said, or goes with another mode
     */
    Object batch(ExportMode mode, Planner.Request request) {
        if (export.changes() != null) {
            return null;
        }
        if (mode != ExportMode.BATCH && request.batchId() != null) {
            throw WaybillException.refusal("batch_id: is for mode \"batch\" alone, not for \"" + mode.label() + "\"");
        }
        Object batch = request.batchId() == null ? export.get(ExportKeys.BATCH_ID) : request.batchId();
        if (mode == ExportMode.BATCH && batch == null) {
            throw WaybillException.refusal("batch_id: is missing; mode \"batch\" exports one batch");
        }
        return batch;
    }

    /** A slice by its column's type: dates, where it holds dates. */
    Window completed(Window asked, Source source) {
        if (!(asked instanceof Window.Slice slice)) {
            return asked;
        }
        String name = slice.column();
        if (name == null && export.report() != null) {
            name = export.report().bucket() == null
                    ? dataSet.get(DataSetKeys.WATERMARK)
                    : export.report().bucket().column();
        } else if (name == null) {
            name = export.split().chunks() != null
                    ? export.split().chunks().column()
                    : dataSet.get(DataSetKeys.WATERMARK);
        }
        if (name == null) {
            throw WaybillException.refusal("backfill: data set \"" + source.id()
                    + "\" has no watermark, and the flow no chunk_by; name a column" + " (--column)");
        }
        SourceColumn column = source.toldColumn("backfill", name, "waybills and the names of files");
        if (!column.type().isTimed()) {
            throw WaybillException.refusal("backfill: column " + column.name() + " is " + column.type()
                    + ", and a backfill goes by dates or times; name another column (--column)");
        }
        boolean dates = column.type().kind() == ColumnType.Kind.DATE;
        return new Window.Slice(
                column.name(),
                dates ? date(column, slice.from()) : slice.from(),
                dates ? date(column, slice.to()) : slice.to());
    }

    private static String date(SourceColumn column, String time) {
        String date = time.replaceFirst("T00:00(:00)?$", "");
        if (date.contains("T")) {
            throw WaybillException.refusal(
                    "backfill: column " + column.name() + " holds dates, and " + time + " is within a day");
        }
        return date;
    }
}
