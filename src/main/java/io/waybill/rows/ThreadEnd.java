package io.waybill.rows;

/** The end of a thread that always comes to it, and what others make of it. */
public final class ThreadEnd {

    private ThreadEnd() {}

    /**
     * Throws in this thread what another has failed of; does nothing where that is null.
     *
     * @param declared what it may be besides an error or a {@link RuntimeException}
     */
    public static <E extends Exception> void rethrow(Throwable failure, Class<E> declared) throws E {
        if (declared.isInstance(failure)) {
            throw declared.cast(failure);
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

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
