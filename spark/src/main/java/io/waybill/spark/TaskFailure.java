package io.waybill.spark;

/** An attempt at a range that has failed, and that another may succeed in: Spark tries again. Its message is all that there is to tell. */
final class TaskFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TaskFailure(String message) {
        super(message, null, false, false);
    }
}
