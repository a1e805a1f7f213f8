package io.waybill.flow;

/** What becomes of the other tables of a flow when the run of one has failed. */
public enum OnFailure {
    /** They are exported all the same. */
    CONTINUE,
    /** Those that have not begun do not. */
    STOP
}
