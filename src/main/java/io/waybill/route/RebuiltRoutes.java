package io.waybill.route;

import io.waybill.flow.toml.FlowReader;
import io.waybill.route.LoadedFlows.Loaded;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;

/** The routes of a flow, which Camel has made of the properties as they were, and makes anew of those of now. */
public record RebuiltRoutes(CamelContext context, String flow) {

    private static final List<Verb> DELIVERING = List.of(Verb.PART, Verb.MAIL, Verb.DELIVERY, Verb.NOTICE);
    private static final List<Verb> BEGINNING = List.of(Verb.BEGIN, Verb.TAKE, Verb.FEED, Verb.REDRIVE);

    /** What its endpoints, or its text, have of properties. */
    private record Resolved(Set<String> uris, Map<String, String> texts, String datasource) {}

    /** Whether the routes that deliver, or tell of runs, are others by the properties of another context. */
    public boolean deliverOtherwise(CamelContext next) {
        return !uris(definitions(true), context).equals(uris(definitions(true), next));
    }

    /** Whether all of its routes are others by the properties of another context, where runs begin as well. */
    public boolean beginOtherwise(CamelContext next) {
        return !of(context).equals(of(next));
    }

    private Resolved of(CamelContext by) {
        Optional<Loaded> loaded = LoadedFlows.of(context).find(context, flow);
        return new Resolved(
                uris(definitions(false), by),
                loaded.map(file -> texts(file, by)).orElse(Map.of()),
                loaded.map(file -> FlowRoutesLoader.routeOf(by, file.flow(), file.dataSet())
                                .datasource())
                        .orElse(""));
    }

    /** What the placeholders of its text come to: a flow has that for its values. */
    private static Map<String, String> texts(Loaded loaded, CamelContext by) {
        Map<String, String> texts = new TreeMap<>();
        UnaryOperator<String> resolve = FlowRoutesLoader.placeholders(by);
        new FlowReader(text -> {
                    String resolved = resolve.apply(text);
                    if (text.contains("{{")) {
                        texts.put(text, resolved);
                    }
                    return resolved;
                })
                .read(loaded.file(), loaded.text());
        return texts;
    }

    private static Set<String> uris(List<RouteDefinition> routes, CamelContext by) {
        return routes.stream()
                .flatMap(RebuiltRoutes::uris)
                .filter(uri -> uri != null && uri.contains("{{"))
                .map(uri -> resolved(uri, by))
                .collect(Collectors.toSet());
    }

    private static Stream<String> uris(RouteDefinition route) {
        Collection<ToDefinition> fixed =
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class);
        Collection<ToDynamicDefinition> varying =
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDynamicDefinition.class);
        return Stream.of(
                        Stream.of(route.getInput().getEndpointUri()),
                        fixed.stream().map(ToDefinition::getUri),
                        varying.stream().map(ToDynamicDefinition::getUri))
                .flatMap(uris -> uris);
    }

    /** What has no value stays as it is: it is told when it is used. */
    private static String resolved(String uri, CamelContext by) {
        try {
            return EndpointHelper.resolveEndpointUriPropertyPlaceholders(by, uri);
        } catch (RuntimeException e) {
            return uri;
        }
    }

    /** @param ofDeliveries those that deliver or tell; else the others */
    private List<RouteDefinition> definitions(boolean ofDeliveries) {
        boolean asPrinted = LoadedFlows.of(context).find(context, flow).isPresent();
        return DefinedRoutes.of(context).stream()
                .filter(route -> isOf(flow, route.getRouteId()) || !asPrinted && holdsDelivery(route))
                .filter(route -> delivers(route) == ofDeliveries)
                .toList();
    }

    /** Whether a route is one of a flow's, called as it is printed. */
    static boolean isOf(String flow, String route) {
        return route.equals(flow) || route.startsWith(flow + ".");
    }

    private boolean delivers(RouteDefinition route) {
        String id = route.getRouteId();
        return id.equals(flow + ".delivery")
                || id.equals(flow + ".notify")
                || id.startsWith(flow + ".to.")
                || holdsDelivery(route);
    }

    /** Whether it is a route that delivers or tells, whatever its owner calls it; one that runs begin in is none. */
    private boolean holdsDelivery(RouteDefinition route) {
        FlowSteps steps = FlowSteps.of(context, flow);
        List<ProcessorDefinition<?>> below = FlowSteps.below(route);
        return holds(steps, below, DELIVERING) && !holds(steps, below, BEGINNING);
    }

    private static boolean holds(FlowSteps steps, List<ProcessorDefinition<?>> below, List<Verb> verbs) {
        return below.stream().anyMatch(step -> verbs.stream().anyMatch(verb -> steps.is(step, verb)));
    }

    /**
     * Has the routes that deliver be of the properties of now. They are to be idle.
     *
     * @return whether there are such routes
     * @throws Exception when one cannot be made of them
     */
    public boolean deliveries() throws Exception {
        Optional<Loaded> loaded = LoadedFlows.of(context).find(context, flow);
        if (loaded.isPresent()) {
            Loaded file = loaded.get();
            FlowRouteBuilder routes = new FlowRouteBuilder(
                    file.flow(), FlowRoutesLoader.routeOf(context, file.flow(), file.dataSet()), false);
            routes.deliveriesAlone();
            routes.setResource(file.resource());
            context.addRoutes(routes);
            return true;
        }
        List<RouteDefinition> routes = definitions(true);
        context.getCamelContextExtension().getContextPlugin(Model.class).addRouteDefinitions(routes);
        return !routes.isEmpty();
    }

    /**
     * Has all of its routes be of the properties of now, as if its text were written anew. They are to be idle.
     *
     * @throws Exception when one cannot be made of them
     */
    public void all() throws Exception {
        Optional<Loaded> loaded = LoadedFlows.of(context).find(context, flow);
        if (loaded.isPresent()) {
            PluginHelper.getRoutesLoader(context)
                    .updateRoutes(List.of(loaded.get().resource()));
        } else {
            Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
            model.addRouteDefinitions(definitions(false));
            model.addRouteDefinitions(definitions(true));
        }
    }

    /**
     * Looks whether its text is good by the properties of another context, as a start would.
     *
     * @throws Exception when it is not
     */
    public void check(CamelContext next) throws Exception {
        Optional<Loaded> loaded = LoadedFlows.of(context).find(context, flow);
        if (loaded.isPresent()) {
            FlowRoutesLoader loader = new FlowRoutesLoader();
            loader.setCamelContext(next);
            ServiceHelper.startService(loader);
            try {
                loader.loadRoutesBuilder(loaded.get().resource());
            } finally {
                ServiceHelper.stopService(loader);
            }
        }
    }
}
