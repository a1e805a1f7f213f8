package io.waybill.run;

import io.waybill.delivery.Destinations;
import io.waybill.flow.Engine;
import io.waybill.flow.Form;
import io.waybill.privacy.PrivacyKeys;
import io.waybill.rows.HeldSources;
import io.waybill.rows.RangeReader;
import io.waybill.run.RangeTask.Written;
import io.waybill.settings.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;

/**
 * Does the tasks of runs one by one, each read from its bytes as another process has it: for tests that switch it on. What Spark does with them,
 * the tests in {@code spark/} show.
 */
public final class EngineOfTests implements RangeEngine {

    /** The engine is made by its name, and knows nobody who could tell it. */
    private static final AtomicReference<EngineOfTests> ON = new AtomicReference<>();

    private final CamelContext context;
    private final Attempts attempts;

    /** What is tried of a task. */
    @FunctionalInterface
    interface Attempts {

        /** @return what the attempt has written that counts */
        List<Written> of(RangeTask task, Path folder, Attempt attempt) throws IOException;
    }

    /** Tries a task. */
    @FunctionalInterface
    interface Attempt {
        List<Written> write(String name);
    }

    public EngineOfTests() {
        this(null, null);
    }

    private EngineOfTests(CamelContext context, Attempts attempts) {
        this.context = context;
        this.attempts = attempts;
    }

    static void on(CamelContext context, Attempts attempts) {
        ON.set(new EngineOfTests(context, attempts));
    }

    static void off() {
        ON.set(null);
    }

    @Override
    public Engine engine() {
        return Engine.SPARK;
    }

    @Override
    public Optional<String> missing() {
        return ON.get() == null ? Optional.of("this process has no Spark") : Optional.empty();
    }

    @Override
    public Work begin(String runId, String flow, List<RangeTask> tasks, Path folder) {
        return ON.get().work(tasks.stream().map(EngineOfTests::sent).toList(), folder);
    }

    private static RangeTask sent(RangeTask task) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(task);
            return (RangeTask) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private Work work(List<RangeTask> tasks, Path folder) {
        HeldSources sources = new HeldSources(context);
        RangeTask.Means means = new RangeTask.Means(
                sources::find,
                (source, reader) -> RangeReader.of(
                        context, "rows:" + source + (reader == null ? "" : "?reader=" + Form.lower(reader)), sources),
                format -> format.dataFormat(context),
                new PrivacyKeys(Settings.of(context))::find,
                new Destinations(context)::open,
                Path.of(System.getProperty("java.io.tmpdir")));
        return new Work() {

            private int done;

            @Override
            public Optional<Done> next() {
                if (done == tasks.size()) {
                    return Optional.empty();
                }
                int number = tasks.size() - 1 - done++; // the last comes first: their order is not that of their ends
                RangeTask task = tasks.get(number);
                try {
                    return Optional.of(new Done(
                            number, attempts.of(task, folder, name -> task.write(means, folder, name, () -> false))));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void cancel() {}

            @Override
            public void close() {}
        };
    }
}
