package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.HeapFailure;

/** What is said of an error of Java's that a step ends by: a heap that is full, a library that is missing or does not load. */
final class StepError {

    private StepError() {}

    /**
     * The failure that it is.
     *
     * @param where the step, for people; without secrets
     * @param hidesValues whether messages may hold values that are nobody's to see
     */
    static WaybillException of(Stage stage, String where, Error error, boolean hidesValues) {
        if (isOf(OutOfMemoryError.class, error)) {
            return HeapFailure.of(stage, where, error);
        }
        if (isOf(UnsatisfiedLinkError.class, error)) {
            return new WaybillException(
                    stage,
                    where + ": a library of the system's cannot be loaded: " + said(error)
                            + "; where " + System.getProperty("java.io.tmpdir")
                            + " is mounted noexec, name another folder by -Djava.io.tmpdir (in JAVA_OPTS for the waybill command)",
                    error);
        }
        if (isOf(LinkageError.class, error)) {
            return new WaybillException(
                    stage, where + ": " + said(error) + "; is a library missing, or of another version?", error);
        }
        return new WaybillException(
                stage, where + ": " + (hidesValues ? error.getClass().getName() : said(error)), error);
    }

    /** Libraries wrap them, and Java remembers one of a class that did not begin by its name alone. */
    private static boolean isOf(Class<? extends Error> type, Error error) {
        return WaybillException.causes(error)
                .anyMatch(
                        cause -> type.isInstance(cause) || String.valueOf(cause).contains(type.getName()));
    }

    /** The first line of the innermost one. */
    private static String said(Error error) {
        Throwable innermost =
                WaybillException.causes(error).reduce((outer, inner) -> inner).orElse(error);
        return innermost.toString().lines().findFirst().orElse("");
    }
}
