package io.waybill.route;

import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.Refusal;
import io.waybill.flow.ReportKeys;
import io.waybill.flow.SplitKeys;
import io.waybill.flow.Trigger;
import io.waybill.flow.TriggerKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.spi.DataFormat;

/** The options that each verb takes: keys of an export, and of their own. */
public final class StepOptions {

    public static final Key<String> DELIVERY = Key.text(
                    "delivery", "the destination that `waybill:delivery` turns to, where a flow has several")
            .inRoutesAlone();

    public static final Key<Long> SIZE_LIMIT = Key.limit(
                    "sizeLimit",
                    Long.MIN_VALUE,
                    "how many bytes of files a mail takes; more are linked to, where `link` says how, or refused")
            .otherwise(20_000_000L)
            .inRoutesAlone();

    public static final Key<String> LINK = Key.text(
                    "link", "where a file can be had that is too large for a mail, with `{file}` for its name")
            .inRoutesAlone();

    public static final Key<Long> MAX_ROWS = Key.limit(
                    "maxRows",
                    Long.MIN_VALUE,
                    "how many new rows `waybill:due` lets a stream's next batch begin for at once; 0 for none")
            .inRoutesAlone();

    public static final Key<Duration> MAX_DELAY = Key.time(
                    "maxDelay",
                    Trigger.MicroBatches.LEAST_DELAY,
                    Duration.ofSeconds(10),
                    "how long, about, `waybill:due` keeps new rows waiting")
            .inRoutesAlone();

    public static final Key<String> TRIGGER = Key.text(
                    "trigger", "the trigger's name within its flow; the ledger knows what it has started by that")
            .mandatory()
            .inRoutesAlone();

    public static final Key<String> CONNECTION = Key.text(
                    "connection", "how to get to a `filePath` elsewhere, of `waybill:export` and `waybill:sink`")
            .inRoutesAlone();

    public static final Key<String> MESSAGE_KEY = Key.text(
                    "messageKey",
                    "what tells a message that comes again to `waybill:export` and `waybill:sink`, in Camel's simple language:"
                            + " `${header.JMSMessageID}`; it has one run. Without it, that of the header `WaybillMessageKey`, where"
                            + " the message has one")
            .inRoutesAlone();

    /** What an export of rows takes that somebody has: nothing that is said of a query. */
    private static final List<Key<?>> OF_A_BODY = List.of(
            ExportKeys.NAMESPACE,
            ExportKeys.FILE_PATH,
            ExportKeys.IF_EXISTS,
            ExportKeys.DELIVERY,
            ExportKeys.FORMAT,
            ExportKeys.EXPORTER_CONFIG,
            ExportKeys.TRANSFORM,
            ExportKeys.EXPECT,
            SplitKeys.MAX_ROWS_PER_FILE,
            SplitKeys.TARGET_FILE_SIZE_BYTES,
            SplitKeys.MAX_ROW_GROUPS_PER_FILE,
            SplitKeys.MAX_ARCHIVE_SIZE,
            ExportKeys.COMPRESSION,
            ExportKeys.ENCRYPTION,
            ExportKeys.CHECKSUMS,
            ExportKeys.SCHEMA_CHANGE,
            ExportKeys.SKIP_EMPTY,
            ExportKeys.TIMEZONE);

    /** What any endpoint of Camel takes. */
    private static final Set<String> COMMON = Set.of("lazyStartProducer", "exchangePattern");

    /** The classes of the beans that tables are in a route; the elements' class, of lists. */
    private static final Map<Key<?>, Class<?>> BEANS = Map.of(
            ExportKeys.DELIVERY, DeliveryBean.class,
            ExportKeys.FILTERS, FilterBean.class,
            ExportKeys.EXPECT, ExpectBean.class,
            ExportKeys.TRANSFORM, TransformBean.class,
            ReportKeys.METRICS, MetricBean.class,
            ReportKeys.HAVING, FilterBean.class,
            ExportKeys.ENCRYPTION, EncryptionBean.class,
            ExportKeys.CHANGES, ChangesBean.class,
            ExportKeys.DATA_SET, DataSetBean.class,
            ExportKeys.EXPORTER_CONFIG, DataFormat.class);

    private StepOptions() {}

