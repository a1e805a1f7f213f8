/**
 * One run from plan to commit: its plan, its state, its deliveries under way, and what becomes of a run whose process has ended.
 *
 * <p>May know every package but {@code route}, {@code cli} and {@code server}, and nothing of Camel's model of routes. Called by the
 * steps of a route.
 */
package io.waybill.run;
