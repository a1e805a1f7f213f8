package io.waybill.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.apache.camel.CamelContext;

/** Tells where the names of servers lead now. Another than the machine's own is a bean of this type, the only one, in Camel's registry. */
@FunctionalInterface
public interface HostNames {

    /** The addresses of a name. */
    InetAddress[] of(String host) throws UnknownHostException;

    /** That which a context asks. */
    static HostNames of(CamelContext context) {
        Set<HostNames> bound = context.getRegistry().findByType(HostNames.class);
        return bound.size() == 1 ? bound.iterator().next() : InetAddress::getAllByName;
    }
}
