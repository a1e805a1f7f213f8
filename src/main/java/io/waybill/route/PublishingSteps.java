package io.waybill.route;

import io.waybill.WaybillException;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.flow.Delivery;
import io.waybill.flow.PathTemplate;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;

/**
 * The endpoints that a flow's routes publish to, as they are written there: with placeholders, so that a ledger or a dead letter that
 * remembers them holds no secret.
 */
public record PublishingSteps(CamelContext context, String flow) {

    private static final String FILE = "file:";

    /**
     * The endpoints of deliveries, by their ids; without those of routes that are not loaded, or whose step is no plain endpoint.
     *
     * @throws WaybillException when a route has no step that publishes, or one that publishes to another folder than the settings name
     */
    public Map<String, String> endpoints(List<Delivery> deliveries) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        Map<String, String> endpoints = new HashMap<>();
        for (Delivery delivery : deliveries) {
            boolean only = deliveries.size() == 1;
            String name = flow + (only ? ".delivery" : ".to." + delivery.id());
            String step = flow + ".publish" + (only ? "" : "-" + delivery.id());
            RouteDefinition route = model.getRouteDefinition(name);
            if (route != null) {
                String uri = find(route, step);
                if (uri != null) {
                    checkFolder(delivery, name, step, uri);
                    endpoints.put(delivery.id(), uri);
                }
            }
        }
        return endpoints;
    }

    /** @return null where the step is no plain endpoint */
    @SuppressWarnings("rawtypes")
    private static String find(RouteDefinition route, String step) {
        Collection<ProcessorDefinition> steps =
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class);
        ProcessorDefinition<?> found = steps.stream()
                .filter(any -> step.equals(any.getId()))
                .findFirst()
                .orElseThrow(() -> WaybillException.refusal("route " + route.getId() + " has no step " + step
                        + ": nothing publishes its files; the step that does has this id"));
        return found instanceof ToDefinition to ? to.getUri() : null;
    }

    private void checkFolder(Delivery delivery, String route, String step, String uri) {
        if (!delivery.kind().isLocal()) {
            return;
        }
        if (!uri.startsWith(FILE)) {
            throw WaybillException.refusal("route " + route + ": step " + step
                    + " does not publish to a folder, and filePath of waybill:begin/" + flow
                    + " names one; write there where the files go");
        }
        int query = uri.indexOf('?');
        String folder =
                context.resolvePropertyPlaceholders(uri.substring(FILE.length(), query < 0 ? uri.length() : query));
        String place = LocalDestination.of(new PathTemplate(
                        context.resolvePropertyPlaceholders(delivery.path().text())))
                .place();
        if (!Path.of(folder).toAbsolutePath().normalize().toString().equals(place)) {
            throw WaybillException.refusal("route " + route + ": step " + step + " publishes to the folder " + folder
                    + ", and filePath of waybill:begin/" + flow + " leads to " + place
                    + "; change both, so that files are looked for where they are");
        }
    }
}
