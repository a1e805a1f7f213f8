package io.waybill.ledger;

import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * A range of a divided run.
 *
 * @param number from 1
 * @param low where it begins, as text; null where nothing lies before it
 * @param high where the next one begins; null where there is none
 * @param owner who has leased it last; null where nobody has
 * @param fence how often it was leased
 * @param leaseUntilMs until when it is leased, by the clock of the database; null where nobody has it
 * @param rows its rows; null until it is read
 */
public record RangeState(
        int number,
        @ColumnName("low_value") String low,
        @ColumnName("high_value") String high,
        Owner owner,
        long fence,
        Long leaseUntilMs,
        @ColumnName("row_count") Long rows) {

    public boolean isDone() {
        return rows != null;
    }

    /** Whether somebody reads it, and is heard of. */
    boolean isTaken(long now) {
        return !isDone() && leaseUntilMs != null && leaseUntilMs >= now && !owner.isDead();
    }
}
