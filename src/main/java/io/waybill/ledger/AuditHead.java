package io.waybill.ledger;

/**
 * How far the chain of {@link Audit} goes.
 *
 * @param number the number of the latest entry
 * @param sha256 its hash; null while nothing is chained
 */
public record AuditHead(long number, String sha256) {}
