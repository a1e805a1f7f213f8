package io.waybill.ledger;

import io.waybill.flow.Window;
import java.time.Instant;

/**
 * What a run was planned to do.
 *
 * @param mode the export mode
 * @param dataset the data set
 * @param batchId the batch that it stands for, or the latest when it began; null where there is none
 * @param logicalTime its logical time; null for runs of before that was kept
 * @param window the rows that it stands for
 * @param version the version of the watermark that it began from and moves, 0 where there was none; null for a run that moves none
 * @param root the destination's folder, absolute
 * @param waybill the waybill's name below the root
 */
public record PlannedRun(
        String mode,
        String dataset,
        String batchId,
        Instant logicalTime,
        Window window,
        Long version,
        String root,
        String waybill) {}
