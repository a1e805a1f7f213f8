package io.waybill.ledger;

/**
 * A range that this process reads, for as long as it is heard of.
 *
 * @param number from 1
 * @param fence tells this lease from all others of the range
 * @param low where it begins, as text; null where nothing lies before it
 * @param high where the next one begins; null where there is none
 */
public record RangeLease(String runId, int number, long fence, String low, String high) {}
