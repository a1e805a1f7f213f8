package io.waybill.route;

import io.waybill.WaybillException;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.FlowType;
import io.waybill.flow.Place;
import io.waybill.flow.Refusal;
import io.waybill.flow.Values;
import io.waybill.format.RowDataFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * The flows of a context that the options of an endpoint describe, rather than a file: {@code waybill:export} and {@code waybill:sink}, as
 * Kamelets and templates have them. Their routes are those of any flow, and are added when the context knows its other routes.
 */
public final class DescribedFlows extends LifecycleStrategySupport {

    private final CamelContext context;
    private final Map<String, Described> known = new LinkedHashMap<>();
    private final List<Described> waiting = new ArrayList<>();
    private boolean initialized;

    /**
     * One of them.
     *
     * @param uri of the endpoint
     * @param first the verb that its route begins with
     * @param ids those of its routes, once they are there
     */
    private record Described(String uri, Verb first, FlowRoute parts, List<String> ids) {

        String flow() {
            return parts.flow().id();
        }

        private Export export() {
            return parts.flow().export();
        }

        /** Whether another is the same flow: beans have the names that it gives them, and are compared by what they say. */
        boolean isSameAs(Described other) {
            return first == other.first
                    && parts.begin(first).equals(other.parts.begin(first))
                    && parts.datasource().equals(other.parts.datasource())
                    && Objects.equals(parts.dataSet(), other.parts.dataSet())
                    && export().deliveries().equals(other.export().deliveries())
                    && export().formatOptions().equals(other.export().formatOptions())
                    && export().filters().equals(other.export().filters())
                    && export().transforms().equals(other.export().transforms())
                    && export().expectations().equals(other.export().expectations())
                    && Objects.equals(export().report(), other.export().report())
                    && Objects.equals(export().encryption(), other.export().encryption());
        }
    }

    private DescribedFlows(CamelContext context) {
        this.context = context;
        this.initialized = context.isRunAllowed();
        context.addLifecycleStrategy(this);
    }

    /** Those of a context. */
    public static DescribedFlows of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        synchronized (extended) {
            DescribedFlows there = extended.getContextPlugin(DescribedFlows.class);
            if (there == null) {
                there = new DescribedFlows(context);
                extended.addContextPlugin(DescribedFlows.class, there);
            }
            return there;
        }
    }

    /**
     * What is wrong with the options of an endpoint.
     *
     * @param first the verb that the flow's route begins with
     */
    public static List<Refusal> refusals(Verb first, Values options) {
        Object format = options.get(ExportKeys.EXPORTER_CONFIG);
        if (format != null && !(format instanceof RowDataFormat)) {
            // the flow's own routes are written from the options of a format, which it has none of
            return List.of(new Refusal(
                            ExportKeys.EXPORTER_CONFIG.name(),
                            format.getClass().getName()
                                    + " is no data format of Waybill's; a bean of io.waybill.format.CamelDataFormat hands rows to any other")
                    .asOption());
        }
        return ExportOptions.described(first, options).refusals();
    }

    /**
     * Adds the flow that an endpoint describes; one that is there stays, where it is the same, and goes where its endpoint has gone.
     *
     * @param uri of the endpoint
     * @param options what it says: well formed, and what goes together
     * @param first the verb that the flow's route begins with
     * @throws WaybillException when another route has its id
     */
    public synchronized void add(String flow, String uri, Values options, Verb first) throws Exception {
        Described described = new Described(uri, first, parts(flow, uri, options, first), new ArrayList<>());
        Described before = known.get(flow);
        if (before != null && before.isSameAs(described)) {
            return;
        }
        if (before != null && !before.uri().equals(uri) && context.hasEndpoint(before.uri()) != null) {
            throw WaybillException.refusal("flow \"" + flow + "\" is described by another endpoint already, "
                    + base(before.uri()) + ", with other options; give this one another id");
        }
        known.put(flow, described);
        if (!initialized) {
            waiting.add(described);
            return;
        }
        if (before != null) {
            remove(before);
        }
        define(described);
    }

    private static String base(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    @Override
    public synchronized void onContextInitialized(CamelContext starting) throws VetoCamelContextStartException {
        initialized = true;
        for (Described described : waiting) {
            try {
                define(described);
            } catch (Exception e) {
                throw new VetoCamelContextStartException(e.getMessage(), e, starting);
            }
        }
        waiting.clear();
    }

    private void remove(Described described) throws Exception {
        for (String route : described.ids()) {
            context.getRouteController().stopRoute(route);
            context.removeRoute(route);
        }
    }

    /** Apart from the route that somebody may be making just now, whose template has properties of its own. */
    private void define(Described described) throws Exception {
        PropertiesComponent properties = context.getPropertiesComponent();
        Properties own = properties.getLocalProperties();
        properties.setLocalProperties(null);
        try {
            addRoutes(described);
        } finally {
            properties.setLocalProperties(own);
        }
    }

    private void addRoutes(Described described) throws Exception {
        ModelCamelContext models = (ModelCamelContext) context;
        if (DefinedRoutes.find(context, described.flow()).isPresent()) {
            known.remove(described.flow());
            throw WaybillException.refusal(base(described.uri()) + ": \"" + described.flow()
                    + "\" is the id of a route already; give this flow another");
        }
        FlowRouteBuilder routes = new FlowRouteBuilder(described.parts().flow(), described.parts(), false)
                .beginningWith(described.first());
        context.addRoutesConfigurations(routes);
        context.addRoutes(routes);
        for (RouteDefinition route : routes.getRouteCollection().getRoutes()) {
            described.ids().add(route.getRouteId());
            ServiceStatus status = context.getRouteController().getRouteStatus(route.getRouteId());
            if (status == null || !status.isStarted()) { // as of a context that is starting
                models.startRouteDefinitions(List.of(route));
            }
        }
    }

    private FlowRoute parts(String id, String uri, Values options, Verb first) {
        ExportOptions read = ExportOptions.described(first, options);
        Export export = read.export();
        Flow flow = new Flow(
                id,
                id,
                FlowType.EXPORT_FLOW,
                export.get(ExportKeys.NAMESPACE),
                export,
                null,
                List.of(),
                new Place(base(uri), 0));
        String datasource = first == Verb.BEGIN
                ? FlowRoutesLoader.datasource(context, export.get(ExportKeys.DATASOURCE), read.dataSet())
                : ""; // nobody reads one
        return new FlowRoute(flow, options.has(ExportKeys.DATA_SET) ? read.dataSet() : null, datasource, context);
    }
}
