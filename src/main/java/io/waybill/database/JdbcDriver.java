package io.waybill.database;

/**
 * The driver of a product.
 *
 * @param scheme what its URLs begin with, behind {@code jdbc:}
 * @param name its class
 * @param artifact where it is had
 * @param example what stands behind the scheme in a URL
 * @param instead what may be written where it is not there, for messages; empty for nothing
 */
public record JdbcDriver(String scheme, String name, String artifact, String example, String instead) {}
