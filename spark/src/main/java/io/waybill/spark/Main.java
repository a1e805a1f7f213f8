package io.waybill.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;

/**
 * The {@code waybill} command as {@code spark-submit} starts it: {@code spark-submit --class io.waybill.spark.Main waybill-spark.jar run FLOW}.
 * Flows with {@code engine = "spark"} run by the executors of that application, and all others as ever.
 */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
        WaybillLoader loader;
        try {
            loader = Installation.loader(Installation.ofDriver().jars());
        } catch (IllegalStateException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(2);
            return;
        }
        Thread.currentThread().setContextClassLoader(loader);
        int exitCode = (int) loader.loadClass("io.waybill.cli.Main")
                .getMethod("exitCodeOf", String[].class)
                .invoke(null, (Object) arguments);
        // before the end of Java: executors that end meanwhile would be replaced
        if (SparkEnv.get() != null) { // a flow has made it
            SparkContext.getOrCreate().stop();
        }
        System.exit(exitCode);
    }
}
