package io.waybill.spark;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.run.RangeEngine.Done;
import io.waybill.run.RangeEngine.Work;
import io.waybill.run.RangeTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import scala.concurrent.ExecutionContext;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * One job of Spark's, a task for each range. Spark may try a task several times, and several at once; it tells of one attempt at each, and its
 * files alone are the range's.
 */
final class SparkWork implements Work {

    private sealed interface Event {

        /** A task that is done. */
        record Ended(int task, byte[] result) implements Event {}

        /** The job's end: by itself, or by what it has failed of. */
        record Over(Throwable failure) implements Event {}
    }

    private final SparkContext context;
    private final String group;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private boolean isOver;

    private SparkWork(SparkContext context, String group) {
        this.context = context;
        this.group = group;
    }

    static SparkWork begin(String runId, String flow, List<RangeTask> tasks, Path folder) {
        List<byte[]> bytes = tasks.stream().map(TaskResult::bytes).toList();
        try {
            return bySpark(() -> {
                SparkContext context =
                        SparkContext.getOrCreate(new SparkConf().setIfMissing("spark.app.name", "waybill"));
                SparkWork work = new SparkWork(context, runId);
                work.submit(bytes, flow, folder);
                return work;
            });
        } catch (Exception e) { // Scala declares none
            throw new WaybillException(Stage.READ, true, "Spark does not start: " + reason(e), e);
        }
    }

    /** Has Spark find what it loads by itself where its own classes are. */
    private static <T> T bySpark(Supplier<T> call) {
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(SparkContext.class.getClassLoader());
        try {
            return call.get();
        } finally {
            thread.setContextClassLoader(own);
        }
    }

    private void submit(List<byte[]> tasks, String flow, Path folder) {
        // its text is in Spark's own logs and pages: neither SQL nor values
        context.setJobGroup(group, "Waybill: flow " + flow + ", run " + group, false);
        List<Object> numbers =
                new ArrayList<>(IntStream.range(0, tasks.size()).boxed().toList());
        SimpleFutureAction<Boolean> job = context.submitJob(
                JavaSparkContext.fromSparkContext(context)
                        .parallelize(tasks, tasks.size())
                        .rdd(),
                function(folder),
                CollectionConverters.asScala(numbers).toSeq(),
                (number, result) -> {
                    events.add(new Event.Ended((int) number, result));
                    return BoxedUnit.UNIT;
                },
                () -> true);
        job.onComplete(
                end -> {
                    events.add(new Event.Over(end.isFailure() ? end.failed().get() : null));
                    return null;
                },
                ExecutionContext.fromExecutor(Runnable::run));
        context.clearJobGroup();
    }

    private TaskFunction function(Path folder) {
        String home = context.getConf().get(Installation.EXECUTOR_HOME, null);
        List<String> sent = new ArrayList<>();
        if (home == null) {
            for (Path jar : Installation.ofDriver().jars()) {
                context.addFile(jar.toAbsolutePath().toString());
                sent.add(jar.getFileName().toString());
            }
        }
        return new TaskFunction(folder.toString(), home, sent);
    }

    @Override
    public Optional<Done> next() {
        Event event = take();
        if (event instanceof Event.Ended ended) {
            TaskResult result = TaskResult.of(ended.result(), TaskResult.class);
            if (result instanceof TaskResult.Failed failed) {
                throw new WaybillException(failed.stage(), "an executor: " + failed.message());
            }
            return Optional.of(new Done(ended.task(), ((TaskResult.Done) result).files()));
        }
        isOver = true;
        Throwable failure = ((Event.Over) event).failure();
        if (failure != null) {
            throw new WaybillException(Stage.READ, true, "Spark gave up: " + reason(failure), failure);
        }
        return Optional.empty();
    }

    /** What the last attempt has said, else what Spark says, without the stack traces of executors. */
    private static String reason(Throwable failure) {
        return WaybillException.causes(failure)
                // it is of another loader
                .filter(cause -> cause.getClass().getName().equals(TaskFailure.class.getName()))
                .map(Throwable::getMessage)
                .findFirst()
                .orElseGet(() ->
                        String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString()));
    }

    private Event take() {
        try {
            return events.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaybillException(Stage.READ, true, "the run was interrupted", e);
        }
    }

    @Override
    public void cancel() {
        context.cancelJobGroup(group);
    }

    @Override
    public void close() {
        if (!isOver) {
            cancel();
        }
    }
}
