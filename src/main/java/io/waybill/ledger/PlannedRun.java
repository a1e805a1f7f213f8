package io.waybill.ledger;

import io.waybill.facts.DeliveryFacts;
import io.waybill.flow.FirstDay;
import io.waybill.flow.Window;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.PropagateNull;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jdbi.v3.core.mapper.reflect.JdbiConstructor;

/**
 * What a run was planned to do.
 *
 * @param mode the export mode
 * @param dataset the data set
 * @param batchId the batch that it stands for, or the latest when it began; null where there is none
 * @param logicalTime its logical time; null for runs of before that was kept
 * @param window the rows that it stands for
 * @param firstDay the first day whose rows it may have; null for any
 * @param version the version of the watermark that it began from and moves, 0 where there was none; null for a run that moves none
 * @param deliveries where its files go; at least one
 */
public record PlannedRun(
        String mode,
        String dataset,
        String batchId,
        Instant logicalTime,
        Window window,
        FirstDay firstDay,
        Long version,
        List<RecordedDelivery> deliveries) {

    public PlannedRun {
        deliveries = List.copyOf(deliveries);
    }

    /** One that may have rows of any day. */
    public PlannedRun(
            String mode,
            String dataset,
            String batchId,
            Instant logicalTime,
            Window window,
            Long version,
            List<RecordedDelivery> deliveries) {
        this(mode, dataset, batchId, logicalTime, window, null, version, deliveries);
    }

    /** As it is read, with the one delivery of runs from before there were several. */
    @JdbiConstructor
    PlannedRun(
            String mode,
            String dataset,
            String batchId,
            @ColumnName("logical_ms") Instant logicalTime,
            @Nested WindowColumns window,
            @Nested FirstDayColumns firstDay,
            @ColumnName("watermark_version") Long version,
            @PropagateNull String root,
            String waybill) {
        this(
                mode,
                dataset,
                batchId,
                logicalTime,
                window == null ? new Window.Everything() : window.toWindow(),
                firstDay == null ? null : firstDay.toFirstDay(),
                version,
                List.of(RecordedDelivery.planned(new DeliveryFacts("local", "file:", root, waybill))));
    }

    /** Where its files go first. */
    public RecordedDelivery delivery() {
        return deliveries.get(0);
    }

    PlannedRun with(List<RecordedDelivery> read) {
        return new PlannedRun(mode, dataset, batchId, logicalTime, window, firstDay, version, read);
    }
}
