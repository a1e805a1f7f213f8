package io.waybill.ledger;

import io.waybill.WaybillException;

/** Another process has begun a run for what a trigger fires for, or this one before: there is nothing left to do. */
public final class FiredAlreadyException extends WaybillException {

    private static final long serialVersionUID = 1L;

    FiredAlreadyException(String flow, String trigger) {
        super(Stage.PLAN, "flow \"" + flow + "\": what " + trigger + " fires for has its run already");
    }
}
