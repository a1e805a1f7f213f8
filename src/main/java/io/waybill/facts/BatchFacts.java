package io.waybill.facts;

/**
 * What a feed's batch has found.
 *
 * @param newRows rows whose key was not there
 * @param changedRows rows that are not as they were
 * @param deletedRows rows that are gone
 * @param unchangedRows all others
 */
public record BatchFacts(long newRows, long changedRows, long deletedRows, long unchangedRows) {

    /** How many rows have changed in one way or another. */
    public long changes() {
        return newRows + changedRows + deletedRows;
    }

    /** For people. */
    public String words() {
        return newRows + " new, " + changedRows + " changed, " + deletedRows + " deleted, " + unchangedRows
                + " unchanged";
    }
}
