package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.contract.Contract;
import io.waybill.database.DatabaseIdentity;
import io.waybill.database.Databases;
import io.waybill.database.Estimate;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.delivery.Destination;
import io.waybill.flow.DataSet;
import io.waybill.flow.Delivery;
import io.waybill.flow.Encryption;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Filter;
import io.waybill.flow.FirstDay;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.TriggerRules;
import io.waybill.flow.Window;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.PlannedRun;
import io.waybill.part.FileCoding;
import io.waybill.privacy.PrivacyKey;
import io.waybill.query.Catalog;
import io.waybill.query.MarksBeneath;
import io.waybill.query.QueryPlanner;
import io.waybill.query.Reading;
import io.waybill.rows.AwaitedAnswers;
import io.waybill.rows.RowFormat;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** Plans the runs of an export: finds the data set, reads the upper bound of its window, writes the query and the names. */
public record Planner(Subject subject, Means means, AwaitedAnswers answers) {

    /** For who looks, and begins no run. */
    public Planner(Subject subject, Means means) {
        this(subject, means, new AwaitedAnswers());
    }

    /**
     * Whose runs are planned.
     *
     * @param flow the flow's id
     * @param namespace its group
     * @param dataSet as it is declared, or {@link DataSet#undeclared}
     * @param datasource the name of the data source that it reads
     */
    public record Subject(String flow, String namespace, Export export, DataSet dataSet, String datasource) {}

    /**
     * What is asked for when a run is planned, and not before.
     *
     * @param database the data source
     * @param placeholders resolves property placeholders
     * @param destinations opens the destination of a delivery
     * @param format how files are written
     * @param ledger what has been exported before
     * @param keys finds a key of hashes and tokens, by where it was named and its id
     * @param now what time it is, for limits that go by days
     * @param encryptsStaging whether files wait encrypted
     */
    public record Means(
            Supplier<DataSource> database,
            UnaryOperator<String> placeholders,
            Function<Delivery, Destination> destinations,
            Supplier<RowFormat> format,
            Supplier<Ledger> ledger,
            BiFunction<String, String, PrivacyKey> keys,
            Supplier<Instant> now,
            BooleanSupplier encryptsStaging) {}

    /**
     * One run to plan.
     *
     * @param runId its id
     * @param logicalTime its logical time, in the trigger's zone
     * @param mode instead of the flow's; null for that
     * @param batchId instead of the flow's; null for that
     * @param window the rows, instead of those that the flow would export now; null for those. A slice without a column is of the
     *     column that the flow goes by
     * @param estimate whether to ask the database how many rows it expects
     * @param firstDay the first day whose rows it may have besides what the flow lets leave: by the grant of the one who asks, or as the
     *     run whose rows it exports again; null for any
     */
    public record Request(
            String runId,
            ZonedDateTime logicalTime,
            ExportMode mode,
            Object batchId,
            Window window,
            boolean estimate,
            FirstDay firstDay,
            int seconds) {

        public Request(
                String runId,
                ZonedDateTime logicalTime,
                ExportMode mode,
                Object batchId,
                Window window,
                boolean estimate) {
            this(runId, logicalTime, mode, batchId, window, estimate, null, 0);
        }

        /** The same, of one whose grant is for no rows of days before one; null for any. */
        public Request from(LocalDate day) {
            boolean holds = day == null || firstDay != null && firstDay.day().isAfter(day);
            FirstDay first = holds ? firstDay : new FirstDay(day, FirstDay.By.GRANT);
            return new Request(runId, logicalTime, mode, batchId, window, estimate, first, seconds);
        }

        /** The same, for which the database is asked for rows so many seconds at a time; 0 for as long as it takes. */
        public Request within(int most) {
            return new Request(runId, logicalTime, mode, batchId, window, estimate, firstDay, most);
        }

        /** The same at a time that the ledger keeps as it is: other processes plan the run again. */
        Request toTheMillisecond() {
            return new Request(
                    runId,
                    logicalTime.truncatedTo(ChronoUnit.MILLIS),
                    mode,
                    batchId,
                    window,
                    estimate,
                    firstDay,
                    seconds);
        }

        /** A run in the flow's own way that is looked at, and not done. */
        public static Request look(String runId, ZonedDateTime now) {
            return new Request(runId, now, null, null, null, true);
        }

        /**
         * A run for the rows of an earlier one.
         *
         * @param otherwise its logical time, where that of the earlier one is not known
         */
        public static Request again(String runId, PlannedRun planned, ZonedDateTime otherwise) {
            ExportMode mode = ExportMode.parse(planned.mode());
            return new Request(
                    runId,
                    planned.logicalTime() == null
                            ? otherwise
                            : planned.logicalTime().atZone(otherwise.getZone()),
                    mode,
                    mode == ExportMode.BATCH && planned.window() instanceof Window.Batch batch ? batch.id() : null,
                    planned.window(),
                    false,
                    planned.firstDay(),
                    0);
        }
    }

