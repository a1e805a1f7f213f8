package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.flow.DataSet;
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
import io.waybill.route.Verb;
import io.waybill.rows.DataSources;
import io.waybill.rows.RowFormat;
import io.waybill.run.FeedPlanner;
import io.waybill.run.Planner;
import io.waybill.settings.Settings;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
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
        return planner(context, flow.id(), flow.namespace(), export, dataSet, format, Map.of());
    }

    /** The planner of a begin step's settings. */
    static Planner of(WaybillEndpoint begin) {
        CamelContext context = begin.getCamelContext();
        ExportOptions options = BeginProducer.options(begin);
        return planner(
                context,
                begin.flow(),
                begin.get(ExportKeys.NAMESPACE),
                options.export(),
                options.dataSet(),
                (DataFormat) begin.get(ExportKeys.EXPORTER_CONFIG),
                new PublishingSteps(context, begin.flow())
                        .endpoints(options.export().deliveries()));
    }

    /** The planner of the rows that {@code waybill:take} finds in a body: there is a data source in name alone. */
    static Planner ofMessage(WaybillEndpoint take, ExportOptions options) {
        CamelContext context = take.getCamelContext();
        return planner(
                context,
                take.flow(),
                take.get(ExportKeys.NAMESPACE),
                options.export(),
                DataSet.undeclared(ExportOptions.MESSAGE, ExportOptions.MESSAGE),
                (DataFormat) take.get(ExportKeys.EXPORTER_CONFIG),
                new PublishingSteps(context, take.flow())
                        .endpoints(options.export().deliveries()));
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
                flow.export() == null ? Set.of() : flow.export().selection().transformed());
    }

    /** The planner of a feed step's settings. */
    static FeedPlanner ofFeed(WaybillEndpoint step, FeedOptions options) {
        return feedPlanner(
                step.getCamelContext(),
                step.flow(),
                step.get(ExportKeys.NAMESPACE),
                options.feed(),
                options.dataSet(),
                DataSet::hidesValues,
                Set.of());
    }

    /** The data source of what a flow begins with. */
    static DataSource source(WaybillEndpoint first) {
        return first.verb() == Verb.FEED
                ? ofFeed(first, FeedProducer.options(first)).database().get()
                : of(first).means().database().get();
    }

    private static FeedPlanner feedPlanner(
            CamelContext context,
            String flow,
            String namespace,
            Feed feed,
            DataSet dataSet,
            Predicate<DataSet> hidesValues,
            Set<String> treated) {
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
                () -> DataSources.find(context, datasource));
    }

    /**
     * @param format how files are written; null for the format's data format with its defaults
     * @param endpoints the Camel endpoints of deliveries, by their ids; what is not among them is made of the delivery
     */
    private static Planner planner(
            CamelContext context,
            String flow,
            String namespace,
            Export export,
            DataSet dataSet,
            DataFormat format,
            Map<String, String> endpoints) {
        Destinations destinations = new Destinations(context);
        String datasource = FlowRoutesLoader.datasource(context, export.get(ExportKeys.DATASOURCE), dataSet);
        return new Planner(
                new Planner.Subject(
                        flow, namespace, export, MarkedDataSets.of(context).beside(dataSet, datasource), datasource),
                new Planner.Means(
                        () -> DataSources.find(context, datasource),
                        context::resolvePropertyPlaceholders,
                        delivery -> destinations.open(endpoints.getOrDefault(delivery.id(), ""), delivery),
                        () -> rowFormat(format == null ? RowDataFormat.usual(context, export.format()) : format),
                        () -> context.getComponent("waybill", WaybillComponent.class)
                                .ledger(),
                        (where, id) -> new PrivacyKeys(Settings.of(context)).find(where, id)));
    }

    private static RowFormat rowFormat(DataFormat format) {
        if (format instanceof RowFormat rowFormat) {
            return rowFormat;
        }
        throw WaybillException.refusal(
                "dataFormat: " + (format == null ? "none" : format.getClass().getName())
                        + " does not take rows; allowed: " + FileFormat.dataFormats());
    }
}
