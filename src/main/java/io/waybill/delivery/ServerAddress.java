package io.waybill.delivery;

import java.net.URI;
import java.net.URISyntaxException;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.util.StringHelper;

/** Where a server is, by the URI of an endpoint. */
public final class ServerAddress {

    private ServerAddress() {}

    /** The URI without its options, as java.net knows it: Camel encodes the brackets of an IPv6 address. */
    public static URI of(String uri) throws URISyntaxException {
        String path = StringHelper.before(uri, "?", uri);
        int end = path.indexOf('/', path.indexOf("//") + 2);
        String authority = end < 0 ? path : path.substring(0, end);
        return new URI(authority.replace("%5B", "[").replace("%5D", "]") + path.substring(authority.length()));
    }

    /** Neither a socket nor known_hosts has brackets around an IPv6 address. */
    public static <C extends RemoteFileConfiguration> C withoutBrackets(C configuration) {
        String host = configuration.getHost();
        if (host != null && host.startsWith("[")) {
            configuration.setHost(host.substring(1, host.length() - 1));
        }
        return configuration;
    }
}
