/**
 * The SQL of an export: finding its data set, the conditions of its mode and filters, the dialects, parameters.
 *
 * <p>May know {@code flow} and {@code rows}. Called by {@code route} when a run is planned.
 */
package io.waybill.query;
