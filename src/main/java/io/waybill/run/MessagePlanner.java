package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.contract.Contract;
import io.waybill.database.Estimate;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Standard;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.Encryption;
import io.waybill.flow.Export;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Window;
import io.waybill.part.FileCoding;
import io.waybill.query.Query;
import io.waybill.query.QueryPlanner;
import io.waybill.query.Reading;
import io.waybill.rows.Column;
import io.waybill.rows.RowSchema;
import java.util.List;
import java.util.Optional;

/** Plans the runs of an export of rows that somebody has: there is no query, and no database to ask. */
public record MessagePlanner(Planner planner) {

    /** What waybills have in the place of a query. */
    private static final String NO_QUERY = "-- the rows of a message";

    /**
     * Plans a run.
     *
     * @param schema of the rows
     * @throws WaybillException when it cannot run as it is; the message says what to change
     */
    public Plan plan(Planner.Request request, RowSchema schema) {
        Planner.Subject subject = planner.subject();
        Planner.Means means = planner.means();
        Export export = subject.export();
        if (!export.dateLimit().isNone() || request.firstDay() != null) {
            throw WaybillException.refusal(
                    "nobody knows of which day the rows of a message are: not_before, last_days and"
                            + " grants with dates are for rows of a database");
        }
        Source source = source(subject.dataSet(), schema);
        Query query = query(source, request);
        RowKey.Wanted wanted = RowKey.Wanted.by(planner, source);
        wanted.planner(request, ExportMode.FULL);
        RowKey key = wanted.of(query);
        if (query.columns().size() < schema.size()) {
            throw WaybillException.refusal(
                    "transform: the rows of a message leave with all their columns; leave a column out of the message");
        }
        Window window = new Window.Everything();
        Contract contract = new PlannedContract(subject, means, request.logicalTime())
                .of(source, source, query, ExportMode.FULL, window, false, false);
        if (contract.asksTheDatabase()) {
            throw WaybillException.refusal(
                    "expect: a query is asked of a database, and the rows of a message are in none");
        }
        RunVariables variables = new RunVariables(subject, request, ExportMode.FULL, source, null);
        List<PlannedDelivery> deliveries = new DeliveryPlanner(subject, means, key).plan(variables);
        return new Plan(
                subject.flow(),
                export,
                request.runId(),
                request.logicalTime(),
                ExportMode.FULL,
                window,
                null,
                null,
                null,
                subject.datasource(),
                source,
                query,
                key,
                new Reading(null, "the rows of a message"),
                subject.dataSet().limits(),
                contract,
                new NumberedColumns(query, key, deliveries)
                        .of(new LeavingColumns(query)
                                .written(
                                        means.format().get(),
                                        means.keys(),
                                        request.logicalTime().getZone())),
                FileCoding.of(
                        export.compression(),
                        Encryption.of(export.values(), means.placeholders()),
                        request.logicalTime().toInstant()),
                deliveries,
                Estimate.UNKNOWN,
                export.hidesValues(subject.dataSet()),
                Optional.empty(),
                null);
    }

    private static Source source(DataSet dataSet, RowSchema schema) {
        List<SourceColumn> columns =
                schema.columns().stream().map(MessagePlanner::column).toList();
        return new Source(
                dataSet.id(),
                DataSetKind.PLAIN,
                new Standard(),
                dataSet.id(),
                "message",
                dataSet.get(DataSetKeys.PRIMARY_KEY),
                columns);
    }

    private static SourceColumn column(Column column) {
        return new SourceColumn(
                column.name(),
                column.type(),
                column.type(),
                column.type().toString(),
                column.nullable(),
                false,
                column.isPrivate(),
                false);
    }

    /** Which columns leave, and how: as of any other rows. */
    private Query query(Source source, Planner.Request request) {
        Query selected = new QueryPlanner(source)
                .plan(
                        ExportMode.FULL,
                        new Window.Everything(),
                        planner.subject().export().selection(),
                        List.of(),
                        List.of(),
                        request.logicalTime(),
                        0);
        return new Query(NO_QUERY, List.of(), selected.columns(), selected.withheld(), false, false, 0);
    }
}
