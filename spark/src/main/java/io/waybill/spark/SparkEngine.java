package io.waybill.spark;

import io.waybill.flow.Engine;
import io.waybill.run.RangeEngine;
import io.waybill.run.RangeTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Has ranges read and written by the executors of the Spark application that this process is the driver of. */
public final class SparkEngine implements RangeEngine {

    @Override
    public Engine engine() {
        return Engine.SPARK;
    }

    @Override
    public Optional<String> missing() {
        try {
            Class.forName("org.apache.spark.SparkContext", false, getClass().getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.of("this process has no Spark");
        }
        return System.getProperty("spark.master") == null
                ? Optional.of("this process is no driver of Spark's: spark.master is not set")
                : Optional.empty();
    }

    @Override
    public Work begin(String runId, String flow, List<RangeTask> tasks, Path folder) {
        return SparkWork.begin(runId, flow, tasks, folder.toAbsolutePath());
    }
}
