/**
 * Rows in motion: a typed schema, column-wise batches, and the {@code rows:} component that reads them over JDBC.
 *
 * <p>May know {@code flow} and {@code database}. Formats and parts take its value types; only {@code route} puts the pieces together.
 */
package io.waybill.rows;
