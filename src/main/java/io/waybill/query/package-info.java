/**
 * The SQL of an export: finding its data set, the conditions of its mode and filters, parameters.
 *
 * <p>May know {@code flow}, {@code database} and {@code rows}. Called by {@code route} when a run is planned.
 */
package io.waybill.query;
