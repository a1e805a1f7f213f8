package io.waybill.route;

import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;

/**
 * The routes of a Camel context as they are defined, started or not. Camel gives out the list that it changes itself, whenever a flow
 * is loaded, edited or removed; this is a copy of it.
 */
public final class DefinedRoutes {

    private DefinedRoutes() {}

    /** All of them, in their order, as they were at one moment. */
    public static List<RouteDefinition> of(CamelContext context) {
        List<RouteDefinition> live =
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions();
        while (true) {
            List<RouteDefinition> copy = new ArrayList<>();
            try {
                // tells at its end, too, that the list was changed; Camel's own lock is held for as long as routes take
                // to stop
                live.forEach(copy::add);
            } catch (ConcurrentModificationException | IndexOutOfBoundsException e) {
                Thread.onSpinWait();
                continue;
            }
            return copy;
        }
    }

    /** The one of an id. */
    public static Optional<RouteDefinition> find(CamelContext context, String id) {
        return of(context).stream()
                .filter(route -> id.equals(route.getRouteId()))
                .findFirst();
    }
}
