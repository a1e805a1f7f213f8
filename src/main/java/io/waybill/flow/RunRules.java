package io.waybill.flow;

import java.time.Duration;
import java.util.Set;

/** How a flow's runs behave around the rows: beside each other, when a delivery fails, when the data set has changed. */
public final class RunRules {

    /** What becomes of a run that is started while another of its flow is under way. */
    public enum Overlap {
        /** It is refused. */
        SKIP,
        /** It waits for its turn; a further one, beside one that waits already, is refused. */
        QUEUE
    }

    /** What becomes of a run whose columns are not those of the last one. */
    public enum SchemaChange {
        /** It runs, and the change is recorded. */
        ALLOW,
        /** It runs, and whoever asked for it is told. */
        NOTIFY,
        /** It fails before anything is read. */
        FAIL
    }

    /**
     * How a delivery that failed is tried again: after a delay that grows each time, and differs a little, so that many do not
     * come back at once.
     *
     * @param maximumRedeliveries how many times; 0 for never
     * @param delay before the first time
     * @param multiplier how many times longer each further delay is than the one before it
     * @param maximumDelay the longest delay
     */
    public record Redelivery(int maximumRedeliveries, Duration delay, double multiplier, Duration maximumDelay) {

        /** Half a minute in all. */
        public static final Redelivery USUAL = new Redelivery(5, Duration.ofSeconds(1), 2, Duration.ofMinutes(1));

        /** The one that an export's values say. */
        static Redelivery of(Values values) {
            return new Redelivery(
                    values.get(RunRulesKeys.MAXIMUM_REDELIVERIES).intValue(),
                    values.get(RunRulesKeys.REDELIVERY_DELAY),
                    ((Number) values.get(RunRulesKeys.BACK_OFF_MULTIPLIER)).doubleValue(),
                    values.get(RunRulesKeys.MAXIMUM_REDELIVERY_DELAY));
        }
    }

    /**
     * Whom to tell of what.
     *
     * @param uri a Camel endpoint; property placeholders not resolved
     * @param events what it is told of
     */
    public record Notification(String uri, Set<Event> events) {

        /** What one may be told of. */
        public enum Event {
            SUCCESS,
            FAILURE,
            SCHEMA_CHANGE
        }

        public Notification {
            events = Set.copyOf(events);
        }
    }

    private RunRules() {}
}
