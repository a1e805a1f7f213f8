package io.waybill.route;

import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

/** The flows whose files a Camel context has loaded, as they were then, for as long as their routes are there. */
final class LoadedFlows {

    /** By the route that each begins with. */
    private final Map<RouteDefinition, Loaded> loaded = Collections.synchronizedMap(new WeakHashMap<>());

    private LoadedFlows() {}

    /**
     * A flow that was loaded.
     *
     * @param dataSet its declared data set; null for one that is found by its name
     * @param location where its file is, as Camel has it
     * @param text what its file said
     */
    record Loaded(Flow flow, DataSet dataSet, String location, String text) {

        Resource resource() {
            return ResourceHelper.fromString(location, text);
        }

        String file() {
            return location.substring(location.indexOf(':') + 1);
        }
    }

    /** Those of a context. */
    static LoadedFlows of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        synchronized (extended) {
            LoadedFlows there = extended.getContextPlugin(LoadedFlows.class);
            if (there == null) {
                there = new LoadedFlows();
                extended.addContextPlugin(LoadedFlows.class, there);
            }
            return there;
        }
    }

    void add(RouteDefinition start, Loaded flow) {
        loaded.put(start, flow);
    }

    /** A flow by its id; empty where its routes are of no flow file. */
    Optional<Loaded> find(CamelContext context, String flow) {
        return DefinedRoutes.find(context, flow).map(loaded::get);
    }
}
