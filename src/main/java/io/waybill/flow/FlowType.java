package io.waybill.flow;

/** What a flow does. */
public enum FlowType {
    /** Exports a data set to files. */
    EXPORT_FLOW,
    /** Compares a table with its last state and appends what changed to a change feed. */
    CHANGE_FEED,
    /** Publishes each batch's changes. */
    DELTA_PUBLISHING
}
