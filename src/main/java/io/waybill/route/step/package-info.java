/**
 * The {@code waybill:} component, whose verbs are the steps of a flow's route: a small class a verb, which turns the exchange into what
 * the run needs, and what the run answers into the exchange.
 *
 * <p>May know {@code route} and all that it knows. Called by Camel, and by {@code cli} for the component.
 */
package io.waybill.route.step;
