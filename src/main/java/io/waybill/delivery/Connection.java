package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.flow.Delivery;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.settings.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;

/**
 * How to get to a place: {@code waybill.connection.<name>.*} of the properties. What an endpoint gets of it are property
 * placeholders, so that no route shows what they stand for.
 */
public final class Connection {

    static final String PREFIX = "waybill.connection.";

    private static final String OPTION = "option.";

    /** That of a delivery which names none. */
    public static final Connection NONE = new Connection("", null, Map.of());

    private final String name;
    private final CamelKind kind;
    private final Map<String, String> values;

    private Connection(String name, CamelKind kind, Map<String, String> values) {
        this.name = name;
        this.kind = kind;
        this.values = values;
    }

    /** The names of all connections, sorted. */
    public static List<String> names(CamelContext context) {
        return List.copyOf(Settings.of(context).connections());
    }

    /**
     * A connection by its name.
     *
     * @throws WaybillException when there is none, or a setting of it is wrong; the message says which
     */
    public static Connection find(CamelContext context, String name) {
        Map<String, String> values = Settings.of(context).connection(name);
        if (values.isEmpty()) {
            List<String> names = names(context);
            throw WaybillException.refusal("connection \"" + name + "\" is not known; "
                    + (names.isEmpty() ? "none is configured" : "known: " + String.join(", ", names))
                    + " (set " + PREFIX + name + ".type in application.properties)"
                    + NearestName.hint(name, names));
        }
        CamelKind kind = CamelKind.all().stream()
                .filter(each -> values.get("type").equals(each.connectionType()))
                .findFirst()
                .orElseThrow();
        return new Connection(name, kind, values);
    }

    public String name() {
        return name;
    }

    /** The kind of destination that it leads to. */
    CamelKind kind() {
        return kind;
    }

    /** Whether a place is one that connections lead to. */
    public static boolean isFor(Delivery delivery) {
        return CamelKind.of(delivery).connectionType() != null;
    }

    /** Whether it has a setting. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** What a setting comes to; for those that are no secrets. */
    public Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A setting that has a few values, as they are written here: small and large letters are not told apart. */
    public Optional<String> choice(String key, List<String> allowed) {
        return value(key)
                .map(value -> NearestName.same(value, allowed)
                        .orElseThrow(() -> WaybillException.refusal("application.properties: " + PREFIX + name + "."
                                + key + ": " + NearestName.refusal(value, "is not known", allowed))));
    }

    /** Where a check can go that is not told where: the folder that one logs in to, the mail server; empty where none is known. */
    public Optional<String> probe() {
        return kind.probe(this);
    }

    /** What a place of its type is written like. */
    public String example() {
        return kind.example();
    }

    /** Whether a bean says whom it trusts: its trust store is none of the endpoint's options. */
    boolean trustsByBean() {
        return has("trust-store")
                && kind.settings().stream()
                        .anyMatch(setting -> setting.name().equals("trust-store") && setting.option() == null);
    }

    /** The name of the bean that says whom it trusts. */
    String tlsBean() {
        return PREFIX + name + ".tls";
    }

    /** The properties of that bean, Camel's SSLContextParameters. */
    Map<String, Object> tlsProperties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("trustManagers.keyStore.resource", "file:" + reference("trust-store"));
        if (has("trust-store-password")) {
            properties.put("trustManagers.keyStore.password", reference("trust-store-password"));
        }
        return properties;
    }

    /** The placeholder of a setting. */
    public String reference(String key) {
        return "{{" + property(key) + "}}";
    }

    /** The property that a setting is. */
    public String property(String key) {
        return PREFIX + name + "." + key;
    }

    /** Its server, as it stands in the URI of an endpoint; null where it has none. */
    public String server() {
        return has("host") ? reference("host") + (has("port") ? ":" + reference("port") : "") : null;
    }

    /** The options of an endpoint that uses this connection, as placeholders. */
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        if (kind == null) {
            return options;
        }
        for (Key<?> setting : kind.settings()) {
            if (setting.option() != null && has(setting.name())) {
                options.put(setting.option(), reference(setting.name()));
            }
        }
        values.keySet().stream()
                .filter(key -> key.startsWith(OPTION))
                .forEach(key -> options.put(key.substring(OPTION.length()), reference(key)));
        return options;
    }
}
