/**
 * Where to: destinations as Camel endpoint URIs, what publication means at each, which failures may pass, and the files
 * that were not delivered.
 *
 * <p>May know {@code flow}. Called by {@code route}.
 */
package io.waybill.delivery;
