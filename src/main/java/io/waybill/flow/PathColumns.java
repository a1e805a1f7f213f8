package io.waybill.flow;

/** What becomes in the files of columns whose values stand in their paths. */
public enum PathColumns {
    /** They are there, too. */
    KEEP,
    /** The paths alone tell of them. */
    LEAVE_OUT
}
