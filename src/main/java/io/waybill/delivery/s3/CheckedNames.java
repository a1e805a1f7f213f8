package io.waybill.delivery.s3;

import io.waybill.delivery.HostNames;
import io.waybill.delivery.Reach;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.http.conn.DnsResolver;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/**
 * Looks up the name of a server each time that a client connects to it, and has it connect to what was found, and was looked at: a name that
 * led elsewhere a moment ago is nothing to go by. The client follows no redirect.
 *
 * @param proxy the proxy that the environment names, which looks up names itself; null for none
 */
record CheckedNames(Reach reach, HostNames names, String proxy) implements DnsResolver {

    /** A client that goes by these. */
    static ApacheHttpClient.Builder client(Reach reach, HostNames names) {
        String proxy = ProxyConfiguration.builder().build().host();
        return ApacheHttpClient.builder().dnsResolver(new CheckedNames(reach, names, proxy));
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        return host.equalsIgnoreCase(proxy) ? names.of(host) : reach.look(host, names);
    }
}
