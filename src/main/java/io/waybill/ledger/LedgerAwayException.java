package io.waybill.ledger;

import io.waybill.WaybillException;

/** The ledger does not answer, or has no room, for the time being: what was asked of it may be asked again later. */
public final class LedgerAwayException extends WaybillException {

    private static final long serialVersionUID = 1L;

    LedgerAwayException(String message, Throwable cause) {
        super(Stage.PLAN, true, message, cause);
    }
}
