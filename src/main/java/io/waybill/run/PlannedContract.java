package io.waybill.run;

import io.waybill.contract.Contract;
import io.waybill.contract.ContractPlanner;
import io.waybill.contract.ContractPlanner.Exported;
import io.waybill.contract.ContractPlanner.Last;
import io.waybill.contract.Origins;
import io.waybill.database.ResultOrigin;
import io.waybill.database.Source;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Window;
import io.waybill.query.Query;
import io.waybill.query.Query.SelectedColumn;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/** Plans what must hold of the rows of a run. */
record PlannedContract(Planner.Subject subject, Planner.Means means, ZonedDateTime now) {

    /**
     * Plans it.
     *
     * @param asked the data set as queries of the contract name it
     * @param isIncrement whether it moves the watermark
     * @param isLimited whether it has no rows of days before one: it is compared with others of that kind
     */
    Contract of(
            Source source,
            Source asked,
            Query query,
            ExportMode mode,
            Window window,
            boolean isIncrement,
            boolean isLimited) {
        List<Exported> columns =
                query.columns().stream().map(PlannedContract::exported).toList();
        // the rows of a report are others, whose keys nobody knows
        List<String> key = subject.export().report() == null ? source.key() : List.of();
        return new ContractPlanner(
                        columns,
                        key,
                        recordType(query),
                        origins(asked),
                        now,
                        means.placeholders(),
                        () -> last(mode, window, isIncrement, isLimited))
                .plan(subject.export().expectations());
    }

    /** Versions of a feed's table are rows of their own. */
    private int recordType(Query query) {
        List<String> names =
                query.columns().stream().map(column -> column.source().name()).toList();
        return subject.export().changes() == null ? -1 : names.indexOf(DataSetKind.RECORD_TYPE);
    }

    /** Of the data set itself; its columns go by the same names in the files. */
    private static Origins origins(Source source) {
        return (query, result, column) -> source.database()
                .origin(result, column, query)
                .filter(origin -> origin.relation().equals(source.relation()))
                .map(ResultOrigin::column);
    }

    private static Exported exported(SelectedColumn column) {
        return new Exported(column.label(), column.source().type(), column.isPrivate());
    }

    private Optional<Last> last(ExportMode mode, Window window, boolean isIncrement, boolean isLimited) {
        return means.ledger()
                .get()
                .quarantine()
                .lastLike(subject.flow(), mode, window, isIncrement, isLimited)
                .map(run -> new Last(run.runId(), run.rows()));
    }
}
