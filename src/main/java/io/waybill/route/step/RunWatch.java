package io.waybill.route.step;

import io.waybill.route.Verb;
import io.waybill.run.ActiveRun;

/**
 * Is told how runs go on, a step at a time and never a row: whoever binds one to Camel's registry has it called by each run of that context,
 * in the thread of the step. What it throws, the run fails of.
 */
public interface RunWatch {

    /** Watches nothing. */
    RunWatch NONE = new RunWatch() {};

    /** A run has begun. */
    default void begun(ActiveRun run) {}

    /**
     * A step begins.
     *
     * @param delivery the destination's id that it is about; null where it is about none
     */
    default void before(ActiveRun run, Verb step, String delivery) {}

    /**
     * A step has ended.
     *
     * @param failure what it has failed of; null where it has not
     */
    default void after(ActiveRun run, Verb step, String delivery, Throwable failure) {}

    /** A run has ended; it has its result. */
    default void ended(ActiveRun run) {}
}
