package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Filter;
import io.waybill.flow.Selection;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Window;
import io.waybill.query.Query;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.query.QueryPlanner;
import io.waybill.query.ReportPlanner;
import io.waybill.query.Treatments;
import io.waybill.rows.RowFormat;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The first rows of a data set as they would leave, to be looked at: no run, and none of what was exported before counts.
 *
 * @param datasource the data source's name
 * @param query asks for them
 * @param format writes each value as it leaves
 * @param leftOut the columns of the data set that leave not at all, because they are marked pii, or a transform says so
 * @param hidesValues whether what drivers quote is not to be told
 */
public record FirstRows(String datasource, Query query, RowFormat format, List<String> leftOut, boolean hidesValues) {

    public FirstRows {
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Of a data set that no flow says more of.
     *
     * @param policy what becomes of columns that are marked pii
     * @param most rows at most
     * @param filters what the rows meet
     */
    public static FirstRows of(
            Source source,
            String datasource,
            PiiPolicy policy,
            RowFormat format,
            ZonedDateTime now,
            long most,
            List<Filter> filters) {
        Selection selection = new Selection(List.of(), List.of(), Selection.Select.ALL, policy);
        Query query = new QueryPlanner(source)
                .plan(ExportMode.FULL, new Window.Everything(), selection, filters, List.of(), now, most);
        return new FirstRows(
                datasource, query, format, leftOut(query, Treatments.of(source, selection)), source.isMarked());
    }

    /**
     * Of a flow's data set, by its columns, conditions, transforms and policy.
     *
     * @param planner plans the flow's runs
     * @param format how what leaves is written, instead of the flow's own format
     * @param request when, within how many seconds, and rows of which days
     * @param most rows at most
     * @throws WaybillException where a run would be refused for what it would tell of
     */
    public static FirstRows of(Planner planner, RowFormat format, Planner.Request request, long most) {
        Planner.Subject subject = planner.subject();
        Export export = subject.export();
        return planner.ask(Stage.PLAN, (connection, catalog) -> {
            Source source = catalog.found(subject.dataSet(), subject.namespace());
            LeavingColumns.refuseBatches(export, source);
            Query query = query(planner, request, connection, source, most);
            LeavingColumns leaving = new LeavingColumns(query);
            leaving.refuseTelling(export, source, new Window.Everything());
            if (export.selection().pii() == PiiPolicy.STRICT) {
                new StrictColumns(source, subject.dataSet(), request.seconds()).check(connection, query);
            }
            return new FirstRows(
                    subject.datasource(),
                    query,
                    leaving.written(
                            format,
                            planner.means().keys(),
                            request.logicalTime().getZone()),
                    export.report() == null ? leftOut(query, Treatments.of(source, export.selection())) : List.of(),
                    export.hidesValues(subject.dataSet()) || source.isMarked());
        });
    }

    private static Query query(
            Planner planner, Planner.Request request, Connection connection, Source source, long most)
            throws SQLException {
        Export export = planner.subject().export();
        ZonedDateTime now = request.logicalTime();
        if (export.changes() != null) {
            RowsFrom.refuseChanges(request);
        }
        // modes choose among batches: where there are none, a watermark does, which does not count here
        ExportMode mode = source.kind().hasBatches() && export.changes() == null ? export.mode() : ExportMode.FULL;
        Object batch = export.get(ExportKeys.BATCH_ID);
        Window window = mode == ExportMode.BATCH && batch != null ? new Window.Batch(batch) : new Window.Everything();
        RowsFrom from = RowsFrom.of(planner, request, source, null);
        List<Filter> filters = RowsFrom.beside(planner.resolved(export.filters()), from);
        long limit = export.get(ExportKeys.LIMIT);
        long rows = limit == 0 ? most : Math.min(limit, most);
        if (export.report() != null) {
            return new ReportPlanner(connection, source, export.report(), export.selection(), now)
                    .plan(
                            mode,
                            window,
                            filters,
                            planner.resolved(export.report().having()),
                            new RowOrder(export)::of,
                            rows);
        }
        // to sort all rows for the first of them takes long, and says which they are where there is a limit alone
        return new QueryPlanner(source)
                .plan(
                        mode,
                        window,
                        export.selection(),
                        filters,
                        limit == 0 ? List.of() : new RowOrder(export).of(source),
                        now,
                        rows);
    }

    private static List<String> leftOut(Query query, Treatments treatments) {
        Set<String> shown = query.columns().stream()
                .map(SelectedColumn::source)
                .map(SourceColumn::name)
                .collect(Collectors.toSet());
        return treatments.source().columns().stream()
                .filter(column -> !shown.contains(column.name()) && treatments.of(column) != null)
                .map(SourceColumn::name)
                .toList();
    }
}
