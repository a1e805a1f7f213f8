package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.ChangeSql;
import io.waybill.database.DatabaseIdentity;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.feed.BatchRows;
import io.waybill.feed.FeedBatch;
import io.waybill.feed.FeedPlan;
import io.waybill.feed.FeedTables;
import io.waybill.feed.NetChanges;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Feed;
import io.waybill.flow.Filter;
import io.waybill.flow.Order;
import io.waybill.flow.Selection;
import io.waybill.flow.Values;
import io.waybill.flow.Window;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Watermark;
import io.waybill.query.Catalog;
import io.waybill.query.ModeRules;
import io.waybill.query.Query;
import io.waybill.query.QueryPlanner;
import io.waybill.query.UpperBound.Bound;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An export of what has changed in a table since its last run. Each of its runs writes a batch of changes into tables of the flow's own, as
 * a feed does, and exports all batches that no committed run has exported: the watermark is the number of the last of them.
 */
public record ChangesExport(Planner planner) {

    /** The columns that the changes have beside those of their source, and files have where they are named. */
    private static final List<String> UNASKED = List.of(DataSetKind.BATCH_ID, "xt_valid_from");

    private Planner.Subject subject() {
        return planner.subject();
    }

    /** What finds the changes. */
    public FeedPlanner feed() {
        Feed feed = subject().export().changes();
        return new FeedPlanner(
                subject().flow(),
                subject().namespace(),
                feed,
                subject().dataSet(),
                subject().datasource(),
                subject().export().hidesValues(subject().dataSet()),
                subject().export().selection().transformed(),
                planner.means().database());
    }

    /**
     * Checks that a batch may be written now; changes nothing.
     *
     * @return how it is to be written
     * @throws WaybillException when it may not; the message says what to change
     */
    public FeedPlan check() {
        return planner.ask(Stage.PLAN, (connection, catalog) -> {
            FeedPlan plan = plan(connection, catalog);
            watermark(connection, plan, latest(connection, catalog));
            return plan;
        });
    }

    private FeedPlan plan(Connection connection, Catalog catalog) throws SQLException {
        if (catalog.database().changes().isEmpty()) {
            throw WaybillException.refusal("since_last_export: \"changes\" is refused: "
                    + ChangeSql.unknown(catalog.database()).getMessage()
                    + "; allowed there: true, with a column that grows with each change as watermark");
        }
        FeedPlan plan = feed().plan(connection, catalog);
        ModeRules.refusalOfChanges(plan.source().kind(), plan.source().id()).ifPresent(refusal -> {
            throw WaybillException.refusal(refusal);
        });
        return plan;
    }

    private BatchRows batches(Connection connection, Catalog catalog) throws SQLException {
        return new BatchRows(connection, FeedPlanner.sql(catalog), feed().tables(catalog));
    }

    private Optional<FeedBatch> latest(Connection connection, Catalog catalog) throws SQLException {
        BatchRows batches = batches(connection, catalog);
        return batches.areThere() ? batches.latest() : Optional.empty();
    }

    /** The flow's watermark, where it is one that the flow may go on from; null where there is none. */
    private Watermark watermark(Connection connection, FeedPlan plan, Optional<FeedBatch> latest) throws SQLException {
        Ledger ledger = planner.means().ledger().get();
        new EarlierExports(ledger, subject().flow())
                .refuseUnknown(subject().export().deliveries(), planner.means().destinations());
        Watermark before = ledger.watermarks().find(subject().flow()).orElse(null);
        Increment.refuseOther(before, subject().flow(), plan.source(), DataSetKind.BATCH_ID);
        if (before == null) {
            return null;
        }
        DatabaseIdentity now = DatabaseIdentity.of(connection);
        ledger.watermarks().source(subject().flow()).ifPresent(then -> Increment.refuseOther(then, now, before));
        if (latest.isPresent() && latest.get().id() < number(before)) {
            throw WaybillException.refusal("since_last_export: the last batch in table "
                    + plan.tables().batches() + " is " + latest.get().id() + ", and flow \""
                    + subject().flow()
                    + "\" has exported batch " + before.value()
                    + ": the database was put back. What has changed since is not known; waybill feed drop "
                    + subject().flow() + " begins anew, with all rows as new ones");
        }
        return before;
    }

    private static long number(Watermark watermark) {
        return Long.parseLong(watermark.value());
    }

