package io.waybill.cli;

/** The exit codes. */
final class ExitCode {

    /** Done. */
    static final int DONE = 0;
    /** A run failed. */
    static final int FAILED = 1;
    /** The command line or a flow is wrong; nothing has run. */
    static final int WRONG = 2;
    /** Delivered files are not what their waybill says. */
    static final int DIFFERENT = 3;

    /** Something that must hold does not: nothing was delivered, and the run waits for somebody to release or discard it. */
    static final int QUARANTINED = 4;

    /** The server was told to stop, and has left runs that were under way to the next start. */
    static final int LEFT = 5;

    private ExitCode() {}
}
