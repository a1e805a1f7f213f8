package io.waybill.cli;

/** What was asked for does not make sense; the message says what would. */
class WrongUsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WrongUsageException(String message) {
        super(message);
    }
}