    /**
     * Selects the rows of a run whose batch is written, or those that the next one would have.
     *
     * @param filters with nothing in them that is still to be resolved
     */
    Selected select(
            Planner.Request request, ExportMode mode, List<Filter> filters, Connection connection, Catalog catalog)
            throws SQLException {
        refuseOther(request, mode);
        FeedPlan plan = plan(connection, catalog);
        Optional<FeedBatch> latest = latest(connection, catalog);
        Optional<Source> there = source(connection, catalog, plan);
        Source source = there.orElseGet(() -> toBeMade(plan));
        Increment increment = null;
        Window.Range window = (Window.Range) request.window();
        if (window == null) {
            increment = increment(request, plan, latest, connection);
            window = increment.window();
        } else if (latest.isEmpty()
                || batches(connection, catalog).of(upTo(window)).isEmpty()) {
            throw WaybillException.refusal("rerun: batch " + window.upTo() + " of flow \""
                    + subject().flow() + "\" is gone, with the tables that it was in");
        }
        boolean isSeveral =
                latest.isPresent() && isOfSeveral(connection, catalog, window, increment != null && request.estimate());
        RowKey.Wanted wanted = RowKey.Wanted.by(planner, source);
        wanted.planner(request, mode); // refuses what does not go with it: here, each row is there once by other means
        boolean isNet =
                !wanted.isNothing() || !subject().export().expectations().isEmpty();
        if (isSeveral && there.isPresent() && isNet) {
            source = net(source, plan, window);
        }
        List<Order> order = order(subject().export().orderBy(), isSeveral);
        Query query = new QueryPlanner(source)
                .plan(
                        mode,
                        window,
                        selection(subject().export().selection()),
                        filters,
                        wanted.order(order),
                        request.logicalTime(),
                        0);
        return new Selected(source, window.upTo(), increment, null, window, query, wanted.of(query), there.isPresent());
    }

    private Increment increment(
            Planner.Request request, FeedPlan plan, Optional<FeedBatch> latest, Connection connection)
            throws SQLException {
        Watermark before = watermark(connection, plan, latest);
        long last = latest.map(FeedBatch::id).orElse(before == null ? 0 : number(before));
        Window.Range window = new Window.Range(
                DataSetKind.BATCH_ID,
                before == null ? null : before.value(),
                Long.toString(request.estimate() ? last + 1 : last),
                false);
        return new Increment(
                window,
                before == null ? 0 : before.version(),
                new Bound(window.upTo(), plan.guarantee(), null, null, List.of()),
                notes(plan, latest),
                DatabaseIdentity.of(connection));
    }

    /**
     * What has to hold has to hold of what a row is now: a batch that did not hold it stays among those that are still to go out, and so
     * does, behind it, the one that mends it.
     */
    private Source net(Source changes, FeedPlan plan, Window.Range window) {
        ChangeSql sql = changes.database().changes().orElseThrow();
        long delivered = planner
                .means()
                .ledger()
                .get()
                .watermarks()
                .deliveredBefore(subject().flow(), window)
                .stream()
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
        return new Source(
                changes.id(),
                changes.kind(),
                changes.database(),
                new NetChanges(plan, sql).relation(after(window), upTo(window), delivered),
                Source.QUERY,
                changes.key(),
                changes.columns());
    }

    private static long after(Window.Range window) {
        return window.after() == null ? 0 : Long.parseLong(window.after());
    }

    private static long upTo(Window.Range window) {
        return Long.parseLong(window.upTo());
    }

    /** @param andNext whether the next batch comes behind those that there are */
    private boolean isOfSeveral(Connection connection, Catalog catalog, Window.Range window, boolean andNext)
            throws SQLException {
        return batches(connection, catalog).withRows(after(window), upTo(window)) > (andNext ? 0 : 1);
    }

    private void refuseOther(Planner.Request request, ExportMode mode) {
        if (mode != ExportMode.CHANGES_ONLY) {
            throw refused("mode: \"" + mode.label() + "\" does not go with it");
        }
        if (request.batchId() != null) {
            throw refused("batch_id: the flow counts its batches itself");
        }
        if (request.window() instanceof Window.Slice) {
            throw refused("backfill: what has changed in past times is not known");
        }
        boolean isOfBatches = request.window() instanceof Window.Range range
                && range.column().equals(DataSetKind.BATCH_ID)
                && range.upTo() != null;
        if (request.window() != null && !isOfBatches) {
            throw refused("rerun: that run had " + request.window().words() + ", and no changes");
        }
    }

    private WaybillException refused(String why) {
        return WaybillException.refusal(why + "; flow \"" + subject().flow()
                + "\" exports what has changed since its last run: since_last_export = \"changes\"");
    }

