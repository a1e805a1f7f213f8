package io.waybill.rows;

import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.service.ServiceHelper;

/** Reads by the data source that an exchange's run holds; for an exchange of no run, by the one of now. */
final class SourceProducer extends DefaultProducer {

    private final RowsEndpoint endpoint;
    private final RowReader chosen;
    private volatile Reading last;

    SourceProducer(RowsEndpoint endpoint, RowReader chosen) {
        super(endpoint);
        this.endpoint = endpoint;
        this.chosen = chosen;
    }

    /** @param source whose product it has asked */
    private record Reading(DataSource source, RowsProducer producer) {}

    @Override
    public void process(Exchange exchange) throws Exception {
        HeldSources held = HeldSources.of(exchange);
        DataSource found = held == null ? endpoint.getDataSource() : held.find(endpoint.getDataSourceName());
        if (found instanceof ConfiguredSource) { // by a name that may be another's since the endpoint was made
            found = DataSources.find(endpoint.getCamelContext(), endpoint.getDataSourceName());
        }
        reading(found instanceof ConfiguredSource configured ? configured.pool() : found)
                .process(exchange);
    }

    private RowsProducer reading(DataSource source) {
        Reading reading = last;
        if (reading == null || reading.source() != source) {
            reading = new Reading(source, endpoint.reading(source, chosen));
            ServiceHelper.startService(reading.producer());
            last = reading;
        }
        return reading.producer();
    }
}
