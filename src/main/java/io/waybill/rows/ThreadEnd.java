package io.waybill.rows;

/** The end of a thread that always comes to it. */
public final class ThreadEnd {

    private ThreadEnd() {}

    /** Waits for it, also when it is interrupted meanwhile; which is told when it has come. */
    public static void await(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
