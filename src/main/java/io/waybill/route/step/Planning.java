package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.flow.DataSet;
import io.waybill.flow.Delivery;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Feed;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Flow;
import io.waybill.format.RowDataFormat;
import io.waybill.privacy.PrivacyKeys;
import io.waybill.route.ExportOptions;
import io.waybill.route.FeedOptions;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.MarkedDataSets;
import io.waybill.route.PublishingSteps;
import io.waybill.route.PublishingSteps.There;
import io.waybill.route.Verb;
import io.waybill.rows.DataSources;
import io.waybill.rows.HeldSources;
import io.waybill.rows.RowFormat;
import io.waybill.run.ActiveRun;
import io.waybill.run.FeedPlanner;
import io.waybill.run.Planner;
import io.waybill.run.TablesPlanner;
import io.waybill.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.spi.DataFormat;

/** Planners, with what they need of a Camel context. */
public final class Planning {

    private Planning() {}

    /**
     * The planner of a flow, which plans as the flow's route would.
     *
     * @param declared the declared data set; null for one that is found by its name
     */
    public static Planner of(CamelContext context, Flow flow, DataSet declared) throws Exception {
        Export export = flow.export();
        DataSet dataSet = declared == null
                ? DataSet.undeclared(export.sourceDataset(), export.get(ExportKeys.DATASOURCE))
                : declared;
        DataFormat format = FlowRoutesLoader.dataFormat(context, flow, declared);
        return planner(
                context,
                flow.id(),
                flow.namespace(),
                export,
                dataSet,
                format,
                ofNow(context),
                new Destinations(context)::open);
    }

    /** The planner of a begin step's settings, for who looks, and begins no run. */
    static Planner of(WaybillEndpoint begin) {
        ExportOptions options = BeginProducer.options(begin);
        return planner(
                begin, options, ofNow(begin.getCamelContext()), destinations(begin.getCamelContext(), begin, options));
    }

    /** Likewise, of one who keeps the data sources. */
    static Planner of(WaybillEndpoint begin, HeldSources sources) {
        ExportOptions options = BeginProducer.options(begin);
        return planner(begin, options, sources::find, destinations(begin.getCamelContext(), begin, options));
    }

    /** The planner of a run: its data source, and where it delivers to, stay those of now. */
    static Planner of(WaybillEndpoint begin, ActiveRun run) {
        ExportOptions options = BeginProducer.options(begin);
        Planner planner = planner(begin, options, run.sources()::find, settled(begin, options));
        return new Planner(planner.subject(), planner.means(), run.answers());
    }

    /**
     * What plans the tables of a flow that exports many.
     *
     * @param planner of the flow
     * @param declared the data sets that its route declares by itself
     */
    static TablesPlanner ofTables(CamelContext context, Planner planner, List<DataSet> declared) {
        MarkedDataSets marked = MarkedDataSets.of(context);
        String datasource = planner.subject().datasource();
        return new TablesPlanner(
                planner, marked.tables(datasource, declared), dataSet -> marked.beside(dataSet, datasource));
    }

    /** Likewise, of a flow that somebody looks at. */
    public static TablesPlanner ofTables(CamelContext context, Flow flow) throws Exception {
        return ofTables(context, of(context, flow, null), List.of());
    }

    /** The planner of the rows that a step finds in a body; where they go to stays that of now. */
    static Planner ofMessage(WaybillEndpoint step, ExportOptions options, DataSet dataSet) {
        return new Planner(
                new Planner.Subject(
                        step.flow(), step.get(ExportKeys.NAMESPACE), options.export(), dataSet, ExportOptions.MESSAGE),
                means(
                        step.getCamelContext(),
                        ExportOptions.MESSAGE,
                        options.export(),
                        (DataFormat) step.get(ExportKeys.EXPORTER_CONFIG),
                        ofNow(step.getCamelContext()),
                        settled(step, options)));
    }

    private static Function<Delivery, Destination> settled(WaybillEndpoint first, ExportOptions options) {
        Function<Delivery, Destination> opening = destinations(first.getCamelContext(), first, options);
        Map<String, Destination> opened = new HashMap<>();
        for (Delivery delivery : options.export().deliveries()) {
            Destination destination = opening.apply(delivery);
            destination.settle();
            opened.put(delivery.id(), destination);
        }
        return delivery -> opened.get(delivery.id());
    }

    private static Function<Delivery, Destination> destinations(
            CamelContext context, WaybillEndpoint begin, ExportOptions options) {
        Destinations destinations = new Destinations(context);
        Map<String, There> places = new PublishingSteps(context, begin.flow())
                .places(options.export().deliveries());
        return delivery -> {
            There there = places.get(delivery.id());
            return there == null ? destinations.open(delivery) : destinations.open(there.endpoint(), there.place());
        };
    }

