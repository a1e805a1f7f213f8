package io.waybill.spark;

import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.flow.Form;
import io.waybill.privacy.PrivacyKeys;
import io.waybill.rows.HeldSources;
import io.waybill.rows.RangeReader;
import io.waybill.run.RangeTask;
import io.waybill.settings.Settings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Waybill in an executor. Its settings, among them those of data sources and the keys of hashes, are the executor's own: variables of its
 * environment, or the {@code application.properties} that were sent to it by {@code --files}.
 */
public final class RangeWorker implements BiFunction<Object[], BooleanSupplier, byte[]> {

    private final RangeTask.Means means;

    /** @param properties where that file is, if it is there, in the folder of what Spark keeps for the executor */
    public RangeWorker(String properties) {
        // Camel looks options up in lower case, as the machine's language has it
        Locale.setDefault(Locale.ROOT);
        DefaultCamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().addLocation("file:" + properties + ";optional=true");
        context.build();
        ServiceHelper.startService(context.getPropertiesComponent());
        HeldSources sources = new HeldSources(context); // which stay as long as the executor
        this.means = new RangeTask.Means(
                sources::find,
                (source, reader) -> RangeReader.of(
                        context, "rows:" + source + (reader == null ? "" : "?reader=" + Form.lower(reader)), sources),
                format -> format.dataFormat(context),
                new PrivacyKeys(Settings.of(context))::find,
                new Destinations(context)::open,
                Path.of(properties).toAbsolutePath().getParent());
    }

    /**
     * Writes a range.
     *
     * @param task the bytes of a {@link RangeTask}, the folder, and what tells this attempt from others
     * @return the bytes of a {@link TaskResult}
     * @throws IllegalStateException when another attempt may succeed
     */
    @Override
    public byte[] apply(Object[] task, BooleanSupplier isStopped) {
        RangeTask range = TaskResult.of((byte[]) task[0], RangeTask.class);
        try {
            return TaskResult.bytes(
                    new TaskResult.Done(range.write(means, Path.of((String) task[1]), (String) task[2], isStopped)));
        } catch (RuntimeException e) {
            // Camel wraps what is wrong with an endpoint; and no other process knows these classes
            WaybillException known = WaybillException.causes(e)
                    .filter(WaybillException.class::isInstance)
                    .map(WaybillException.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(e.toString()));
            if (known.retryable()) {
                throw new IllegalStateException(known.getMessage());
            }
            return TaskResult.bytes(new TaskResult.Failed(known.stage(), known.getMessage()));
        }
    }
}