    /** The table of the changes; empty where no run has made it yet. */
    private Optional<Source> source(Connection connection, Catalog catalog, FeedPlan plan) throws SQLException {
        FeedTables tables = plan.tables();
        ChangeSql sql = FeedPlanner.sql(catalog);
        if (!tables.existing(connection, sql).contains(tables.output())) {
            return Optional.empty();
        }
        DataSet declared = subject().dataSet();
        List<DeclaredColumn> types = declared.columns().stream()
                .filter(column ->
                        plan.columns().stream().anyMatch(known -> known.name().equals(column.name())))
                .toList();
        Source found = catalog.find(
                new DataSet(
                        Values.NONE
                                .with(DataSetKeys.ID, declared.id())
                                .with(DataSetKeys.TABLE, tables.output())
                                .with(DataSetKeys.KIND, DataSetKind.CHANGE_FEED),
                        types,
                        declared.place()),
                tables.schema());
        List<SourceColumn> columns = new ArrayList<>();
        columns.add(found.column("columns", DataSetKind.RECORD_TYPE));
        plan.columns().forEach(column -> columns.add(as(column, found.column("columns", column.name()), plan)));
        UNASKED.forEach(name -> columns.add(found.column("columns", name)));
        return Optional.of(new Source(
                found.id(), found.kind(), found.database(), found.relation(), found.location(), key(plan), columns));
    }

    private static List<String> key(FeedPlan plan) {
        return plan.key().stream().map(SourceColumn::name).toList();
    }

    /** A column of the changes, with what is known of it by its source: a change may be without a value that each row has. */
    private static SourceColumn as(SourceColumn source, SourceColumn change, FeedPlan plan) {
        return new SourceColumn(
                change.name(),
                change.type(),
                change.found(),
                change.nativeType(),
                change.nullable(),
                plan.key().contains(source),
                source.pii(),
                source.required() || !source.nullable());
    }

    /** As the first run makes it. */
    private static Source toBeMade(FeedPlan plan) {
        List<SourceColumn> columns = new ArrayList<>();
        columns.add(own(DataSetKind.RECORD_TYPE, ColumnType.TEXT));
        plan.columns()
                .forEach(column ->
                        columns.add(as(column, column.nullable(!plan.key().contains(column)), plan)));
        columns.add(own(UNASKED.get(0), ColumnType.INT64));
        columns.add(own(UNASKED.get(1), ColumnType.instant(6)));
        Source source = plan.source();
        ChangeSql sql = source.database().changes().orElseThrow();
        return new Source(
                source.id(),
                DataSetKind.CHANGE_FEED,
                source.database(),
                sql.qualified(plan.tables().schema(), plan.tables().output()),
                Source.TABLE + plan.tables().place(),
                key(plan),
                columns);
    }

    private static SourceColumn own(String name, ColumnType type) {
        return new SourceColumn(name, type, type, type.toString(), false, false, false, false);
    }

    private static List<String> notes(FeedPlan plan, Optional<FeedBatch> latest) {
        List<String> notes = new ArrayList<>();
        notes.add("changes of " + plan.source().location() + ", by the key " + String.join(", ", key(plan)) + "; "
                + plan.strategy());
        notes.add("deletions: " + plan.deletions());
        notes.add("state in " + plan.tables().state() + ", batches in "
                + plan.tables().batches()
                + latest.map(batch -> "; the last one is " + batch.id() + ": "
                                + batch.counts().words())
                        .orElse("; the first run makes the tables, and exports all rows as new ones"));
        plan.marked().ifPresent(words -> notes.add("marked pii: " + words));
        if (plan.log() != null) {
            notes.add("log: " + plan.logState());
        }
        return notes;
    }

    /** The columns that files have: those of the batches are there where they are named. */
    private static Selection selection(Selection asked) {
        if (!asked.columns().isEmpty()) {
            return asked;
        }
        List<String> exclude = new ArrayList<>(asked.exclude());
        exclude.addAll(UNASKED);
        return asked.excluding(exclude);
    }

    /** Who does what the rows say, one after the other, has the table. */
    private static List<Order> order(List<Order> asked, boolean several) {
        List<Order> order = new ArrayList<>(asked);
        if (several) {
            order.add(0, new Order(DataSetKind.BATCH_ID, false));
        }
        return order;
    }

    /**
     * Checks a batch's number that is to become the flow's watermark.
     *
     * @throws WaybillException when it is none of a batch that there is
     */
    Planner.Tracked tracked(String value) {
        return planner.ask(Stage.PLAN, (connection, catalog) -> {
            long latest = latest(connection, catalog).map(FeedBatch::id).orElse(0L);
            long number;
            try {
                number = value.equals("0") ? 0 : Feed.batchId(value);
            } catch (IllegalArgumentException e) {
                throw WaybillException.refusal("watermark: " + e.getMessage(), e);
            }
            if (number > latest) {
                throw WaybillException.refusal("watermark: there is no batch " + value + " of flow \""
                        + subject().flow() + "\"; " + (latest == 0 ? "it has none yet" : "the last one is " + latest));
            }
            return new Planner.Tracked(subject().dataSet().id(), DataSetKind.BATCH_ID, Long.toString(number));
        });
    }
}
