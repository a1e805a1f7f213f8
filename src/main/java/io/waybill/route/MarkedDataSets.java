package io.waybill.route;

import io.waybill.feed.FeedTables;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Feed;
import io.waybill.flow.Flow;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;

/**
 * The declared data sets that a Camel context knows of, so that a flow that names the table of one otherwise does not lose what is marked
 * there.
 */
public final class MarkedDataSets {

    private final Map<String, DataSet> known = new ConcurrentHashMap<>();

    private final Map<String, Flow> feeds = new ConcurrentHashMap<>();

    private MarkedDataSets() {}

    /** Those of a context. */
    public static MarkedDataSets of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        synchronized (extended) {
            MarkedDataSets there = extended.getContextPlugin(MarkedDataSets.class);
            if (there == null) {
                there = new MarkedDataSets();
                extended.addContextPlugin(MarkedDataSets.class, there);
            }
            return there;
        }
    }

    /** Adds what is declared; a data set of an id that is there already takes its place. */
    public void add(Map<String, DataSet> declared) {
        known.putAll(declared);
    }

    /** Adds a flow: where it compares a table, its own tables have the marks of that. */
    public void add(Flow flow) {
        if (flow.compared().isPresent()) {
            feeds.put(flow.id(), flow);
        } else {
            feeds.remove(flow.id());
        }
    }

    /** What is marked of the table of a feed. */
    private List<DeclaredColumn> ofFeed(String table) {
        return feeds.values().stream()
                .filter(flow -> {
                    FeedTables tables = FeedTables.of(flow.id(), flow.compared().orElseThrow(), "");
                    return List.of(last(tables.output()), last(tables.state())).contains(last(table));
                })
                .flatMap(flow -> marked(flow.compared().orElseThrow()))
                .toList();
    }

    private Stream<DeclaredColumn> marked(Feed feed) {
        DataSet compared = known.get(feed.sourceDataset());
        return compared == null
                ? Stream.of()
                : compared.columns().stream()
                        .filter(DeclaredColumn::pii)
                        .filter(column -> feed.columns().isEmpty()
                                || feed.columns().stream()
                                        .anyMatch(each -> each.name().equalsIgnoreCase(column.name())))
                        .map(column -> new DeclaredColumn(column.name(), null, true, false));
    }

    /**
     * A data set, with those beside it that its table may be the table of.
     *
     * @param datasource the data source that it is read from
     */
    public DataSet beside(DataSet dataSet, String datasource) {
        if (!dataSet.isUndeclared()) {
            return dataSet;
        }
        List<DataSet> others = known.values().stream()
                .filter(other -> other.hidesValues() && other.table() != null)
                .filter(other -> other.get(DataSetKeys.DATASOURCE) == null
                        || other.get(DataSetKeys.DATASOURCE).equals(datasource))
                .filter(other -> last(other.table()).equals(last(dataSet.id())))
                .toList();
        return new DataSet(dataSet.values(), ofFeed(dataSet.id()), dataSet.place(), others);
    }

    /** The name without a schema, in one case: what may be the same table, which the catalog tells for certain. */
    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
