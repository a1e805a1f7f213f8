package io.waybill.delivery;

import io.waybill.flow.Delivery.Kind;
import io.waybill.flow.NearestName;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.settings.Setting;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/**
 * How to get to a place: {@code waybill.connection.<name>.*} of the properties. What an endpoint gets of it are property
 * placeholders, so that no route shows what they stand for.
 */
public final class Connection {

    static final String PREFIX = "waybill.connection.";

    private static final String OPTION = "option.";

    /** What a connection leads to. */
    public enum Type {
        S3,
        SFTP,
        FTP,
        FTPS,
        HTTP,
        SMTP,
        KINESIS,
        FIREHOSE;

        /** The names of its settings. */
        public Set<String> settings() {
            return SettingsTable.ofConnection(label()).stream()
                    .map(Setting::key)
                    .collect(Collectors.toSet());
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Type of(Kind kind) {
            return switch (kind) {
                case S3 -> S3;
                case SFTP -> SFTP;
                case FTP -> FTP;
                case FTPS -> FTPS;
                case HTTP -> HTTP;
                case MAIL -> SMTP;
                case KINESIS -> KINESIS;
                case FIREHOSE -> FIREHOSE;
                case LOCAL, ENDPOINT -> null;
            };
        }
    }

    private final String name;
    private final Type type;
    private final Map<String, String> values;

    private Connection(String name, Type type, Map<String, String> values) {
        this.name = name;
        this.type = type;
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
            throw new WaybillException(
                    Stage.PLAN,
                    "connection \"" + name + "\" is not known; "
                            + (names.isEmpty() ? "none is configured" : "known: " + String.join(", ", names))
                            + " (set " + PREFIX + name + ".type in application.properties)"
                            + NearestName.hint(name, names));
        }
        return new Connection(name, Type.valueOf(values.get("type").toUpperCase(Locale.ROOT)), values);
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** What a setting comes to; for those that are no secrets. */
    Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A setting that has a few values. */
    Optional<String> choice(String key, List<String> allowed) {
        Optional<String> value = value(key);
        if (value.isPresent() && !allowed.contains(value.get())) {
            throw new WaybillException(
                    Stage.PLAN,
                    "application.properties: " + PREFIX + name + "." + key + ": \"" + value.get()
                            + "\" is not known; allowed: " + String.join(", ", allowed)
                            + NearestName.hint(value.get(), allowed));
        }
        return value;
    }

    /** Where a check can go that is not told where: the folder that one logs in to, the mail server; empty where none is known. */
    public Optional<String> probe() {
        return switch (type) {
            case S3 -> value("bucket").map(bucket -> "s3://" + bucket + "/");
            case SFTP, FTP, FTPS -> has("host") ? Optional.of(type.label() + ":") : Optional.empty();
            case HTTP -> value("url");
            case SMTP -> Optional.of("mailto:nobody@localhost");
            case KINESIS, FIREHOSE -> value("stream").map(stream -> type.label() + "://" + stream);
        };
    }

    /** What a place of its type is written like. */
    public String example() {
        return switch (type) {
            case S3 -> "s3://bucket/folder/";
            case SFTP, FTP, FTPS -> type.label() + "://host/folder/";
            case HTTP -> "https://host/path";
            case SMTP -> "mailto:somebody@example.com";
            case KINESIS, FIREHOSE -> type.label() + "://stream";
        };
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
    String reference(String key) {
        return "{{" + property(key) + "}}";
    }

    /** The property that a setting is. */
    String property(String key) {
        return PREFIX + name + "." + key;
    }

    /** The options of an endpoint that uses this connection, as placeholders. */
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        for (Setting setting : SettingsTable.ofConnection(type.label())) {
            if (!setting.option().isEmpty() && has(setting.key())) {
                options.put(setting.option(), reference(setting.key()));
            }
        }
        new ArrayList<>(values.keySet())
                .stream()
                        .filter(key -> key.startsWith(OPTION))
                        .forEach(key -> options.put(key.substring(OPTION.length()), reference(key)));
        return options;
    }
}
