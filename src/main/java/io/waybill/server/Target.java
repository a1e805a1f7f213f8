package io.waybill.server;

import io.waybill.flow.Flow;

/**
 * What somebody wants something of.
 *
 * @param namespace the flow's; null where there is none
 * @param flow its id; null for a data set
 * @param dataset the data set's; null where nobody knows
 */
public record Target(String namespace, String flow, String dataset) {

    /** What is for a flow. */
    public static Target of(Flow flow) {
        return new Target(flow.namespace(), flow.id(), null);
    }

    /** A flow that is not there any more. */
    public static Target gone(String flow) {
        return new Target(null, flow, null);
    }

    /** What is for a data set. */
    public static Target ofDataSet(String id) {
        return new Target(null, null, id);
    }
}
