package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.flow.Engine;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Filter;
import io.waybill.flow.Window;
import io.waybill.query.Batches;
import io.waybill.query.Catalog;
import io.waybill.query.Query;
import io.waybill.query.RangePlanner;
import io.waybill.query.RangePlanner.Division;
import io.waybill.query.Reading;
import io.waybill.query.ReportPlanner;
import io.waybill.query.SharedRanges;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The rows of a run, and nothing of where they go.
 *
 * @param source where they are
 * @param latest the highest batch; null where there is none, or nobody asks
 * @param increment what a window of new rows promises; null for other windows
 * @param from the first day whose rows they may be; null for any
 * @param key by which they take the place of others
 * @param isThere whether there is such a source yet
 */
record Selected(
        Source source,
        Object latest,
        Increment increment,
        RowsFrom from,
        Window window,
        Query query,
        RowKey key,
        boolean isThere) {

    /**
     * Finds the rows of a run.
     *
     * @param batchId the batch of a run of one; null for none
     * @throws WaybillException when the run cannot have them; the message says what to change
     */
    static Selected of(
            Planner planner,
            Planner.Request request,
            ExportMode mode,
            Object batchId,
            Connection connection,
            Catalog catalog)
            throws SQLException {
        Planner.Subject subject = planner.subject();
        Export export = subject.export();
        if (export.changes() != null) {
            RowsFrom.refuseChanges(request);
            Selected changes =
                    planner.changes().select(request, mode, planner.resolved(export.filters()), connection, catalog);
            LeavingColumns.refuseBatches(export, changes.source());
            new LeavingColumns(changes.query()).refuseTelling(export, changes.source(), changes.window());
            return changes;
        }
        Source source = catalog.found(subject.dataSet(), subject.namespace());
        if (export.sinceLast() != null && mode != ExportMode.BATCH && request.window() == null) {
            LeavingColumns.refuseBounds(export, source, Increment.column(source, subject.dataSet()));
        }
        LeavingColumns.refuseBatches(export, source);
        Windows windows = new Windows(export, subject.dataSet());
        Object latest = windows.latest(connection, mode, source, request);
        Increment increment = Increment.of(planner, connection, mode, source, request);
        Window window =
                increment == null ? windows.of(mode, source, batchId, latest, request.window()) : increment.window();
        RowsFrom from = RowsFrom.of(planner, request, source, increment);
        List<Filter> filters = RowsFrom.beside(planner.resolved(export.filters()), from);
        RowKey.Wanted wanted = RowKey.Wanted.by(planner, source);
        Query query = export.report() == null
                ? wanted.planner(request, mode)
                        .plan(
                                mode,
                                window,
                                export.selection(),
                                filters,
                                wanted.order(new RowOrder(export).of(source)),
                                request.logicalTime(),
                                export.get(ExportKeys.LIMIT))
                : new ReportPlanner(connection, source, export.report(), export.selection(), request.logicalTime())
                        .plan(
                                mode,
                                window,
                                filters,
                                planner.resolved(export.report().having()),
                                new RowOrder(export)::of,
                                export.get(ExportKeys.LIMIT));
        new LeavingColumns(query).refuseTelling(export, source, window);
        if (mode == ExportMode.BATCH && window instanceof Window.Batch batch && batch.id() != null) {
            new Batches(connection, source).refuseMissing(batch.id());
        }
        return new Selected(source, latest, increment, from, window, query, wanted.of(query), true);
    }

    /** How they are read: by how many readers, where they can be divided. */
    Reading reading(Connection connection, Export export) throws SQLException {
        if (export.engine() == Engine.PUSHDOWN) {
            return new PushedQuery(export, source, query).reading(connection);
        }
        if (export.isDivided()) {
            int processes = export.get(ExportKeys.PROCESSES).intValue();
            boolean oneSnapshot = export.get(ExportKeys.SNAPSHOT) == Export.Snapshot.SHARED;
            SharedRanges ranges =
                    new RangePlanner(connection, source).share(query, export.selection(), processes, oneSnapshot);
            return Reading.shared(query, ranges, export.get(ExportKeys.READER), processes);
        }
        int readers = export.get(ExportKeys.PARALLELISM).intValue();
        Division division = null;
        if (readers > 1 && !isThere) {
            division = Division.none("there is nothing to divide yet");
        } else if (readers > 1) {
            division = export.report() == null
                    ? new RangePlanner(connection, source).divide(query, readers)
                    : Division.none("the groups of a report are made of all rows");
        }
        return export.engine() == Engine.SPARK
                ? Reading.bySpark(source, query, export.get(ExportKeys.READER), readers, division)
                : Reading.of(source, query, export.get(ExportKeys.READER), readers, division);
    }
}
