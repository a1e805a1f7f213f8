package io.waybill.settings;

import io.waybill.WaybillException;

/** What works by settings for long, and takes others while it goes on. */
@FunctionalInterface
public interface Reloadable {

    /**
     * Looks whether it could work by other settings, and changes nothing yet.
     *
     * @throws WaybillException when it could not; the message says which setting is wrong
     */
    Taking prepare(Reloading reloading);

    /** How others are taken, once all are found good. */
    @FunctionalInterface
    interface Taking {

        /** Has them hold. It does not fail, is quick, and waits for nobody: whoever reads settings waits for it. */
        void take();

        /** Does what takes longer, once they hold. */
        default void afterwards() {}

        /** That nothing is to be done. */
        static Taking nothing() {
            return () -> {};
        }
    }
}
