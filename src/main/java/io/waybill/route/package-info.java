/**
 * A flow as a Camel route: the loader of flow files, the route that a flow becomes, and the {@code waybill:} component
 * whose verbs are the route's steps.
 *
 * <p>May know every package but {@code cli} and {@code server}; it is the one place where they meet.
 */
package io.waybill.route;
