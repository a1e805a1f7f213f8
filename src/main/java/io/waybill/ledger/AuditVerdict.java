package io.waybill.ledger;

/**
 * What a walk along the chain of {@link Audit} has found.
 *
 * @param entries how many entries are as they were written
 * @param unchained how many of an earlier version are not chained yet: the next entry does that
 * @param bad the number of the first entry that is not as it was written, or is gone; null where all are
 * @param problem what is wrong with it, in words; null where nothing is
 * @param asked the number of the entry whose hash was asked for; null where none was, or it was not found
 */
public record AuditVerdict(long entries, long unchained, Long bad, String problem, Long asked) {}
