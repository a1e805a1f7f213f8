package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.flow.Engine;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.run.RangeTask.Written;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Has ranges of runs read and written by processes elsewhere. A jar beside Waybill's brings it, and names it in {@code
 * META-INF/services/io.waybill.run.RangeEngine}.
 */
public interface RangeEngine {

    /** Which it is. */
    Engine engine();

    /** What it takes to run it, where that is not there; empty where it is. */
    Optional<String> missing();

    /**
     * Begins to have tasks done, each at least once.
     *
     * @param folder that of the run's staged files, which all of them write to
     * @throws WaybillException when that cannot be
     */
    Work begin(String runId, String flow, List<RangeTask> tasks, Path folder);

    /** Tasks that are being done. */
    interface Work extends AutoCloseable {

        /**
         * Waits until one task more is done.
         *
         * @return empty where all are
         * @throws WaybillException when one has failed for good, or all were cancelled
         */
        Optional<Done> next();

        /** Has all that is under way stop; from any thread. */
        void cancel();

        /** Lets go what is still under way. */
        @Override
        void close();
    }

    /**
     * What one attempt at a task has written, the one that counts.
     *
     * @param task its place among the tasks, from 0
     */
    record Done(int task, List<Written> files) {}

    /**
     * That of an engine.
     *
     * @throws WaybillException when it is not in this process; the message says what to do
     */
    static RangeEngine of(Engine engine) {
        // by the loader of these classes: a thread's own may be that of a program around
        RangeEngine found = ServiceLoader.load(RangeEngine.class, RangeEngine.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.engine() == engine)
                .findFirst()
                .orElseThrow(() -> refusal(engine, "this process has no Spark"));
        found.missing().ifPresent(missing -> {
            throw refusal(engine, missing);
        });
        return found;
    }

    /**
     * Refuses a run whose engine is not in this process, before there is anything of it.
     *
     * @throws WaybillException as before
     */
    static void require(Engine engine) {
        if (engine == Engine.SPARK) {
            of(engine);
        }
    }

    /** Why a flow cannot run in this process; empty where it can. */
    static Optional<String> refusal(Flow flow) {
        try {
            flow.exported().ifPresent(export -> require(export.engine()));
            return Optional.empty();
        } catch (WaybillException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static WaybillException refusal(Engine engine, String why) {
        return WaybillException.refusal("engine: \"" + Form.lower(engine) + "\" cannot run here: " + why
                + "; start the run by spark-submit --class io.waybill.spark.Main lib-spark/waybill-spark.jar run FLOW,"
                + " or leave engine out");
    }
}
