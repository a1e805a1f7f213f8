package io.waybill.route;

import org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy;

/**
 * What goes on with a run when all its destinations have had their turn: the exchange as it was before. Each destination has told the
 * run how it has fared, and the run's last step asks that.
 */
public class AfterDeliveries extends UseOriginalAggregationStrategy {

    public AfterDeliveries() {
        super(false);
    }
}
