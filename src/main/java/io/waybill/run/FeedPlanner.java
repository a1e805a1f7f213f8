package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.ChangeLog;
import io.waybill.database.ChangeSql;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.feed.BatchRows;
import io.waybill.feed.BatchWriter;
import io.waybill.feed.FeedBatch;
import io.waybill.feed.FeedPlan;
import io.waybill.feed.FeedTables;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Feed;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FeedKeys.Strategy;
import io.waybill.query.Catalog;
import io.waybill.query.MarksBeneath;
import io.waybill.rows.AwaitedAnswers;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Plans the batches of a feed: finds its source, its columns, and where its tables are.
 *
 * @param flow the flow's id
 * @param namespace its group
 * @param dataSet as it is declared, or {@link DataSet#undeclared}
 * @param datasource the data source's name
 * @param hidesValues whether what drivers quote is not to be told
 * @param treated the names, in any case, of columns whose values leave in another form
 */
public record FeedPlanner(
        String flow,
        String namespace,
        Feed feed,
        DataSet dataSet,
        String datasource,
        boolean hidesValues,
        Set<String> treated,
        Supplier<DataSource> database) {

    /**
     * Plans a batch; changes nothing.
     *
     * @throws WaybillException when it cannot run as it is; the message says what to change
     */
    public FeedPlan plan() {
        return plan(new AwaitedAnswers());
    }

    /**
     * Likewise, for a run.
     *
     * @param answers those of the run
     */
    public FeedPlan plan(AwaitedAnswers answers) {
        try {
            return ask(answers, this::plan);
        } catch (WaybillException e) {
            throw answers.told(e);
        }
    }

    /** The last batch; empty where the flow has not run yet. */
    public Optional<FeedBatch> latest() {
        return ask(this::latest);
    }

    private Optional<FeedBatch> latest(Connection connection, Catalog catalog) throws SQLException {
        BatchRows batches = new BatchRows(connection, sql(catalog), tables(catalog));
        return batches.areThere() ? batches.latest() : Optional.empty();
    }

    /** The batch that a run has written; empty where it has not. */
    public Optional<FeedBatch> writtenBy(String runId) {
        return ask((connection, catalog) -> new BatchRows(connection, sql(catalog), tables(catalog)).ofRun(runId));
    }

    /** Notes that the flows behind this one have run after all batches up to that one. */
    public void followed(long batch) {
        ask((connection, catalog) -> {
            new BatchRows(connection, sql(catalog), tables(catalog)).followed(batch);
            return batch;
        });
    }

    /** How many changes there are that they have not run after. */
    public long notFollowed() {
        return ask((connection, catalog) -> new BatchRows(connection, sql(catalog), tables(catalog)).notFollowed());
    }

    /**
     * Removes the flow's tables.
     *
     * @return the names of those that were there
     */
    public List<String> drop() {
        return ask((connection, catalog) -> {
            List<String> removed = new ArrayList<>(tables(catalog).drop(connection, sql(catalog)));
            Optional<ChangeLog> log = logThatIsThere(connection, catalog);
            if (log.isPresent()) {
                log.get().drop(connection);
                removed.add(words(log.get()));
            }
            return removed;
        });
    }

    /** The names of the tables that there are, and of its log. */
    public List<String> tables() {
        return ask((connection, catalog) -> {
            List<String> there = new ArrayList<>(tables(catalog).existing(connection, sql(catalog)));
            logThatIsThere(connection, catalog).map(FeedPlanner::words).ifPresent(there::add);
            return there;
        });
    }

    /** The flow's log on the server, whatever its source and its strategy are by now. */
    private Optional<ChangeLog> logThatIsThere(Connection connection, Catalog catalog) throws SQLException {
        Optional<ChangeLog> log =
                sql(catalog).log(connection, "", tables(catalog).schema(), flow);
        return log.isPresent() && log.get().isThere(connection) ? log : Optional.empty();
    }

    private static String words(ChangeLog log) {
        return "replication slot " + log.name();
    }

    /** The data set that the numbers of its batches are kept as the watermark of. */
    String numbered() {
        return feed.isOfExport() ? dataSet.id() : FeedTables.of(flow, feed, "").output();
    }

    /** What writes a batch; it is closed by whoever asks for it. */
    public BatchWriter writer(FeedPlan plan) throws SQLException {
        return BatchWriter.open(plan, database.get());
    }

    /** Something that the database did. */
    public WaybillException failure(Stage stage, SQLException cause) {
        return SqlFailure.of(stage, "data source " + datasource, cause, hidesValues);
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(Connection connection, Catalog catalog) throws SQLException;
    }

    /** Asks what is to be known of a run that was cancelled, too. */
    private <T> T ask(Question<T> question) {
        return ask(new AwaitedAnswers(), question);
    }

    private <T> T ask(AwaitedAnswers answers, Question<T> question) {
        try (Connection lent = database.get().getConnection();
                Connection connection = answers.watched(lent)) {
            T answer = question.ask(connection, new Catalog(connection, datasource));
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return answer;
        } catch (SQLException e) {
            throw failure(Stage.PLAN, e);
        }
    }

    static ChangeSql sql(Catalog catalog) {
        return catalog.database().changes().orElseThrow(() -> ChangeSql.unknown(catalog.database()));
    }

    /** In the namespace's schema where there is one, else in the connection's. */
    FeedTables tables(Catalog catalog) throws SQLException {
        return FeedTables.of(flow, feed, catalog.schemas(namespace).get(0));
    }

    FeedPlan plan(Connection connection, Catalog catalog) throws SQLException {
        sql(catalog);
        Source source = catalog.find(dataSet, namespace);
        List<String> key = feed.get(FeedKeys.PRIMARY_KEY).isEmpty() ? source.key() : feed.get(FeedKeys.PRIMARY_KEY);
        if (key.isEmpty()) {
            throw WaybillException.refusal(feed.at(FeedKeys.PRIMARY_KEY) + ": is missing, and " + source.location()
                    + " has none; name the columns that tell its rows apart"
                    + (feed.isOfExport() ? "" : " in [input]"));
        }
        List<SourceColumn> keys = key.stream()
                .map(name -> source.column(feed.at(FeedKeys.PRIMARY_KEY), name))
                .toList();
        for (SourceColumn column : keys) {
            String problem = sql(catalog).keyProblem(column);
            if (problem != null) {
                throw WaybillException.refusal(
                        feed.at(FeedKeys.PRIMARY_KEY) + ": column " + column.name() + " is " + problem);
            }
        }
        List<SourceColumn> columns = columns(source, keys);
        List<String> compare = feed.get(FeedKeys.COMPARE_COLUMNS);
        boolean isFoundKey = dataSet.get(DataSetKeys.PRIMARY_KEY).isEmpty();
        FeedPlan plan = new FeedPlan(
                flow,
                feed,
                datasource,
                hidesValues || source.isMarked(),
                treated,
                source,
                tables(catalog),
                columns,
                keys,
                isFoundKey
                        && source.isTable()
                        && !source.key().isEmpty()
                        && key.containsAll(source.key())
                        && sql(catalog).isKeyOfAllRows(connection, source.relation()),
                compare.isEmpty()
                        ? columns.stream()
                                .filter(column -> !keys.contains(column))
                                .toList()
                        : compare.stream()
                                .map(name -> among(columns, feed.at(FeedKeys.COMPARE_COLUMNS), source, name))
                                .toList(),
                updatedAt(source, columns),
                log(connection, catalog, source, key),
                MarksBeneath.of(dataSet, source));
        plan.refuseOtherSource(connection, sql(catalog));
        plan.refuseOtherKey(connection, sql(catalog));
        return plan;
    }

    private FeedPlan.LogOfSource log(Connection connection, Catalog catalog, Source source, List<String> key)
            throws SQLException {
        if (feed.get(FeedKeys.STRATEGY) != Strategy.LOG) {
            return null;
        }
        ChangeLog log = source.isQuery()
                ? null
                : sql(catalog)
                        .log(connection, source.relation(), tables(catalog).schema(), flow)
                        .orElse(null);
        String problem = log == null
                ? "it reads the log of a table of PostgreSQL, and " + source.location() + " is none"
                : log.problem(connection, key);
        if (problem != null) {
            throw WaybillException.refusal(feed.at(FeedKeys.STRATEGY) + ": \"log\" does not go: " + problem);
        }
        return new FeedPlan.LogOfSource(
                log, FeedBatch.log(log.state(connection), latest(connection, catalog)), log.held(connection));
    }

    /** Those that are named, else all. */
    private List<SourceColumn> columns(Source source, List<SourceColumn> keys) {
        if (feed.columns().isEmpty()) {
            return source.columns();
        }
        List<SourceColumn> columns = feed.columns().stream()
                .map(declared -> declared(source, declared))
                .toList();
        keys.forEach(column -> among(columns, feed.at(FeedKeys.PRIMARY_KEY), source, column.name()));
        return columns;
    }

    private static SourceColumn declared(Source source, DeclaredColumn declared) {
        SourceColumn column = source.column("columns", declared.name());
        ColumnType type = declared.type();
        if (type != null
                && family(type) != family(column.type())
                && type.kind() != column.type().kind()) {
            throw WaybillException.refusal("columns: " + declared.name() + " is declared as " + type + ", and is "
                    + column.type() + " in " + source.location());
        }
        return column;
    }

    /** Types that may stand for each other: what one database calls decimal, another calls integer. */
    private static int family(ColumnType type) {
        return switch (type.kind()) {
            case INT16, INT32, INT64, DECIMAL, FLOAT32, FLOAT64, BOOLEAN -> 1;
            case TEXT, JSON, UUID -> 2;
            case DATE, TIMESTAMP, INSTANT -> 3;
            case BINARY -> 4;
            case TIME -> 5;
            case ARRAY -> 6;
        };
    }

    private static SourceColumn among(List<SourceColumn> columns, String key, Source source, String name) {
        SourceColumn column = source.column(key, name);
        if (!columns.contains(column)) {
            throw WaybillException.refusal(key + ": \"" + name + "\" is not among the columns of the feed");
        }
        return column;
    }

    private SourceColumn updatedAt(Source source, List<SourceColumn> columns) {
        String name = feed.get(FeedKeys.UPDATED_AT);
        if (name == null) {
            return null;
        }
        SourceColumn column = among(columns, feed.at(FeedKeys.UPDATED_AT), source, name);
        if (!column.type().isTimed() && !column.type().isNumber()) {
            throw WaybillException.refusal(feed.at(FeedKeys.UPDATED_AT) + ": column " + column.name() + " is "
                    + column.type() + "; a time, a date or a number that grows is needed");
        }
        return column;
    }
}
