package io.waybill.run;

import io.waybill.flow.DataSetKind;
import io.waybill.ledger.Watermarks;

/**
 * The numbers of a feed's batches, which only grow: also where its tables are removed, since who has read them up to the last batch reads
 * what lies above it.
 *
 * @param kept where the last number stays then
 * @param flow the feed's id
 */
public record BatchNumbers(Watermarks kept, String flow) {

    /** The last number of tables that were removed; 0 where there were none. */
    public long last() {
        return kept.find(flow)
                .filter(last -> last.column().equals(DataSetKind.BATCH_ID))
                .map(last -> Long.parseLong(last.value()))
                .orElse(0L);
    }

    /** Keeps the last number of a feed whose tables are about to be removed. */
    public void keep(FeedPlanner planner) {
        planner.latest()
                .ifPresent(
                        batch -> kept.set(flow, planner.numbered(), DataSetKind.BATCH_ID, Long.toString(batch.id())));
    }
}
