package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.flow.Delivery;
import io.waybill.flow.PathTemplate;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;

/** Turns the deliveries of a flow into Camel endpoints, and opens the places behind these. */
public record Destinations(CamelContext context) {

    /** The header that holds the SHA-256 of a file, in hex. */
    public static final String SHA256 = "WaybillSha256";

    /** The header by which whoever gets a file twice knows that it is the same. */
    public static final String IDEMPOTENCY_KEY = "WaybillIdempotencyKey";

    /**
     * The place that a delivery goes to.
     *
     * @throws WaybillException when its connection is not known, or does not go there
     */
    public Destination open(Delivery delivery) {
        return open(endpoint(delivery), place(delivery));
    }

    /**
     * The place that a delivery goes to by an endpoint.
     *
     * @param endpoint empty for the one that the delivery makes
     */
    public Destination open(String endpoint, Delivery delivery) {
        return endpoint.isEmpty() ? open(delivery) : open(endpoint, place(delivery));
    }

    /** The place behind an endpoint, as the ledger keeps the two. */
    public Destination open(String endpoint, String place) {
        return CamelKind.ofEndpoint(endpoint).open(context, endpoint, place);
    }

    /**
     * The place of a delivery, for people: what stands before the first variable, without users' passwords.
     *
     * @throws WaybillException when its connection is not known, or does not go there
     */
    public String place(Delivery delivery) {
        CamelKind kind = CamelKind.of(delivery);
        if (!kind.keepsFiles()) {
            return withoutPassword(delivery.shownUri());
        }
        String folder = kind.folder(context, delivery);
        if (kind.isLocal()) {
            return folder;
        }
        String authority = context.resolvePropertyPlaceholders(kind.authority(delivery, connection(delivery)));
        String separator = authority.isEmpty() || folder.isEmpty() ? "" : "/";
        return withoutPassword(
                delivery.scheme() + (authority.isEmpty() ? ":" : "://") + authority + separator + folder);
    }

    private static String withoutPassword(String uri) {
        return uri.replaceFirst("^([^/]*://[^/:@]*):[^/@]*@", "$1@");
    }

    /** The folder before the first variable, without the slash behind it. */
    public static String folder(Delivery delivery) {
        String folder = delivery.path().fixedDirectory();
        return folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
    }

    /**
     * The Camel endpoint of a delivery, its placeholders not resolved.
     *
     * @throws WaybillException when its connection is not known, or does not go there
     */
    public String endpoint(Delivery delivery) {
        CamelKind kind = CamelKind.of(delivery);
        Connection connection = connection(delivery);
        Map<String, String> options = new LinkedHashMap<>();
        String path = kind.endpoint(context, delivery, connection, options);
        if (connection.trustsByBean()) {
            options.put("sslContextParameters", "#" + connection.tlsBean());
        }
        options.putAll(connection.options());
        if (kind.queryIsOfTheEndpoint()) {
            options.putAll(query(delivery.query()));
        }
        options.putAll(delivery.options());
        String uri = EndpointUri.of(path, options);
        return kind.keepsFiles() ? uri : withVariables(uri);
    }

    /** Lets the variables of a message's URI stand, which are resolved before anything decodes it. */
    private static String withVariables(String uri) {
        String plain = uri;
        for (String variable : PathTemplate.VARIABLES) {
            plain = plain.replace("%7B" + variable + "%7D", "{" + variable + "}");
        }
        return plain;
    }

    /**
     * What each message of a delivery says besides: simple expressions, by the header's name.
     *
     * @param flow the flow's name
     */
    public Map<String, String> headers(Delivery delivery, String flow) {
        Map<String, String> headers =
                new LinkedHashMap<>(CamelKind.of(delivery).headers(delivery, connection(delivery), flow));
        delivery.headers().forEach((header, text) -> headers.put(header, simple(text)));
        return headers;
    }

    /** A text with variables, as Camel's simple language has these. */
    public static String simple(String template) {
        return new PathTemplate(template).resolve(variable -> "${variable." + variable + "}");
    }

    /** The options behind the question mark of a URI, decoded. */
    public static Map<String, String> query(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : query.split("&")) {
            int equals = option.indexOf('=');
            if (equals > 0) {
                options.put(
                        option.substring(0, equals),
                        URLDecoder.decode(option.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return options;
    }

    /** The bean that says whom a delivery's connection trusts: its properties by its name; empty where it is Java's to say. */
    public Map<String, Map<String, Object>> tlsBean(Delivery delivery) {
        Connection connection = connection(delivery);
        return connection.trustsByBean() ? Map.of(connection.tlsBean(), connection.tlsProperties()) : Map.of();
    }

    /**
     * Whether all files of a run go there as one message.
     *
     * @return the options of the step that makes it; null where each file goes by itself
     */
    public Map<String, String> together(Delivery delivery) {
        return CamelKind.of(delivery).together(connection(delivery));
    }

    private Connection connection(Delivery delivery) {
        if (delivery.connection() == null) {
            return Connection.NONE;
        }
        Connection connection = Connection.find(context, delivery.connection());
        if (connection.kind() != delivery.kind()) {
            throw WaybillException.refusal("connection \"" + delivery.connection() + "\" is of type "
                    + connection.kind().connectionType() + ", and "
                    + delivery.scheme() + ": is not; see waybill.connection." + delivery.connection()
                    + ".type");
        }
        return connection;
    }
}
