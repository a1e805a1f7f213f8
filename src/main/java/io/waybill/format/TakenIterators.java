package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;

/**
 * The iterators of maps that were read in a Camel context. As rows do, an iterator in a body hands out its maps once: whoever reads
 * it again, as behind a multicast or when a step is tried again, would write what is left.
 */
public final class TakenIterators {

    private final Map<Iterator<?>, String> readers = Collections.synchronizedMap(new WeakHashMap<>());

    /** Those of a context. */
    public static TakenIterators of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        synchronized (extended) {
            TakenIterators taken = extended.getContextPlugin(TakenIterators.class);
            if (taken == null) {
                taken = new TakenIterators();
                extended.addContextPlugin(TakenIterators.class, taken);
            }
            return taken;
        }
    }

    /** @throws WaybillException when it was taken before */
    public void take(Iterator<?> iterator, String reader) {
        String before = readers.putIfAbsent(iterator, reader);
        if (before != null) {
            throw new WaybillException(
                    Stage.ENCODE,
                    reader + ": the iterator in the body cannot be read: " + before
                            + " has it already; it can be read once, and a list again and again");
        }
    }
}
