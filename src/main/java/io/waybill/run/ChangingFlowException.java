package io.waybill.run;

import io.waybill.WaybillException;

/** A flow's steps are made anew just now: a run that has not begun begins with the new ones. */
public final class ChangingFlowException extends WaybillException {

    private static final long serialVersionUID = 1L;

    public ChangingFlowException(String flow) {
        super(Stage.PLAN, true, "flow \"" + flow + "\" is made anew just now; start it again", null);
    }
}
