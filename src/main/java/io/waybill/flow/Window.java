package io.waybill.flow;

/** The rows that a run stands for. */
public sealed interface Window {

    /** All rows that the mode takes. */
    record Everything() implements Window {}

    /**
     * The rows of one batch.
     *
     * @param id the batch: a number or text; null where the data set has no batch yet
     */
    record Batch(Object id) implements Window {}
}