    private static Planner planner(
            WaybillEndpoint begin,
            ExportOptions options,
            Function<String, DataSource> sources,
            Function<Delivery, Destination> destinations) {
        return planner(
                begin.getCamelContext(),
                begin.flow(),
                begin.get(ExportKeys.NAMESPACE),
                options.export(),
                options.dataSet(),
                (DataFormat) begin.get(ExportKeys.EXPORTER_CONFIG),
                sources,
                destinations);
    }

    private static Function<String, DataSource> ofNow(CamelContext context) {
        return name -> DataSources.find(context, name);
    }

    /**
     * What finds the changes of a feed flow, or of an export of changes.
     *
     * @param declared the declared data set; null for one that is found by its name
     */
    public static FeedPlanner ofFeed(CamelContext context, Flow flow, DataSet declared) {
        Feed feed = flow.compared().orElseThrow();
        DataSet dataSet =
                declared == null ? DataSet.undeclared(feed.sourceDataset(), feed.get(FeedKeys.DATASOURCE)) : declared;
        return feedPlanner(
                context,
                flow.id(),
                flow.namespace(),
                feed,
                dataSet,
                flow.export() == null ? DataSet::hidesValues : flow.export()::hidesValues,
                flow.export() == null ? Set.of() : flow.export().selection().transformed(),
                ofNow(context));
    }

    /** The planner of a feed step's settings, for who looks, and begins no run. */
    static FeedPlanner ofFeed(WaybillEndpoint step, FeedOptions options) {
        return ofFeed(step, options, ofNow(step.getCamelContext()));
    }

    /** @param sources finds the data sources of its run */
    static FeedPlanner ofFeed(WaybillEndpoint step, FeedOptions options, Function<String, DataSource> sources) {
        return feedPlanner(
                step.getCamelContext(),
                step.flow(),
                step.get(ExportKeys.NAMESPACE),
                options.feed(),
                options.dataSet(),
                DataSet::hidesValues,
                Set.of(),
                sources);
    }

    /** The data source of what a flow begins with. */
    static DataSource source(WaybillEndpoint first) {
        return first.verb() == Verb.FEED
                ? ofFeed(first, FeedProducer.options(first)).database().get()
                : of(first).means().database().get();
    }

    /** The data source that an export reads. */
    static DataSource source(WaybillEndpoint begin, Function<String, DataSource> sources) {
        ExportOptions options = BeginProducer.options(begin);
        return sources.apply(FlowRoutesLoader.datasource(
                begin.getCamelContext(), options.export().get(ExportKeys.DATASOURCE), options.dataSet()));
    }

    private static FeedPlanner feedPlanner(
            CamelContext context,
            String flow,
            String namespace,
            Feed feed,
            DataSet dataSet,
            Predicate<DataSet> hidesValues,
            Set<String> treated,
            Function<String, DataSource> sources) {
        String datasource = FlowRoutesLoader.datasource(context, feed.get(FeedKeys.DATASOURCE), dataSet);
        DataSet besides = MarkedDataSets.of(context).beside(dataSet, datasource);
        return new FeedPlanner(
                flow,
                namespace,
                feed,
                besides,
                datasource,
                hidesValues.test(besides),
                treated,
                () -> sources.apply(datasource));
    }

    /**
     * @param format how files are written; null for the format's data format with its defaults
     * @param sources finds data sources
     * @param destinations opens the places of deliveries
     */
    private static Planner planner(
            CamelContext context,
            String flow,
            String namespace,
            Export export,
            DataSet dataSet,
            DataFormat format,
            Function<String, DataSource> sources,
            Function<Delivery, Destination> destinations) {
        String datasource = FlowRoutesLoader.datasource(context, export.get(ExportKeys.DATASOURCE), dataSet);
        return new Planner(
                new Planner.Subject(
                        flow, namespace, export, MarkedDataSets.of(context).beside(dataSet, datasource), datasource),
                means(context, datasource, export, format, sources, destinations));
    }

    private static Planner.Means means(
            CamelContext context,
            String datasource,
            Export export,
            DataFormat format,
            Function<String, DataSource> sources,
            Function<Delivery, Destination> destinations) {
        return new Planner.Means(
                () -> sources.apply(datasource),
                context::resolvePropertyPlaceholders,
                destinations,
                () -> rowFormat(context, format == null ? RowDataFormat.usual(context, export.format()) : format),
                () -> context.getComponent("waybill", WaybillComponent.class).ledger(),
                (where, id) -> new PrivacyKeys(Settings.of(context)).find(where, id),
                () -> context.getComponent("waybill", WaybillComponent.class)
                        .getClock()
                        .instant(),
                () -> context.getComponent("waybill", WaybillComponent.class)
                        .stagingCipher()
                        .encrypts());
    }

    private static RowFormat rowFormat(CamelContext context, DataFormat format) {
        CamelContextAware.trySetCamelContext(format, context);
        if (format instanceof RowFormat rowFormat) {
            return rowFormat;
        }
        throw WaybillException.refusal(
                "dataFormat: " + (format == null ? "none" : format.getClass().getName())
                        + " does not take rows; allowed: " + FileFormat.dataFormats());
    }
}