    private Export export() {
        return subject.export();
    }

    private Windows windows() {
        return new Windows(export(), subject.dataSet());
    }

    /** The same, as it planned at a time. */
    Planner asOf(Instant time) {
        return new Planner(
                subject,
                new Means(
                        means.database(),
                        means.placeholders(),
                        means.destinations(),
                        means.format(),
                        means.ledger(),
                        means.keys(),
                        () -> time,
                        means.encryptsStaging()),
                answers);
    }

    /**
     * Plans a run. The database is asked about the data set, and nothing is changed.
     *
     * @throws WaybillException when it cannot run as it is; the message says what to change
     */
    public Plan plan(Request asked) {
        Request request = export().isDivided() ? asked.toTheMillisecond() : asked;
        TablesPlanner.refuseMany(export());
        PushedFiles.requirePlainStaging(subject.flow(), export(), means.encryptsStaging());
        ExportMode mode = request.mode() == null ? export().mode() : request.mode();
        Object batchId = windows().batch(mode, request);
        return ask(Stage.PLAN, (connection, catalog) -> {
            Selected rows = Selected.of(this, request, mode, batchId, connection, catalog);
            RunVariables variables =
                    new RunVariables(subject, request, mode, rows.source(), Plan.batchOf(rows.window(), rows.latest()));
            if (export().selection().pii() == PiiPolicy.STRICT) {
                new StrictColumns(rows.source(), subject.dataSet(), request.seconds()).check(connection, rows.query());
            }
            Contract contract = new PlannedContract(subject, means, request.logicalTime())
                    .of(
                            rows.source(),
                            asked(rows.source(), catalog),
                            rows.query(),
                            mode,
                            rows.window(),
                            rows.increment() != null,
                            rows.from() != null);
            contract.prepare(connection);
            Reading reading = rows.reading(connection, export());
            List<PlannedDelivery> deliveries = new DeliveryPlanner(subject, means, rows.key()).plan(variables);
            FileCoding coding = coding(request);
            Plan plan = new Plan(
                    subject.flow(),
                    export(),
                    request.runId(),
                    request.logicalTime(),
                    mode,
                    rows.window(),
                    rows.increment(),
                    rows.from(),
                    rows.latest(),
                    subject.datasource(),
                    rows.source(),
                    rows.query(),
                    rows.key(),
                    contract.asksTheDatabase() ? reading.inSnapshot(rows.source(), rows.query()) : reading,
                    subject.dataSet().limits(),
                    contract,
                    new NumberedColumns(rows.query(), rows.key(), deliveries)
                            .of(new LeavingColumns(rows.query())
                                    .written(
                                            means.format().get(),
                                            means.keys(),
                                            request.logicalTime().getZone())),
                    coding,
                    deliveries,
                    request.estimate() && export().changes() == null
                            ? catalog.estimate(rows.query(), rows.source())
                            : Estimate.UNKNOWN,
                    export().hidesValues(subject.dataSet()) || rows.source().isMarked(),
                    MarksBeneath.of(subject.dataSet(), rows.source()),
                    reading.shared() == null
                            ? null
                            : PlanDigest.of(
                                    subject,
                                    reading.shared(),
                                    coding,
                                    request.logicalTime(),
                                    deliveries,
                                    DatabaseIdentity.of(connection),
                                    Databases.of(connection).reader(connection),
                                    means.keys()));
            new DeliveryPlanner(subject, means, rows.key()).refuseOverwriting(request.estimate() ? null : rows.from());
            plan.checkFileColumns();
            plan.spans(); // refuses a column that is not there
            return plan;
        });
    }

