package io.waybill.rows;

import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/** The data sources that something has begun with: it keeps them to its end, whatever the settings say meanwhile. */
public final class HeldSources implements AutoCloseable {

    /** The exchange property that holds those of its run. */
    public static final String PROPERTY = "WaybillSources";

    private final CamelContext context;
    private final Map<String, DataSource> held = new HashMap<>();
    private boolean closed;

    public HeldSources(CamelContext context) {
        this.context = context;
    }

    /** Those of an exchange's run; null for an exchange of none. */
    static HeldSources of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, HeldSources.class);
    }

    /**
     * The data source of that name, the same each time.
     *
     * @throws io.waybill.WaybillException when there is none, or its settings are wrong
     */
    public synchronized DataSource find(String name) {
        DataSource known = held.get(name);
        if (known == null) {
            known = closed ? DataSources.find(context, name) : DataSources.hold(context, name);
            if (!closed) {
                held.put(name, known);
            }
        }
        return known;
    }

    /** Whether what comes now finds another one than is held. */
    public synchronized boolean areOutdated() {
        return held.entrySet().stream()
                .anyMatch(each -> each.getValue() instanceof DatabasePool pool
                        && !DataSources.isInUse(context, each.getKey(), pool));
    }

    /** Lets them go. */
    @Override
    public synchronized void close() {
        closed = true;
        held.values().forEach(DataSources::letGo);
        held.clear();
    }

    /** For logs. */
    @Override
    public synchronized String toString() {
        return "data sources " + held.keySet();
    }
}
