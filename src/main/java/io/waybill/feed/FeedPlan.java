package io.waybill.feed;

import io.waybill.WaybillException;
import io.waybill.database.ChangeLog;
import io.waybill.database.ChangeSql;
import io.waybill.database.FeedComment;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.feed.FeedBatch.Method;
import io.waybill.flow.Feed;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FeedKeys.Strategy;
import io.waybill.flow.Form;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is decided before a batch is begun.
 *
 * @param flow the flow's id
 * @param datasource the data source's name
 * @param hidesValues whether what drivers quote is not to be told
 * @param treated the names, in any case, of columns whose values leave in another form
 * @param source the table, view or query that is compared
 * @param tables the flow's own
 * @param columns the columns that the feed has
 * @param key those of the key, in its order
 * @param isKeyUnique whether the database itself sees to it that no key is there twice
 * @param compared those that a change is told by where columns are compared
 * @param updatedAt the one that says when a row was changed; null with another strategy than timestamp
 * @param log what the database's log says of the source; null with another strategy than log
 * @param unfollowed what is to be said of marks that do not hold, because nobody knows what the source reads; empty where they do
 */
public record FeedPlan(
        String flow,
        Feed feed,
        String datasource,
        boolean hidesValues,
        Set<String> treated,
        Source source,
        FeedTables tables,
        List<SourceColumn> columns,
        List<SourceColumn> key,
        boolean isKeyUnique,
        List<SourceColumn> compared,
        SourceColumn updatedAt,
        LogOfSource log,
        Optional<String> unfollowed) {

    /**
     * The database's log, as it was found.
     *
     * @param kept the bytes of it that the server keeps for the flow
     */
    public record LogOfSource(ChangeLog log, ChangeLog.State state, long kept) {}

    public FeedPlan {
        treated = Set.copyOf(treated);
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        compared = List.copyOf(compared);
    }

    /** Whether values of a column are not for messages. */
    boolean isPrivate(SourceColumn column) {
        return column.pii() || treated.stream().anyMatch(column.name()::equalsIgnoreCase);
    }

    /**
     * Refuses a key that is not that of the state: such a state says nothing of the rows of this one.
     *
     * @throws WaybillException which names both
     */
    public void refuseOtherKey(Connection connection, ChangeSql sql) throws SQLException {
        if (!tables.existing(connection, sql).contains(tables.state())) {
            return;
        }
        Set<String> there = sql.key(connection, tables.schema(), tables.state());
        Set<String> wanted = key.stream().map(SourceColumn::name).collect(Collectors.toSet());
        if (!there.isEmpty() && !there.equals(wanted)) {
            throw WaybillException.refusal(feed.at(FeedKeys.PRIMARY_KEY) + ": is " + names(key)
                    + ", and the state's, in table " + tables.state() + ", is " + String.join(", ", there)
                    + "; waybill feed drop " + flow + " removes it, to begin anew");
        }
    }

    /**
     * Refuses a source that is not the one whose rows the state holds: all of them would be gone, and all of this one new. Tables of
     * before do not say it.
     *
     * @throws WaybillException which names both
     */
    public void refuseOtherSource(Connection connection, ChangeSql sql) throws SQLException {
        for (String table : List.of(tables.state(), tables.output())) {
            if (tables.existing(connection, sql).contains(table)) {
                String there =
                        sql.feedComment(connection, tables.schema(), table).of();
                if (!there.isEmpty() && !there.equals(of())) {
                    throw WaybillException.refusal("source_dataset_id: is " + of() + ", and the tables of flow " + flow
                            + " hold the rows of " + there + "; waybill feed drop " + flow
                            + " removes them, to begin anew"
                            + (there.startsWith(Source.TABLE)
                                    ? "; where " + there.substring(Source.TABLE.length())
                                            + " was only renamed, a view of its old name goes on"
                                    : ""));
                }
            }
        }
    }

    /** What its tables hold the rows of. */
    String of() {
        return FeedComment.of(source, tables.schema());
    }

    boolean hasOldValues() {
        return feed.get(FeedKeys.OLD_VALUES);
    }

    private boolean isTimestamp() {
        return feed.get(FeedKeys.STRATEGY) == Strategy.TIMESTAMP;
    }

    private long fullEvery() {
        return feed.get(FeedKeys.FULL_COMPARE_EVERY);
    }

    /** How a change is told, in words. */
    public String strategy() {
        String all = fullEvery() == 0 ? "" : ", of all rows in one of " + fullEvery() + " batches";
        if (log != null) {
            return "log: compares " + names(compared) + " of the rows that replication slot "
                    + log.log().name() + " names" + all;
        }
        return isTimestamp()
                ? "timestamp: by " + updatedAt.name()
                        + (fullEvery() == 0 ? "" : "; each " + fullEvery() + " batches one compares " + names(compared))
                : "check: compares " + names(compared);
    }

    /** What there is of the log, in words; with strategy log alone. */
    public String logState() {
        return switch (log.state()) {
            case ABSENT -> "not begun; the first batch begins it, and compares all rows";
            case WHOLE -> "the server keeps " + log.kept() / 1_000_000 + " MB of it since the last batch";
            case LOST -> "lost; the next batch stops, until waybill run " + flow + " --compare-all";
        };
    }

    /** Whether rows that are gone are seen, in words. */
    public String deletions() {
        if (feed.get(FeedKeys.DELETIONS)) {
            return (log == null ? "seen: all keys are compared" : "seen: the log names them")
                    + "; a batch that deletes more than " + feed.maxDeletes() + " stops";
        }
        return fullEvery() == 0
                ? "deletions not seen"
                : "deletions not seen but by one of " + fullEvery() + " batches, which compares all rows";
    }

    /** What is promised, in words. */
    public String guarantee() {
        String whole = "each batch is one snapshot of the source, and written whole or not at all";
        if (!isTimestamp()) {
            return "exact: " + whole
                    + (compared.size() + key.size() < columns.size()
                            ? "; a change of other columns alone is not seen"
                            : "");
        }
        return "best effort: " + whole + "; a row that changes while its " + updatedAt.name() + " stays is not seen"
                + (feed.get(FeedKeys.DELETIONS)
                        ? ""
                        : ", nor is one that is committed later than others with a later one")
                + (fullEvery() == 0 ? "" : " until all rows are compared");
    }

    /** How a batch tells what has changed, where it does not compare all columns in its turn. */
    Method method() {
        if (!isTimestamp()) {
            return log == null ? Method.CHECK : Method.LOG;
        }
        return feed.get(FeedKeys.DELETIONS) ? Method.TIMESTAMP : Method.SINCE;
    }

    /** What a row is compared by, in words; a batch by the log goes on only where the last one was by the same. */
    String compares() {
        return names(columns) + "/" + names(key) + "/" + names(compared);
    }

    /** The query that finds what has changed. */
    public String sql() {
        ChangeSql sql = source.database().changes().orElseThrow(() -> ChangeSql.unknown(source.database()));
        return new Comparison(this, sql, Map.of(), method()).select();
    }

    /** Names of columns, with commas between. */
    static String names(List<SourceColumn> columns) {
        return columns.stream().map(SourceColumn::name).collect(Collectors.joining(", "));
    }

    /** What is to be said of it: a fact, and what holds. */
    public List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(
                "data set",
                source.id() + ": " + source.location() + " of data source " + datasource + " ("
                        + source.database().productName() + ")"));
        facts.add(new Fact("feed", tables.place() + ", " + Form.lower(feed.type())));
        facts.add(new Fact("state", tables.state() + ", batches in " + tables.batches()));
        facts.add(new Fact("key", names(key)));
        facts.add(new Fact("columns", names(columns)));
        facts.add(new Fact("strategy", strategy()));
        if (log != null) {
            facts.add(new Fact("log", logState()));
        }
        facts.add(new Fact("deletions", deletions()));
        facts.add(new Fact("guarantee", guarantee()));
        marked().ifPresent(words -> facts.add(new Fact("marked pii", words)));
        unfollowed.ifPresent(words -> facts.add(new Fact("marks", words)));
        if (!feed.then().isEmpty()) {
            facts.add(new Fact("then", String.join(", ", feed.then())));
        }
        return facts;
    }

    /** What its tables hold of columns that are marked pii, in words; nothing where none is. */
    public Optional<String> marked() {
        List<String> names = marks(tables.state());
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", names) + (names.size() == 1 ? ", as it is" : ", as they are") + ", in "
                        + tables.output() + " and " + tables.state()
                        + "; where these are read without this flow beside them, datasets.toml has to mark them");
    }

    /** The lines of a {@code datasets.toml} that mark them. */
    public List<String> markingLines() {
        return Stream.of(tables.output(), tables.state())
                .filter(table -> !marks(table).isEmpty())
                .flatMap(table -> Stream.of(
                        "[[dataset]]",
                        "id = " + quoted(table),
                        "table = " + quoted(table),
                        marks(table).stream()
                                .map(name -> "{ name = " + quoted(name) + ", pii = true }")
                                .collect(Collectors.joining(", ", "columns = [", "]"))))
                .toList();
    }

    private List<String> marks(String table) {
        boolean isWithOld = hasOldValues() && table.equals(tables.output());
        return columns.stream()
                .filter(SourceColumn::pii)
                .map(SourceColumn::name)
                .flatMap(name -> isWithOld ? Stream.of(name, FeedTables.old(name)) : Stream.of(name))
                .toList();
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** A fact of a plan. */
    public record Fact(String name, String words) {}
}
