package io.waybill.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** What a service manager, or somebody at the terminal, tells a process that is to stop: the first time in good order, the second at once. */
final class StopSignal {

    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

    private final Runnable stop;
    private final AtomicBoolean told = new AtomicBoolean();

    private StopSignal(Runnable stop) {
        this.stop = stop;
    }

    /** @param stop begins to stop, and returns at once */
    static void listen(Runnable stop) {
        StopSignal signal = new StopSignal(stop);
        for (String name : new String[] {"TERM", "INT"}) {
            try {
                Signal.handle(new Signal(name), signal::handle);
            } catch (IllegalArgumentException e) {
                LOG.debug(
                        "SIG{} ends the process by Java's own way", name, e); // where Java was told to leave it (-Xrs)
            }
        }
    }

    private void handle(Signal signal) {
        if (told.getAndSet(true)) {
            LOG.warn(
                    "told to stop again (SIG{}): stopping at once; the next start sees to what is left",
                    signal.getName());
            // as a kill would: no part of a run depends on how its process ends
            Runtime.getRuntime().halt(128 + signal.getNumber());
        }
        LOG.info("told to stop (SIG{}); to be told again stops at once", signal.getName());
        stop.run();
    }
}
