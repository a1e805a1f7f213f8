/**
 * Rows to bytes: the CSV, JSON and Parquet data formats and their encoders, which write straight from column-wise
 * batches.
 *
 * <p>May know {@code rows} and {@code flow}. Called by {@code route}, and by {@code marshal} in a route by hand.
 */
package io.waybill.format;
