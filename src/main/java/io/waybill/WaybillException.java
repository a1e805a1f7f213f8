package io.waybill;

import java.util.Objects;
import java.util.stream.Stream;

/**
 * What stops a run. The message is for the user: one line, with the place and what to do about it; the cause is for
 * {@code --debug}.
 */
public class WaybillException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Where in a run it happened. */
    public enum Stage {
        PLAN,
        READ,
        ENCODE,
        STAGE,
        PUBLISH,
        COMMIT
    }

    private final Stage stage;
    private final boolean retryable;

    public WaybillException(Stage stage, boolean retryable, String message, Throwable cause) {
        super(message, cause);
        this.stage = stage;
        this.retryable = retryable;
    }

    public WaybillException(Stage stage, String message) {
        this(stage, false, message, null);
    }

    public WaybillException(Stage stage, String message, Throwable cause) {
        this(stage, false, message, cause);
    }

    /** What cannot be planned, and stays so until somebody changes something. */
    public static WaybillException refusal(String message) {
        return refusal(message, null);
    }

    /** Likewise, with what was thrown. */
    public static WaybillException refusal(String message, Throwable cause) {
        return new WaybillException(Stage.PLAN, message, cause);
    }

    /** What does not get to its destination, and will not until somebody changes something. */
    public static WaybillException undelivered(String message) {
        return new WaybillException(Stage.PUBLISH, message);
    }

    /** What may succeed when it is tried again, nothing else changed. */
    public static WaybillException passing(Stage stage, String message) {
        return new WaybillException(stage, true, message, null);
    }

    public Stage stage() {
        return stage;
    }

    /** Whether the same run may succeed when it is tried again, nothing else changed. */
    public boolean retryable() {
        return retryable;
    }

    /** A failure, and what has caused it, from without to within. */
    public static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }
}
