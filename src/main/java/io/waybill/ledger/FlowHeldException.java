package io.waybill.ledger;

import io.waybill.WaybillException;

/** A run holds the flow; its end lets another begin. */
public final class FlowHeldException extends WaybillException {

    private static final long serialVersionUID = 1L;

    /** @param message who holds it, and since when */
    public FlowHeldException(String message) {
        super(Stage.PLAN, true, message, null);
    }
}
