package io.waybill.route;

import io.waybill.feed.FeedTables;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Feed;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.DataSetsReader;
import io.waybill.flow.toml.FlowFolder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;

/**
 * The declared data sets that a Camel context knows of, so that a flow that names the table of one otherwise does not lose what is marked
 * there.
 */
public final class MarkedDataSets {

    /** By the file that declares them. */
    private final Map<String, Map<String, DataSet>> known = new ConcurrentHashMap<>();

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

    /**
     * Notes what a file declares, in the place of what it has declared before.
     *
     * @param file where that stands
     */
    public void declared(String file, Map<String, DataSet> declared) {
        known.put(place(file), Map.copyOf(declared));
    }

    /**
     * Likewise what a folder declares. A file that is wrong has its data sets still: its marks are not lost meanwhile.
     *
     * @param folder where its files are
     */
    public void declared(Path folder, FlowFolder read) {
        Path file = folder.resolve(DataSetsReader.FILE_NAME);
        boolean isWrong = read.problems().stream()
                .anyMatch(problem -> problem.place().file().endsWith(DataSetsReader.FILE_NAME));
        if (!isWrong) {
            declared(file.toString(), read.dataSets());
        }
        read.flows().values().forEach(this::add);
        read.replaced().values().forEach(this::add); // their tables are there still
    }

    /**
     * The declared data sets that are tables of a data source.
     *
     * @param others those that a route declares by itself; what a file declares since counts
     */
    public List<DataSet> tables(String datasource, List<DataSet> others) {
        Map<String, DataSet> tables = new TreeMap<>();
        Stream.concat(others.stream(), known())
                .filter(dataSet -> dataSet.query() == null && dataSet.table() != null)
                .filter(dataSet -> dataSet.get(DataSetKeys.DATASOURCE) == null
                        || dataSet.get(DataSetKeys.DATASOURCE).equals(datasource))
                .forEach(dataSet -> tables.put(dataSet.id(), dataSet));
        return List.copyOf(tables.values());
    }

    /** One place for each file, however it is spelt; what is none of the file system's stays. */
    private static String place(String file) {
        try {
            return Path.of(file).toAbsolutePath().normalize().toString();
        } catch (InvalidPathException e) {
            return file;
        }
    }

    private Stream<DataSet> known() {
        return known.values().stream().flatMap(each -> each.values().stream());
    }

    /** Adds a flow: where it compares a table, its own tables have the marks of that. */
    public void add(Flow flow) {
        if (flow.compared().isPresent()) {
            feeds.put(flow.id(), flow);
        } else {
            feeds.remove(flow.id());
        }
    }

    /**
     * The columns that are marked where the rows of a table come from: what its feed compares, and what that may be a feed of.
     *
     * @param asked the feeds that are asked already: one that compares its own table would go on for ever
     */
    private Set<String> inherited(String table, Set<String> asked) {
        Set<String> marked = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (Flow flow : feeds.values()) {
            Feed feed = flow.compared().orElseThrow();
            FeedTables tables = FeedTables.of(flow.id(), feed, "");
            boolean isOutput = last(tables.output()).equals(last(table));
            if ((isOutput || last(tables.state()).equals(last(table))) && asked.add(flow.id())) {
                marked(feed, asked)
                        .filter(name -> feed.columns().isEmpty()
                                || feed.columns().stream()
                                        .anyMatch(each -> each.name().equalsIgnoreCase(name)))
                        .forEach(name -> {
                            marked.add(name);
                            if (isOutput
                                    && feed.isDelta()) { // also where the flow has them no more, and the table still
                                // has
                                marked.add(FeedTables.old(name));
                            }
                        });
            }
        }
        return marked;
    }

    private Stream<String> marked(Feed feed, Set<String> asked) {
        List<DataSet> compared = known().filter(dataSet -> dataSet.id().equals(feed.sourceDataset()))
                .toList();
        if (compared.isEmpty()) {
            return inherited(feed.sourceDataset(), asked).stream();
        }
        return compared.stream()
                .flatMap(dataSet -> Stream.concat(
                        dataSet.columns().stream().filter(DeclaredColumn::pii).map(DeclaredColumn::name),
                        dataSet.table() == null
                                ? Stream.of()
                                : inherited(dataSet.table(), asked).stream()
                                        .filter(name -> dataSet.columns().stream()
                                                .noneMatch(column -> column.looked()
                                                        && column.name().equalsIgnoreCase(name)))));
    }

    /**
     * A data set, with those beside it whose table may be its own, or be read by it, and what is marked where its rows come from.
     *
     * @param datasource the data source that it is read from
     */
    public DataSet beside(DataSet dataSet, String datasource) {
        List<DataSet> others = known().filter(other -> other.hidesValues() && other.table() != null)
                .filter(other -> other.get(DataSetKeys.DATASOURCE) == null
                        || other.get(DataSetKeys.DATASOURCE).equals(datasource))
                .filter(other -> dataSet.isUndeclared() || !other.id().equals(dataSet.id()))
                .toList();
        return dataSet.beside(others, dataSet.table() == null ? Set.of() : inherited(dataSet.table(), new HashSet<>()));
    }

    /** The name without a schema, in one case: what may be the same table, which the catalog tells for certain. */
    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
