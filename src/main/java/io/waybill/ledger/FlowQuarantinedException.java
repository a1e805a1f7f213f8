package io.waybill.ledger;

import io.waybill.WaybillException;

/** A flow begins no run while one of its runs is quarantined: its rows would go out twice, or not at all. */
public final class FlowQuarantinedException extends WaybillException {

    private static final long serialVersionUID = 1L;

    private final String runId;

    /** @param runId the run that waits for somebody to decide about it */
    public FlowQuarantinedException(String flow, String runId) {
        super(
                Stage.PLAN,
                "flow \"" + flow + "\" begins no run while run " + runId
                        + " is quarantined; waybill release " + runId
                        + " --reason \"…\" publishes its files, waybill discard "
                        + runId + " --reason \"…\" removes them");
        this.runId = runId;
    }

    /** The run that waits for somebody to decide about it. */
    public String runId() {
        return runId;
    }
}
