/**
 * The database products, one class each: how a product is recognised, how it writes SQL, what types it has and how its driver hands
 * values over, snapshots, ranges, what bounds a watermark. {@link io.waybill.database.Standard} answers as the SQL standard and JDBC do;
 * a product's class overrides where it differs, and {@link io.waybill.database.Databases} lists them.
 *
 * <p>May know {@code flow}. Asked by {@code query} and {@code rows}, which name no product.
 */
package io.waybill.database;
