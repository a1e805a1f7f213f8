package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;

/**
 * What a server says against something that it is asked to do.
 *
 * @param text its own words
 * @param kind what they come to
 */
public record ServerReply(String text, Kind kind) {

    /** What a reply comes to. */
    public enum Kind {
        FULL,
        FORBIDDEN,
        MISSING,
        FAILURE
    }

    /**
     * A failure that says what was asked, of which path, what the server says, and what that may mean.
     *
     * @param act write, rename, remove
     * @param lacking a folder on the way that could not be made; null for none
     */
    WaybillException toException(String act, String path, String lacking, Throwable cause) {
        String meaning = lacking == null
                ? meaning(act)
                : "folder " + lacking + " is not there, and could not be made: the user may not write above it";
        return new WaybillException(
                Stage.PUBLISH,
                // whoever may write may have to wait for a reader to be let rename
                kind != Kind.FORBIDDEN || act.equals("rename"),
                "the server does not " + act + " " + path + ": \"" + text + "\" (" + meaning + ")",
                cause);
    }

    private String meaning(String act) {
        return switch (kind) {
            case FULL -> "its disk is full, or a quota used up";
            case FORBIDDEN ->
                act.equals("rename")
                        ? "the user may write there, and not rename, or not over what is there"
                        : "the user may not " + act + " there";
            case MISSING ->
                act.equals("write")
                        ? "its folder is not there, and could not be made"
                        : "somebody else has removed or moved it";
            case FAILURE ->
                act.equals("write")
                        ? "its disk may be full, or a quota used up"
                        : "another file may be in its way or in use";
        };
    }

    /** A server that has not answered. */
    static WaybillException broken(String act, String path, Throwable cause) {
        return new WaybillException(
                Stage.PUBLISH,
                DeliveryFailure.mayPass(cause),
                "the connection broke as the server was to " + act + " " + path
                        + (cause == null ? "" : ": " + DeliveryFailure.reason(cause)),
                cause);
    }
}
