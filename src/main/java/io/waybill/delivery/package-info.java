/**
 * Where to: what publication means at a destination, which failures may pass, and the files that were not delivered. Each kind of
 * destination has a folder below, and a line in {@code META-INF/services/io.waybill.flow.DestinationKind}; what several share stands
 * here.
 *
 * <p>May know {@code flow} and {@code settings}, and no folder below. Called by {@code route}.
 */
package io.waybill.delivery;
