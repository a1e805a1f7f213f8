package io.waybill.ledger;

import io.waybill.facts.FileFacts;

/**
 * A staged file of a range.
 *
 * @param facts what is known of it; its name is that in the folder of staged files
 * @param uncompressed its bytes before any compression; 0 where that is not kept
 */
public record RangeFile(FileFacts facts, long uncompressed) {}
