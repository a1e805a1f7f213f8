package io.waybill.route.step;

import io.waybill.WaybillException.Stage;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * A step of a run, which an error of Java's fails as an exception does. Camel catches exceptions alone: it would say of the step that it is
 * done, have the thread go on behind it when it next does something, and the run would never end.
 */
final class CaughtStep extends DelegateAsyncProcessor {

    private final String step;
    private final boolean mayBegin;

    /**
     * @param step what it is called, for people
     * @param mayBegin whether a run may begin by it
     */
    CaughtStep(String step, boolean mayBegin, Processor target) {
        super(target);
        this.step = step;
        this.mayBegin = mayBegin;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (!mayBegin && run(exchange) == null) {
            return super.process(exchange, callback); // is no run's: as Camel has it
        }
        HeldCallback held = new HeldCallback(callback);
        boolean done;
        try {
            done = super.process(exchange, held);
        } catch (Error e) {
            ActiveRun run = run(exchange);
            if (run == null || held.hasGoneOn()) { // what has gone on in another thread cannot fail any more
                held.letGo();
                throw e;
            }
            boolean hidesValues = run.plan() != null && run.plan().hidesValues();
            exchange.setException(
                    StepError.of(run.staged() == null ? Stage.STAGE : Stage.PUBLISH, step, e, hidesValues));
            callback.done(true);
            return true;
        } catch (RuntimeException e) { // which no step of Camel's lets out
            held.letGo();
            throw e;
        }
        held.letGo();
        return done;
    }

    private static ActiveRun run(Exchange exchange) {
        return exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
    }

    /** Keeps what a step says in its own thread, until it is known that it does not end by an error. */
    private static final class HeldCallback implements AsyncCallback {

        private final AsyncCallback callback;
        private final Thread thread = Thread.currentThread();
        private boolean holds = true;
        private boolean goneOn;
        private Boolean said;

        HeldCallback(AsyncCallback callback) {
            this.callback = callback;
        }

        @Override
        public void done(boolean doneSync) {
            synchronized (this) {
                if (holds && Thread.currentThread() == thread) {
                    said = doneSync;
                    return;
                }
                goneOn = true;
            }
            callback.done(doneSync);
        }

        synchronized boolean hasGoneOn() {
            return goneOn;
        }

        void letGo() {
            Boolean toSay;
            synchronized (this) {
                holds = false;
                toSay = said;
            }
            if (toSay != null) {
                callback.done(toSay);
            }
        }
    }
}
