package io.waybill.privacy;

/** A value that a transform is not for. The message says nothing of the value. */
public final class RefusedValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int row;

    /** @param row in its batch; 0 for a value that is in none */
    RefusedValueException(int row, String message) {
        super(message, null, false, false);
        this.row = row;
    }

    int row() {
        return row;
    }
}
