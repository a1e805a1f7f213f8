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
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;

/** The routes of a flow, which Camel has made of the properties as they were, and makes anew of those of now. */
public record RebuiltRoutes(CamelContext context, String flow) {

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
        return Stream.concat(
                fixed.stream().map(ToDefinition::getUri), varying.stream().map(ToDynamicDefinition::getUri));
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
        return DefinedRoutes.of(context).stream()
                .filter(route ->
                        route.getRouteId().equals(flow) || route.getRouteId().startsWith(flow + "."))
                .filter(route -> delivers(route.getRouteId()) == ofDeliveries)
                .toList();
    }

    private boolean delivers(String route) {
        return route.equals(flow + ".delivery") || route.equals(flow + ".notify") || route.startsWith(flow + ".to.");
    }

    /**
     * Has the routes that deliver be of the properties of now. They are to be idle.
     *
     * @throws Exception when one cannot be made of them
     */
    public void deliveries() throws Exception {
        Optional<Loaded> loaded = LoadedFlows.of(context).find(context, flow);
        if (loaded.isPresent()) {
            Loaded file = loaded.get();
            FlowRouteBuilder routes = new FlowRouteBuilder(
                    file.flow(), FlowRoutesLoader.routeOf(context, file.flow(), file.dataSet()), false);
            routes.deliveriesAlone();
            routes.setResource(file.resource());
            context.addRoutes(routes);
        } else {
            context.getCamelContextExtension().getContextPlugin(Model.class).addRouteDefinitions(definitions(true));
        }
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
