/**
 * A flow as a Camel route and back: the loader of flow files, the route that a flow becomes and how it is printed, and the beans and
 * options that a route holds a flow's settings in.
 *
 * <p>May know every package but {@code route.step}, {@code cli} and {@code server}. The steps read their options here.
 */
package io.waybill.route;
