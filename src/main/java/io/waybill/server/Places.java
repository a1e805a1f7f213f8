package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.delivery.Connection;
import io.waybill.delivery.HostNames;
import io.waybill.delivery.Reach;
import io.waybill.flow.Delivery;
import io.waybill.flow.Export;
import io.waybill.flow.Flow;
import io.waybill.route.FlowRoutesLoader;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.CamelContext;

/**
 * Where somebody may have files sent to who comes from elsewhere: to folders below the one that is set, over connections that an
 * administrator has named, and to servers that one has listed. Otherwise the server could be made to ask whatever it can reach.
 */
record Places(Desk desk) {

    /** What is no server that can be compared. */
    private static final String NONE = "none";

    /** What is wrong with where the files of a flow go that somebody writes who is no administrator. */
    List<String> problems(Export export) {
        List<String> problems = new ArrayList<>();
        for (Delivery delivery : export.deliveries()) {
            String key = export.deliveries().size() == 1 ? "file_path" : "delivery." + delivery.id();
            String problem = delivery.kind().isLocal() ? local(delivery) : remote(delivery);
            if (problem != null) {
                problems.add(key + ": " + problem);
            }
        }
        return problems;
    }

    private String local(Delivery delivery) {
        String shown = "\"" + delivery.uri().text() + "\"";
        String refused =
                shown + " is not below the folder of waybill.server.files; role admin@* is needed to write elsewhere";
        try {
            Path path = Path.of(delivery.address()).toAbsolutePath().normalize();
            if (!path.startsWith(desk.settings().files()) || delivery.uri().escapesItsRoot()) {
                return refused;
            }
            return staysBelow(path) ? null : shown + " leads out of the folder of waybill.server.files, by a link";
        } catch (InvalidPathException e) {
            return refused;
        }
    }

    /** Whether what there is of a path, links and all, is below the folder. */
    private boolean staysBelow(Path path) {
        Path there = path;
        while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            Path root = desk.settings().files();
            return !there.startsWith(root) || there.toRealPath().startsWith(root.toRealPath());
        } catch (IOException e) {
            return false; // a link to nowhere
        }
    }

    /**
     * Looks once more at a flow that is to run now: what was a folder when it was written may be a link since.
     *
     * @throws Refused where it would write outside by one
     */
    void refuseLinks(Flow flow) {
        flow.exported().ifPresent(export -> {
            for (Delivery delivery : export.deliveries()) {
                if (delivery.kind().isLocal()) {
                    Path path = Path.of(resolved(delivery)).toAbsolutePath().normalize();
                    if (path.startsWith(desk.settings().files()) && !staysBelow(path)) {
                        throw Refused.of(
                                409,
                                "delivery \"" + delivery.id()
                                        + "\" leads out of the folder of waybill.server.files, by a link");
                    }
                }
            }
        });
    }

    /** Its address, with what placeholders stand for: without, nobody knows where it leads. */
    private String resolved(Delivery delivery) {
        return FlowRoutesLoader.placeholders(desk.context()).apply(delivery.address());
    }

    private String remote(Delivery delivery) {
        String shown = "\"" + delivery.shownUri() + "\"";
        if (delivery.connection() == null) {
            return shown + " is of no connection; write connection = \"…\", one that an administrator has set up";
        }
        if (!delivery.query().isEmpty() || !delivery.options().isEmpty()) {
            return shown + " has options of its endpoint; role admin@* is needed to write them";
        }
        for (Map.Entry<String, String> header : delivery.headers().entrySet()) {
            if (header.getKey().regionMatches(true, 0, "camel", 0, 5)
                    || header.getValue().contains("$")) {
                return shown + " has header " + header.getKey()
                        + ", by which Camel itself is told what to do; role admin@* is needed to write it";
            }
        }
        Connection connection;
        try {
            connection = Connection.find(desk.context(), delivery.connection());
        } catch (WaybillException e) {
            return null; // the flow is refused for that in any case
        }
        if (delivery.scheme().equals("s3")) {
            return connection
                            .value("bucket")
                            .filter(bucket -> !bucket.equals(delivery.authority()))
                            .isPresent()
                    ? shown + " is not in the bucket of connection \"" + delivery.connection() + "\""
                    : null;
        }
        String server = delivery.authority();
        boolean own = server.isEmpty()
                || connection.value("host").filter(server::equals).isPresent()
                || desk.settings().endpoints().contains(delivery.scheme() + "://" + server);
        return own
                ? null
                : shown + " names a server that is not the one of connection \"" + delivery.connection()
                        + "\", nor in waybill.server.allowed-endpoints";
    }

    /**
     * Whether a caller may name a server of S3 and a bucket: those of a connection, or a server that is listed.
     *
     * @param endpoint its URL; null for AWS
     */
    boolean allowsS3(String endpoint, String bucket) {
        String server = normal(endpoint);
        if (server.equals(NONE)) {
            return false;
        }
        if (desk.settings().endpoints().stream().map(Places::normal).anyMatch(server::equals)) {
            return true;
        }
        CamelContext context = desk.context();
        for (String name : Connection.names(context)) {
            Connection connection = Connection.find(context, name);
            if (connection.value("type").filter("s3"::equals).isPresent()
                    && normal(connection.value("endpoint").orElse(null)).equals(server)
                    && connection
                            .value("bucket")
                            .filter(each -> !each.equals(bucket))
                            .isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where the name of a server of S3 that is allowed may lead during a call, each time that it is connected to: no further inside than now. A name that leads
     * to this machine itself, or to what its cloud tells its machines, is turned away: whoever has the name chooses where it leads, also
     * one that an administrator has listed. An address is what it is.
     *
     * @param endpoint its URL; null for AWS
     * @throws Refused where it leads there
     */
    Reach reach(String endpoint) {
        String host = host(endpoint);
        if (host == null) {
            return Reach.NETWORK; // AWS, which may be had by an address of one's own network
        }
        if (host.equalsIgnoreCase("localhost") || host.matches("[\\d.]+|.*:.*")) {
            return Reach.ANY;
        }
        try {
            return Reach.of(Reach.NETWORK.look(host, HostNames.of(desk.context())));
        } catch (UnknownHostException e) {
            return Reach.OUTSIDE; // nobody is asked then
        } catch (SecurityException e) {
            throw Refused.forbidden("export_paths.storage_config.options.endpoint: " + e.getMessage());
        }
    }

    private static String host(String endpoint) {
        try {
            return endpoint == null ? null : new URI(endpoint).getHost();
        } catch (java.net.URISyntaxException e) {
            return null;
        }
    }

    /** A server as it is compared: its scheme, its name in small letters, its port. */
    private static String normal(String endpoint) {
        if (endpoint == null || endpoint.equals("aws")) {
            return "aws";
        }
        try {
            URI uri = new URI(endpoint);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
            return uri.getHost() == null || uri.getUserInfo() != null
                    ? NONE
                    : scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
        } catch (java.net.URISyntaxException e) {
            return NONE;
        }
    }
}
