package io.waybill.flow;

import io.waybill.flow.RunRules.Redelivery;
import java.time.Duration;
import java.util.List;

/** The keys of {@code redelivery} and of {@code [[properties.export.notifications]]}. */
public final class RunRulesKeys {

    public static final Key<Long> MAXIMUM_REDELIVERIES = Key.number(
            "maximum_redeliveries", 0, 1000, Redelivery.USUAL.maximumRedeliveries(), "how many times; 0 for never");
    public static final Key<Duration> REDELIVERY_DELAY =
            Key.time("redelivery_delay", Redelivery.USUAL.delay(), "how long before the first time");
    public static final Key<Object> BACK_OFF_MULTIPLIER = Key.checked(
                    "back_off_multiplier",
                    RunRulesKeys::multiplier,
                    "how many times longer each further delay is: 1 to 100")
            .otherwise(Redelivery.USUAL.multiplier())
            .without("2");
    public static final Key<Duration> MAXIMUM_REDELIVERY_DELAY =
            Key.time("maximum_redelivery_delay", Redelivery.USUAL.maximumDelay(), "the longest delay");

    public static final List<Key<?>> REDELIVERY =
            List.of(MAXIMUM_REDELIVERIES, REDELIVERY_DELAY, BACK_OFF_MULTIPLIER, MAXIMUM_REDELIVERY_DELAY);

    public static final Key<String> URI =
            Key.endpoint("uri", "a Camel endpoint that is told").mandatory();
    public static final Key<List<String>> ON = Key.names(
                    "on", "what it is told of: `success`, `failure`, `schema_change`")
            .without("all three");

    public static final List<Key<?>> NOTIFICATION = List.of(URI, ON);

    private RunRulesKeys() {}

    private static String multiplier(Object value) {
        boolean isOne = value instanceof Number number && number.doubleValue() >= 1 && number.doubleValue() <= 100;
        return isOne ? null : Form.describe(value) + "; a number from 1 to 100 is allowed";
    }
}
