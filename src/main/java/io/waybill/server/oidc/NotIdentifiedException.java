package io.waybill.server.oidc;

/** What somebody has brought does not prove who they are; the message says why, in words for them. */
public final class NotIdentifiedException extends Exception {

    private static final long serialVersionUID = 1L;

    NotIdentifiedException(String message) {
        super(message);
    }
}
