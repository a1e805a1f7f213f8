package io.waybill.route;

import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Delivery;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import io.waybill.flow.toml.DataSetsReader;
import io.waybill.flow.toml.FlowReader;
import io.waybill.flow.toml.OwnRoute;
import io.waybill.format.CamelDataFormat;
import io.waybill.rows.DataSources;
import io.waybill.run.RangeEngine;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.builder.LambdaRouteBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.support.RouteBuilderLoaderSupport;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.annotations.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads flow files wherever Camel loads routes: {@code camel.main.routesIncludePattern = routes/*} is all it takes.
 * {@code datasets.toml} beside a flow is read with it.
 */
@RoutesLoader("toml")
public class FlowRoutesLoader extends RouteBuilderLoaderSupport {

    private static final Logger LOG = LoggerFactory.getLogger(FlowRoutesLoader.class);

    /**
     * When a file's routes were defined last, by a clock that counts. Where Camel's dev mode loads all files again, it lists each as
     * often as it has routes; the second time it would refuse what is there already, and all routes would be gone.
     */
    private final Map<String, Long> defined = new ConcurrentHashMap<>();

    private final AtomicLong clock = new AtomicLong();

    public FlowRoutesLoader() {
        super("toml");
    }

    @Override
    protected RouteBuilder doLoadRouteBuilder(Resource resource) throws Exception {
        Settings.of(getCamelContext()).check();
        String file = fileName(resource);
        if (DataSetsFile.is(resource)) {
            dataSets(file, resource); // checked here, used by the flows beside it
            return routes(none -> {});
        }
        String text = text(resource);
        Flow flow =
                new FlowReader(placeholders(getCamelContext())).read(file, text).orThrow();
        Optional<Path> own = fileOf(resource).flatMap(path -> OwnRoute.find(path, flow.id()));
        if (own.isPresent()) {
            LOG.info("Flow {}: {} is its route, and {} is not loaded", flow.id(), own.get(), file);
            MarkedDataSets.of(getCamelContext()).add(flow);
            return routes(none -> {});
        }
        refuseDuplicate(flow, resource);
        MarkedDataSets.of(getCamelContext()).add(flow);
        // it has its route still, so that whoever starts it is told why
        RangeEngine.refusal(flow).ifPresent(why -> LOG.warn("Flow {} does not run here: {}", flow.id(), why));
        DataSet dataSet = siblingDataSets(resource).get(flow.sourceDataset());
        if (flow.export() != null) {
            checkDeliveries(flow);
            Optional<Problem> problem = dataFormatProblem(getCamelContext(), flow, dataSet, text);
            if (problem.isPresent()) {
                throw new InvalidFlowException(List.of(problem.get()));
            }
        }
        FlowRouteBuilder routes = new FlowRouteBuilder(flow, routeOf(getCamelContext(), flow, dataSet), withTriggers());
        long loaded = clock.incrementAndGet();
        routes.unless(() -> defined.getOrDefault(file, 0L) > loaded);
        routes.whenDefined(() -> {
            defined.put(file, clock.incrementAndGet());
            LoadedFlows.of(getCamelContext())
                    .add(routes.begin(), new LoadedFlows.Loaded(flow, dataSet, resource.getLocation(), text));
            removeOthers(resource, routes.ids());
        });
        return routes;
    }

    static void loadAgain(CamelContext context, Resource resource) throws Exception {
        if (resource.exists()) {
            PluginHelper.getRoutesLoader(context).updateRoutes(List.of(resource));
        } else {
            LOG.info("{} is gone, and not loaded again", fileName(resource));
        }
    }

    private static RouteBuilder routes(LambdaRouteBuilder routes) {
        return new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                routes.accept(this);
            }
        };
    }

    /** When a file is loaded again, what it has no more ends: a trigger that was taken out would go on firing. */
    private void removeOthers(Resource resource, Set<String> ids) throws Exception {
        Model model = getCamelContext().getCamelContextExtension().getContextPlugin(Model.class);
        for (RouteDefinition route : DefinedRoutes.of(getCamelContext())) {
            Resource from = route.getResource();
            if (from != null
                    && from.getLocation().equals(resource.getLocation())
                    && !ids.contains(route.getRouteId())) {
                model.removeRouteDefinition(route);
            }
        }
    }

    /** A wrong connection is found when the flow is loaded, not when it is to deliver. */
    private void checkDeliveries(Flow flow) {
        Destinations destinations = new Destinations(getCamelContext());
        for (Delivery delivery : flow.export().deliveries()) {
            try {
                destinations.endpoint(delivery);
            } catch (WaybillException e) {
                String key = delivery == flow.export().delivery() ? "file_path" : "delivery." + delivery.id();
                throw new InvalidFlowException(List.of(new Problem(flow.place(), key, e.getMessage())));
            }
        }
    }

    /**
     * What is wrong with the data format of Camel's that a flow names, where it names one: a bean that is not there, or options that it does not take.
     *
     * @param dataSet the declared data set; null for one that is found by its name
     * @param text the flow's file
     */
    public static Optional<Problem> dataFormatProblem(CamelContext context, Flow flow, DataSet dataSet, String text)
            throws Exception {
        if (flow.export().format().isNamed()
                || !(dataFormat(context, flow, dataSet) instanceof CamelDataFormat format)) {
            return Optional.empty();
        }
        CamelContextAware.trySetCamelContext(format, context);
        return format.tried().map(refusal -> {
            String key = ExportKeys.EXPORTER_CONFIG.name() + "." + refusal.key();
            return new Problem(
                    FlowReader.place(flow.place().file(), text, ("properties.export." + key).split("\\.")),
                    key,
                    refusal.message());
        });
    }

    static FlowRoute routeOf(CamelContext context, Flow flow, DataSet dataSet) {
        String own = flow.feed() == null
                ? flow.export().get(ExportKeys.DATASOURCE)
                : flow.feed().get(FeedKeys.DATASOURCE);
        return new FlowRoute(flow, dataSet, datasource(context, own, dataSet), context);
    }

    /** The data source that a flow reads: its own, else that of its data set, else the default. */
    public static String datasource(CamelContext context, String own, DataSet dataSet) {
        return Stream.of(own, dataSet == null ? null : dataSet.get(DataSetKeys.DATASOURCE))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> DataSources.defaultName(context));
    }

    /**
     * The data format of a flow, with its options; null where it has none.
     *
     * @param dataSet the declared data set; null for one that is found by its name
     */
    public static DataFormat dataFormat(CamelContext context, Flow flow, DataSet dataSet) throws Exception {
        return routeOf(context, flow, dataSet).newDataFormat();
    }

    private boolean withTriggers() {
        return Boolean.parseBoolean(Settings.of(getCamelContext()).get(SettingsTable.TRIGGERS));
    }

    private void refuseDuplicate(Flow flow, Resource resource) {
        RouteDefinition other = DefinedRoutes.find(getCamelContext(), flow.id()).orElse(null);
        Resource from = other == null ? null : other.getResource();
        // a file that has gone has left its place to this one
        if (from != null && !from.getLocation().equals(resource.getLocation()) && from.exists()) {
            throw new InvalidFlowException(List.of(new Problem(
                    new Place(fileName(resource), 0),
                    "id",
                    "\"" + flow.id() + "\" is the id of the route in " + fileName(from) + " already")));
        }
    }

    private Map<String, DataSet> siblingDataSets(Resource resource) throws IOException {
        Optional<Resource> declared = DataSetsFile.beside(getCamelContext(), resource);
        if (declared.isPresent()) {
            return dataSets(fileName(declared.get()), declared.get());
        }
        MarkedDataSets.of(getCamelContext()).declared(name(DataSetsFile.locationBeside(resource)), Map.of());
        return Map.of();
    }

    private Map<String, DataSet> dataSets(String file, Resource resource) throws IOException {
        Map<String, DataSet> declared = new DataSetsReader(placeholders(getCamelContext()))
                .read(file, text(resource))
                .orThrow();
        MarkedDataSets.of(getCamelContext()).declared(file, declared);
        return declared;
    }

    private static String text(Resource resource) throws IOException {
        try (InputStream in = resource.getInputStream()) {
            if (in == null) { // Camel finds it, and forgets the folders between
                throw WaybillException.refusal(
                        fileName(resource)
                                + ": is not there; of a jar, Camel reads no folders below the one that the pattern names: classpath:flows/sub/*");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Optional<Path> fileOf(Resource resource) {
        String location = resource.getLocation();
        return location.startsWith("file:")
                ? Optional.of(Path.of(location.substring("file:".length())))
                : Optional.empty();
    }

    private static String fileName(Resource resource) {
        return name(resource.getLocation());
    }

    private static String name(String location) {
        return location.substring(location.indexOf(':') + 1);
    }

    /** Resolves property placeholders, and says in our words where one has no value. */
    public static UnaryOperator<String> placeholders(CamelContext context) {
        return text -> {
            if (!text.contains("{{")) {
                return text;
            }
            try {
                return context.resolvePropertyPlaceholders(text);
            } catch (IllegalArgumentException e) {
                // not the exception's own text, which may show other values
                throw new IllegalArgumentException(
                        "\"" + text
                                + "\" holds a property placeholder that has no value here; set it in application.properties or the"
                                + " environment",
                        e);
            }
        };
    }
}
