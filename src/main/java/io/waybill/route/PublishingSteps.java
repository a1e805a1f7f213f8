package io.waybill.route;

import io.waybill.flow.Delivery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;

/**
 * The endpoints that a flow's routes publish to, as they are written there: with placeholders, so that a ledger or a dead letter that
 * remembers them holds no secret.
 */
final class PublishingSteps {

    private final Model model;
    private final String flow;

    PublishingSteps(CamelContext context, String flow) {
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.flow = flow;
    }

    /** The endpoints of deliveries, by their ids; without those whose step is not found by its id. */
    Map<String, String> endpoints(List<Delivery> deliveries) {
        Map<String, String> endpoints = new HashMap<>();
        for (Delivery delivery : deliveries) {
            boolean only = deliveries.size() == 1;
            String route = flow + (only ? ".delivery" : ".to." + delivery.id());
            String step = flow + ".publish" + (only ? "" : "-" + delivery.id());
            find(route, step).ifPresent(uri -> endpoints.put(delivery.id(), uri));
        }
        return endpoints;
    }

    private Optional<String> find(String routeId, String step) {
        RouteDefinition route = model.getRouteDefinition(routeId);
        if (route == null) {
            return Optional.empty();
        }
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class).stream()
                .filter(to -> step.equals(to.getId()))
                .map(ToDefinition::getUri)
                .findFirst();
    }
}
