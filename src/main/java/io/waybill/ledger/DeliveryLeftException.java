package io.waybill.ledger;

import io.waybill.WaybillException;

/** A flow begins no run while one waits that was interrupted on its way: its rows would go out twice. */
public final class DeliveryLeftException extends WaybillException {

    private static final long serialVersionUID = 1L;

    DeliveryLeftException(String flow, String runId) {
        super(
                Stage.PLAN,
                true,
                "flow \"" + flow + "\" has to deliver what is left of run " + runId
                        + " first, which another process has just cleaned up after; run the flow again",
                null);
    }
}
