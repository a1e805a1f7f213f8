package io.waybill.route;

import org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy;

/**
 * What goes on with the run of many tables when all of them have had their turn: the exchange as it was before. The run of each table has
 * told how it has fared, and the last step asks that: the failure of one is not that of the exchange.
 */
public class AfterTables extends UseOriginalAggregationStrategy {

    public AfterTables() {
        super(false);
    }
}