    private static List<Key<?>> keys(Verb verb) {
        return switch (verb) {
            case BEGIN -> ExportKeys.options();
            case TAKE -> OF_A_BODY;
            case EXPORT -> with(MESSAGE_KEY, with(CONNECTION, ExportKeys.options()));
            case SINK -> with(MESSAGE_KEY, with(CONNECTION, OF_A_BODY));
            case RUN -> List.of(ExportKeys.EXPORT_MODE, ExportKeys.BATCH_ID);
            case DELIVERY -> List.of(DELIVERY);
            case MAIL -> List.of(SIZE_LIMIT, LINK);
            case CLOCK ->
                List.of(
                        TRIGGER,
                        TriggerKeys.TYPE,
                        TriggerKeys.TIMEZONE,
                        TriggerKeys.SCHEDULE,
                        TriggerKeys.EVERY,
                        TriggerKeys.START_AT,
                        TriggerKeys.END_AT,
                        TriggerKeys.REPEAT,
                        TriggerKeys.AT,
                        TriggerKeys.ON,
                        TriggerKeys.DAY,
                        TriggerKeys.JITTER,
                        TriggerKeys.CATCH_UP);
            case LISTEN -> List.of(TRIGGER, TriggerKeys.CHANNEL);
            case LOOK -> List.of(TRIGGER);
            case DUE -> List.of(MAX_ROWS, MAX_DELAY);
            case FEED -> FeedKeys.options();
            case TABLES,
                    GATHER,
                    STAGE,
                    PART,
                    MANIFEST,
                    DELIVERED,
                    UNDELIVERED,
                    COMPLETE,
                    FAIL,
                    LETTER,
                    REDRIVE,
                    NOTICE,
                    FOLLOWED -> List.of();
        };
    }

    private static List<Key<?>> with(Key<?> key, List<Key<?>> others) {
        List<Key<?>> all = new ArrayList<>(others);
        all.add(key);
        return all;
    }

    /** The options of a verb, without those of any endpoint. */
    public static Set<String> of(Verb verb) {
        return options(verb).keySet();
    }

    /** The options of a verb, by their names. */
    public static Map<String, Key<?>> options(Verb verb) {
        Map<String, Key<?>> options = new LinkedHashMap<>();
        keys(verb).forEach(key -> options.put(key.option(), key));
        return options;
    }

    /** All options there are, by their names. */
    public static Map<String, Key<?>> all() {
        Map<String, Key<?>> options = new LinkedHashMap<>();
        for (Verb verb : Verb.values()) {
            options(verb).forEach(options::putIfAbsent); // those of the same name are of the same form
        }
        return options;
    }

    /** The class of the bean, or of the beans of the list, that an option refers to; null where it holds its value itself. */
    public static Class<?> beanOf(Key<?> key) {
        return key.equals(ExportKeys.DATA_SETS) ? DataSetBean.class : BEANS.get(key);
    }

    /** What is wrong with options as they stand in a URI. */
    public static List<Refusal> check(Verb verb, Map<String, Object> given) {
        Map<String, Key<?>> known = options(verb);
        List<Refusal> refusals = new ArrayList<>();
        given.forEach((name, value) -> {
            Key<?> key = known.get(name);
            String wrong = key != null
                    ? problem(key, String.valueOf(value))
                    : COMMON.contains(name) ? null : unknown(verb, name, known.keySet());
            if (wrong != null) {
                refusals.add(new Refusal(name, wrong));
            }
        });
        return refusals;
    }

    private static String problem(Key<?> key, String value) {
        if (key.form() instanceof Form.Table) {
            return null;
        }
        try {
            key.parse(value);
            return null;
        } catch (IllegalArgumentException e) {
            return new Refusal(key.name(), e.getMessage()).asOption().message();
        }
    }

    private static String unknown(Verb verb, String name, Set<String> known) {
        for (Verb other : Verb.values()) {
            if (of(other).contains(name)) {
                return "is an option of " + other.shown() + ", not of " + verb.shown();
            }
        }
        return "is not an option of " + verb.shown()
                + (known.isEmpty() ? ", which has none" : "; allowed: " + String.join(", ", new TreeSet<>(known)))
                + NearestName.hint(name, known);
    }
}