    /** The data set as queries of a contract name it: not the table of its changes. */
    private Source asked(Source source, Catalog catalog) throws SQLException {
        return export().changes() == null || export().expectations().isEmpty()
                ? source
                : catalog.found(subject.dataSet(), subject.namespace());
    }

    /** Asks the database of a plan how many rows it expects, for somebody who watches its run. */
    public static Estimate estimate(DataSource database, Plan plan) {
        try (Connection connection = database.getConnection()) {
            return new Catalog(connection, plan.datasource()).estimate(plan.query(), plan.source());
        } catch (SQLException e) {
            throw SqlFailure.ofRows(Stage.PLAN, "data source " + plan.datasource(), e, plan.hidesValues());
        }
    }

    /** What a run is refused for that is as it was planned here, though it may be looked at; empty where it is done. */
    public Optional<String> refusal(Plan plan) {
        try {
            new DeliveryPlanner(subject, means, plan.key()).refuseOverwriting(plan.from());
            return Optional.empty();
        } catch (WaybillException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Of an export that goes by what has changed. */
    public ChangesExport changes() {
        return new ChangesExport(this);
    }

    /**
     * What a flow's watermark is of.
     *
     * @param dataset the data set
     * @param column its column
     * @param value a value of it, as the ledger keeps it
     */
    public record Tracked(String dataset, String column, String value) {}

    /**
     * Checks a value that is to become the flow's watermark.
     *
     * @throws WaybillException when the flow has no watermark, or the value is none of its column's type
     */
    public Tracked tracked(String value, ZonedDateTime now) {
        if (export().changes() != null) {
            return changes().tracked(value);
        }
        if (export().sinceLast() == null) {
            throw WaybillException.refusal(
                    "flow \"" + subject.flow() + "\" has no watermark: it does not set since_last_export = true");
        }
        return ask(Stage.PLAN, (connection, catalog) -> {
            Source source = catalog.found(subject.dataSet(), subject.namespace());
            SourceColumn column = Increment.column(source, subject.dataSet());
            LeavingColumns.refuseKept(export(), source, column);
            return new Tracked(source.id(), column.name(), new QueryPlanner(source).bound(column, value, now));
        });
    }

    /**
     * The rows that a run would export now.
     *
     * @param rows how many there are
     * @param isHeldBack whether there may be more, that wait for open transactions
     */
    public record Waiting(long rows, boolean isHeldBack) {}

    /**
     * Counts the rows that a run in the flow's own mode would export now, without waiting for any. Nobody is asked about the
     * destinations.
     *
     * @param most how many are enough
     */
    public Waiting waiting(Request request, long most) {
        if (export().changes() != null) {
            throw WaybillException.refusal("a look for new rows " + TriggerRules.WITH_CHANGES);
        }
        return ask(Stage.READ, (connection, catalog) -> {
            Selected rows =
                    Selected.of(this, request, export().mode(), export().get(ExportKeys.BATCH_ID), connection, catalog);
            long count = rows.query().count(connection, rows.source().database(), most);
            return new Waiting(
                    count, rows.increment() != null && rows.increment().isHeldBack());
        });
    }

    /** Asks the database that is read. */
    @FunctionalInterface
    interface Question<T> {

        T ask(Connection connection, Catalog catalog) throws SQLException;
    }

    /** @param stage what fails where the database does */
    <T> T ask(Stage stage, Question<T> question) {
        try (Connection lent = means.database().get().getConnection();
                Connection connection = answers.watched(lent)) {
            return question.ask(connection, new Catalog(connection, subject.datasource()));
        } catch (SQLException e) {
            throw answers.told(SqlFailure.ofRows(
                    stage, "data source " + subject.datasource(), e, export().hidesValues(subject.dataSet())));
        } catch (WaybillException e) {
            throw answers.told(e);
        }
    }

    List<Filter> resolved(List<Filter> filters) {
        return filters.stream()
                .map(filter -> filter.resolved(means.placeholders()))
                .toList();
    }

    /** Reads the keys, so that one that cannot be used is found before a row is read. */
    private FileCoding coding(Request request) {
        return FileCoding.of(
                export().compression(),
                Encryption.of(export().values(), means.placeholders()),
                request.logicalTime().toInstant());
    }
}
