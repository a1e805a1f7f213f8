package io.waybill.feed;

import io.waybill.database.ChangeLog;
import io.waybill.facts.BatchFacts;
import java.util.Optional;

/**
 * A batch of a feed that is written.
 *
 * @param id its number
 * @param runId the run that wrote it
 * @param method how changes were told
 * @param seen what the log and its table were then, {@link io.waybill.database.ChangeLog#fingerprint}; null where it did not go by a log
 * @param counts what was found
 * @param rows how many rows were written
 */
public record FeedBatch(long id, String runId, Method method, String seen, BatchFacts counts, long rows) {

    /**
     * What a log comes to for the batch behind this one: where this one did not go by it, nothing of it is missed.
     *
     * @param found the log as it is
     * @param last the last batch
     */
    public static ChangeLog.State log(ChangeLog.State found, Optional<FeedBatch> last) {
        if (found == ChangeLog.State.WHOLE) {
            return found;
        }
        return last.map(FeedBatch::seen).isPresent() ? ChangeLog.State.LOST : ChangeLog.State.ABSENT;
    }

    /** How a batch tells what has changed. */
    public enum Method {
        /** Compares columns, of all rows. */
        CHECK,
        /** Compares the column that says when a row was changed, of all rows. */
        TIMESTAMP,
        /** Likewise, of those rows alone that were changed since the last batch. */
        SINCE,
        /** Compares columns, of those rows that the database's log says were touched. */
        LOG
    }
}
