package io.waybill.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import scala.Function1;
import scala.collection.Iterator;

/**
 * What an executor does with a range: it has Waybill's own classes write it. The range comes, and what was written goes, as bytes that those
 * classes know.
 */
final class TaskFunction implements Function1<Iterator<byte[]>, byte[]>, Serializable {

    private static final long serialVersionUID = 1L;

    /** The one Waybill of an executor, by where it is: it has the connections to databases, which all its tasks share. */
    private static final ConcurrentMap<String, BiFunction<Object[], BooleanSupplier, byte[]>> WORKERS =
            new ConcurrentHashMap<>();

    private final String folder;
    private final String home;
    private final String[] sent;

    /**
     * @param folder where files are staged
     * @param home where Waybill is installed on the executors' machines; null where it is sent to them
     * @param sent the names of its jars that are sent
     */
    TaskFunction(String folder, String home, List<String> sent) {
        this.folder = folder;
        this.home = home;
        this.sent = sent.toArray(String[]::new);
    }

    @Override
    public byte[] apply(Iterator<byte[]> partition) {
        TaskContext context = TaskContext.get();
        BiFunction<Object[], BooleanSupplier, byte[]> worker =
                WORKERS.computeIfAbsent(home == null ? SparkFiles.getRootDirectory() : home, place -> newWorker());
        String attempt = Long.toString(context.taskAttemptId());
        try {
            return worker.apply(new Object[] {partition.next(), folder, attempt}, context::isInterrupted);
        } catch (IllegalStateException e) {
            if (context.isInterrupted()) {
                throw new TaskKilledException("nobody wants it any more");
            }
            throw new TaskFailure(e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // it is by the name of the class
    private BiFunction<Object[], BooleanSupplier, byte[]> newWorker() {
        List<Path> jars = home == null
                ? Arrays.stream(sent).map(SparkFiles::get).map(Path::of).toList()
                : new Installation(Path.of(home)).jars();
        try {
            return (BiFunction<Object[], BooleanSupplier, byte[]>) Installation.loader(jars)
                    .loadClass("io.waybill.spark.RangeWorker")
                    .getConstructor(String.class)
                    .newInstance(SparkFiles.get("application.properties"));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Waybill does not start on an executor: " + e, e);
        }
    }
}
