package io.waybill.ledger;

import java.time.Instant;

/**
 * What a run was planned to do.
 *
 * @param mode the export mode
 * @param dataset the data set
 * @param batchId the batch that it stands for, or the latest when it began; null where there is none
 * @param logicalTime its logical time
 * @param window the rows that it stands for, in words
 * @param span where it stands for a range of a watermark, that range; null elsewhere
 * @param root the destination's folder, absolute
 * @param waybill the waybill's name below the root
 */
public record PlannedRun(
        String mode,
        String dataset,
        String batchId,
        Instant logicalTime,
        String window,
        Span span,
        String root,
        String waybill) {

    /**
     * A range of a watermark.
     *
     * @param column its column
     * @param low not these rows, nor those below; null for all from the beginning
     * @param high these rows and those below; null where there was nothing to export yet
     * @param version the version of the watermark that the run began from, 0 where there was none; null for a run that does not
     *     move it
     */
    public record Span(String column, String low, String high, Long version) {}
}
