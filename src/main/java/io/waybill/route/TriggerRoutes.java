package io.waybill.route;

import io.waybill.flow.Trigger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * The routes that start a flow by itself, one for each trigger.
 *
 * @param routes what they are added to
 */
record TriggerRoutes(RouteBuilder routes, FlowRoute parts, TriggerEndpoints endpoints) {

    TriggerRoutes(RouteBuilder routes, FlowRoute parts) {
        this(routes, parts, new TriggerEndpoints(parts));
    }

    void add(Trigger trigger) {
        switch (trigger.type()) {
            case SCHEDULE, INTERVAL, ONCE, DAILY, WEEKLY, MONTHLY ->
                addStart(triggered(trigger, endpoints.clock(trigger)), trigger, "");
            case STREAM ->
                addStart(triggered(trigger, endpoints.looks(trigger)), endpoints.due(trigger), trigger, "due");
            case ON_NEW_DATA -> {
                addStart(triggered(trigger, endpoints.looks(trigger)), endpoints.look(trigger), trigger, "new");
                if (endpoints.listen(trigger) != null) {
                    RouteDefinition told = routes.from(endpoints.listen(trigger))
                            .routeId(parts.step("told." + trigger.id()))
                            .autoStartup(trigger.enabled());
                    addStart(told, endpoints.look(trigger), trigger, "told");
                }
            }
            case MANUAL -> {}
        }
    }

    private RouteDefinition triggered(Trigger trigger, String uri) {
        return routes.from(uri).routeId(parts.step("trigger." + trigger.id())).autoStartup(trigger.enabled());
    }

    /** @param name what tells its steps from those of another route of the trigger */
    private void addStart(ProcessorDefinition<?> at, Trigger trigger, String name) {
        at.setHeader(WaybillConstants.TIMEZONE, routes.constant(TriggerEndpoints.zoneName(trigger.timezone())))
                .id(parts.step("zone-of-" + name + trigger.id()));
        at.to(parts.start()).id(parts.step("start-by-" + name + trigger.id()));
    }

    /** @param asked the step whose body says whether there is something to start for */
    private void addStart(RouteDefinition route, String asked, Trigger trigger, String name) {
        route.to(asked).id(parts.step(name + "-by-" + trigger.id()));
        FilterDefinition due = route.filter(routes.simple("${body}"));
        due.id(parts.step("if-" + name + "-by-" + trigger.id()));
        addStart(due, trigger, name.equals("told") ? "told." : "");
        due.end();
    }
}
