package io.waybill.route;

import io.waybill.delivery.DeliveryFailure;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Flow;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.language.SimpleExpression;

/**
 * What the routes of a flow do when one of their steps fails.
 *
 * @param routes what it is added to
 */
record FailureRoutes(FlowRouteBuilder routes, Flow flow, FlowRoute parts) {

    /** Adds the configurations of the flow's routes. */
    void add() {
        if (flow.feed() != null) {
            OnExceptionDefinition failure =
                    routes.routeConfiguration(parts.step("failure")).onException(Exception.class);
            routes.to(failure, parts.verb(Verb.FAIL), "fail-failed");
            routes.tell(failure, "-failed");
            return;
        }
        boolean triesAgain = flow.export().redelivery().maximumRedeliveries() > 0;
        RouteConfigurationDefinition failure = routes.routeConfiguration(parts.step("failure"));
        if (triesAgain) {
            ending(tryingAgain(failure), "undelivered");
        }
        ending(failure.onException(Exception.class), "failed");
        if (flow.export().deliveries().size() > 1) {
            RouteConfigurationDefinition undelivered = routes.routeConfiguration(parts.step("undelivered"));
            if (triesAgain) {
                goingOn(tryingAgain(undelivered), "tried");
            }
            goingOn(undelivered.onException(Exception.class), "failed");
        }
    }

    /** A file's delivery is tried again, as it lies there; nothing else is. */
    private OnExceptionDefinition tryingAgain(RouteConfigurationDefinition configuration) {
        return configuration
                .onException(Exception.class)
                .onWhen(new SimpleExpression(
                        "${exchangeProperty." + WaybillConstants.DELIVERING + "} != null && ${bean:type:"
                                + DeliveryFailure.class.getName() + "?method=isTransient} == true"))
                .redeliveryPolicyRef(parts.step(FlowRoute.REDELIVERY));
    }

    /** One of several destinations does not hold the others up. */
    private void goingOn(OnExceptionDefinition failure, String name) {
        failure.handled(true).to(parts.verb(Verb.UNDELIVERED)).id(parts.step("undelivered-" + name));
    }

    private void ending(OnExceptionDefinition failure, String name) {
        routes.to(failure, parts.verb(Verb.FAIL), "fail-" + name);
        String deadLetter = flow.export().get(ExportKeys.DEAD_LETTER);
        if (deadLetter != null) {
            ProcessorDefinition<?> letters = failure.filter(
                            routes.simple("${exchangeProperty." + WaybillConstants.DEAD_LETTERS + "} != null"))
                    .id(parts.step("if-dead-" + name))
                    .split(routes.simple("${exchangeProperty." + WaybillConstants.DEAD_LETTERS + "}"))
                    .id(parts.step("dead-" + name));
            // a copy that cannot be sent is no other failure of the run
            TryDefinition sending = letters.doTry().id(parts.step("try-dead-" + name));
            routes.to(sending, parts.verb(Verb.LETTER), "letter-" + name);
            routes.to(sending, deadLetter, "dead-letter-" + name);
            routes.orLog(sending, "dead-" + name);
            letters.end().end();
        }
        routes.tell(failure, "-" + name);
    }
}
