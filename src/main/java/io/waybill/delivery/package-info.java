/**
 * Where to: destinations as Camel endpoint URIs, and what publication means at each.
 *
 * <p>May know {@code flow}. Called by {@code route}.
 */
package io.waybill.delivery;
