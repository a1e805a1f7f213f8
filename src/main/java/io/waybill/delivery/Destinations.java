package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.facts.DeliveryFacts;
import io.waybill.flow.Delivery;
import io.waybill.flow.DestinationKind;
import io.waybill.flow.PathTemplate;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the deliveries of a flow into Camel endpoints, and opens the places behind these. */
public record Destinations(CamelContext context) {

    /** The header that holds the SHA-256 of a file, in hex. */
    public static final String SHA256 = "WaybillSha256";

    /** The header by which whoever gets a file twice knows that it is the same. */
    public static final String IDEMPOTENCY_KEY = "WaybillIdempotencyKey";

    /** The header that holds which ledger knows of a run: what others keep of runs is told apart by it. */
    public static final String LEDGER = "WaybillLedger";

    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);

    /** An option of an endpoint's URI; one that is raw ends where Camel lets it end. */
    private static final Pattern OPTION =
            Pattern.compile("([^=&]+)=(?:RAW\\((.*?)\\)(?=&|$)|RAW\\{(.*?)}(?=&|$)|([^&]*))", Pattern.DOTALL);

    /**
     * The place that a delivery goes to.
     *
     * @throws WaybillException when its connection is not known, or does not go there
     */
    public Destination open(Delivery delivery) {
        return open(endpoint(delivery), place(delivery));
    }

    /** The place behind an endpoint, as the ledger keeps the two. */
    public Destination open(String endpoint, String place) {
        return CamelKind.ofEndpoint(endpoint).open(context, endpoint, place);
    }

    /** Whether rows take the place of those with their key there; not so where nothing leads there any more, which who delivers is told. */
    public boolean replacesByKey(DeliveryFacts delivery) {
        try {
            return open(delivery.endpoint(), delivery.place()).replacesByKey();
        } catch (RuntimeException e) {
            LOG.debug("Nobody can tell whether rows take the place of others at {}", delivery.place(), e);
            return false;
        }
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

    /**
     * The place that a step's endpoint leads to, as {@link #place(Delivery)} writes it.
     *
     * @param endpoint as it is written in a route; of the delivery's kind
     */
    public String place(String endpoint, Delivery delivery) {
        CamelKind kind = CamelKind.of(delivery);
        if (!kind.keepsFiles()) {
            return agrees(endpoint, delivery) && !kind.schemes().contains(DestinationKind.ANY_SCHEME)
                    ? place(delivery)
                    : messagePlace(endpoint, delivery);
        }
        return place(endpoint, kind, delivery.scheme());
    }

    private String place(String endpoint, CamelKind kind, String scheme) {
        String uri = context.resolvePropertyPlaceholders(endpoint);
        String place = kind.place(scheme, addressOf(uri), options(uri));
        return withoutPassword(
                place.length() > 1 && place.endsWith("/") ? place.substring(0, place.length() - 1) : place);
    }

    /**
     * Whether a step's endpoint leads to a place that keeps files.
     *
     * @param place as the ledger has it
     */
    public boolean leadsTo(String endpoint, String place) {
        CamelKind kind = CamelKind.ofEndpoint(endpoint);
        return kind.keepsFiles()
                && kind.samePlace(place, place(endpoint, kind, kind.schemes().get(0)));
    }

    /**
     * Whether a step's endpoint sends messages to where another does: to the same address, and of mails, to the same mailboxes.
     *
     * @param isFixed whether it is known before a message comes; of others, those are compared of whose address something is known
     * @param recorded the other, as the ledger has it
     */
    public static boolean sendsTo(String endpoint, boolean isFixed, String recorded) {
        if (isFixed) {
            return same(variables(endpoint), variables(recorded))
                    && Objects.equals(
                            options(endpoint).get("to"), options(recorded).get("to"));
        }
        String scheme = Delivery.schemeOf(recorded);
        return CamelKind.all().stream()
                .filter(kind -> kind.publishesBy(scheme, ""))
                .allMatch(kind -> kind.agrees(endpoint, recorded));
    }

    /** One of whose address nothing is known, where the step says another than the settings. */
    private String messagePlace(String endpoint, Delivery delivery) {
        String shown = variables(Delivery.beforeQuery(endpoint)).replaceAll("\\{\\{[^}]*}}", "…");
        return same(shown, delivery.shownUri()) ? place(delivery) : withoutPassword(shown);
    }

    /** Whether a step's endpoint is of a delivery's kind. */
    public boolean isOfKind(String endpoint, Delivery delivery) {
        CamelKind kind = CamelKind.of(delivery);
        return kind.keepsFiles()
                ? kind.endpoints().stream().anyMatch(endpoint::startsWith)
                : kind.publishesBy(Delivery.schemeOf(endpoint), Delivery.schemeOf(endpoint(delivery)));
    }

    /** Whether two endpoints are of one kind. */
    public boolean isOfSameKind(String endpoint, String other) {
        CamelKind kind = CamelKind.ofEndpoint(other);
        return kind == CamelKind.ofEndpoint(endpoint)
                && (kind.keepsFiles() || Delivery.schemeOf(endpoint).equals(Delivery.schemeOf(other)));
    }

    /**
     * Whether a step's endpoint leads to where a delivery's settings do: what they do not say, the step says. Of an endpoint of whose
     * address nothing is known, the scheme has to be the same.
     *
     * @param endpoint as it is written in a route; of the delivery's kind
     */
    public boolean agrees(String endpoint, Delivery delivery) {
        CamelKind kind = CamelKind.of(delivery);
        if (!kind.keepsFiles()) {
            return kind.agrees(endpoint, endpoint(delivery));
        }
        return saysNoFolder(delivery) || kind.samePlace(place(delivery), place(endpoint, delivery));
    }

    /** Whether a delivery leaves the folder, and the host, to the step that publishes: {@code ./orders.csv}, {@code s3:./orders.csv}. */
    public boolean saysNoFolder(Delivery delivery) {
        String path = context.resolvePropertyPlaceholders(delivery.path().text());
        String folder = new PathTemplate(path).fixedDirectory();
        return delivery.kind().keepsFiles()
                && delivery.authority().isEmpty()
                && (folder.equals("./") || folder.isEmpty() && delivery.kind().isLocal());
    }

    /** What of a delivery's path is its files' own, written as {@link #saysNoFolder} takes it. */
    public static String below(Delivery delivery) {
        String path = delivery.path().text();
        String below = path.substring(delivery.path().fixedDirectory().length());
        if (delivery.kind().isLocal()) {
            return below.isEmpty() ? "./" : below;
        }
        return delivery.scheme() + ":./" + below;
    }

    /** A simple expression's variables, as flows have them. */
    static String variables(String uri) {
        return uri.replaceAll("\\$\\{variable\\.([A-Za-z_]+)}", "{$1}");
    }

    /**
     * Whether two URIs have the same address, but for the slashes behind their scheme.
     *
     * @param shown may have {@code …} for what is not shown
     */
    static boolean same(String uri, String shown) {
        String known = Arrays.stream(addressOf(shown).split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return addressOf(uri).matches("/*" + known + "/*")
                && Delivery.schemeOf(uri).equals(Delivery.schemeOf(shown));
    }

    /** What stands behind the scheme of a URI, without its options. */
    private static String addressOf(String uri) {
        String address = Delivery.beforeQuery(uri);
        address = address.substring(address.indexOf(':') + 1);
        return address.startsWith("//") ? address.substring(2) : address;
    }

    /** The options of an endpoint's URI, with those that are raw. */
    public static Map<String, String> options(String uri) {
        int mark = uri.indexOf('?');
        Map<String, String> options = new LinkedHashMap<>();
        Matcher option = OPTION.matcher(mark < 0 ? "" : uri.substring(mark + 1));
        while (option.find()) {
            String raw = option.group(2) != null ? option.group(2) : option.group(3);
            options.put(
                    option.group(1),
                    raw != null ? raw : URLDecoder.decode(option.group(4).replace("+", "%2B"), StandardCharsets.UTF_8));
        }
        return options;
    }

    /** A URI without the password of its user, for people. */
    public static String withoutPassword(String uri) {
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
        Map<String, String> given = new LinkedHashMap<>();
        kind.beans().forEach(bean -> given.put(bean, options.get(bean)));
        if (connection.trustsByBean()) {
            options.put("sslContextParameters", "#" + connection.tlsBean());
            given.put("sslContextParameters", "#" + connection.tlsBean());
        }
        options.putAll(connection.options());
        if (kind.queryIsOfTheEndpoint()) {
            given.putAll(query(delivery.query()));
        }
        given.putAll(delivery.options());
        String uri = EndpointUri.of(path, options, given);
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
