package io.waybill.delivery;

import io.waybill.flow.Delivery.Kind;
import io.waybill.flow.NearestName;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.CamelContext;

/**
 * How to get to a place: {@code waybill.connection.<name>.*} of the properties. What an endpoint gets of it are property
 * placeholders, so that no route shows what they stand for.
 */
public final class Connection {

    static final String PREFIX = "waybill.connection.";

    private static final String OPTION = "option.";

    /** The settings of each type, and the endpoint's options that they become; those with no option are seen to by hand. */
    private static final Map<Type, Map<String, String>> SETTINGS = Map.of(
            Type.S3,
            s3(),
            Type.KINESIS,
            recordStream(),
            Type.FIREHOSE,
            recordStream(),
            Type.SFTP,
            settings(
                    "host", "",
                    "port", "",
                    "username", "username",
                    "password", "password",
                    "private-key", "privateKeyFile",
                    "private-key-passphrase", "privateKeyPassphrase",
                    "agent", "agent",
                    "known-hosts", "knownHostsFile",
                    "host-key", "hostKey",
                    "host-key-checking", "",
                    "upload-ahead", "uploadAhead",
                    "connect-timeout-ms", "connectTimeout",
                    "timeout-ms", "soTimeout"),
            Type.FTP,
            ftp(),
            Type.FTPS,
            ftps(),
            Type.HTTP,
            settings(
                    "url", "",
                    "method", "httpMethod",
                    "username", "authUsername",
                    "password", "authPassword",
                    "bearer-token", "",
                    "oauth2-token-url", "oauth2TokenEndpoint",
                    "oauth2-client-id", "oauth2ClientId",
                    "oauth2-client-secret", "oauth2ClientSecret",
                    "oauth2-scope", "oauth2Scope",
                    "trust-store", "",
                    "trust-store-password", "",
                    "connect-timeout-ms", "connectTimeout",
                    "timeout-ms", "responseTimeout"),
            Type.SMTP,
            settings(
                    "host", "",
                    "port", "",
                    "username", "username",
                    "password", "password",
                    "from", "from",
                    "tls", "",
                    "trust-store", "",
                    "trust-store-password", "",
                    "size-limit", "",
                    "link", "",
                    "timeout-ms", "connectionTimeout"));

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
            return SETTINGS.get(this).keySet();
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
    private final CamelContext context;
    private final Map<String, String> values;

    private Connection(String name, Type type, CamelContext context, Map<String, String> values) {
        this.name = name;
        this.type = type;
        this.context = context;
        this.values = values;
    }

    private static Map<String, String> s3() {
        Map<String, String> settings = aws();
        settings.putAll(settings(
                "bucket", "",
                "path-style", "forcePathStyle",
                "encryption", "",
                "kms-key-id", "awsKMSKeyId",
                "storage-class", "storageClass",
                "tags", "tags",
                "part-size", "partSize",
                "upload-threads", "uploadThreads",
                "upload-ahead", "uploadAhead"));
        return settings;
    }

    private static Map<String, String> recordStream() {
        Map<String, String> settings = aws();
        settings.putAll(settings("stream", "", "max-record-size", "maxRecordSize"));
        return settings;
    }

    private static Map<String, String> aws() {
        return settings(
                "endpoint", "uriEndpointOverride",
                "region", "region",
                "access-key", "accessKey",
                "secret-key", "secretKey",
                "session-token", "sessionToken",
                "profile", "profileCredentialsName");
    }

    private static Map<String, String> ftps() {
        Map<String, String> settings = ftp();
        settings.put("trust-store", "ftpClient.trustStore.file");
        settings.put("trust-store-password", "ftpClient.trustStore.password");
        settings.put("implicit", "implicit");
        return settings;
    }

    private static Map<String, String> ftp() {
        return settings(
                "host", "",
                "port", "",
                "username", "username",
                "password", "password",
                "passive", "passiveMode",
                "connect-timeout-ms", "connectTimeout",
                "timeout-ms", "soTimeout");
    }

    private static Map<String, String> settings(String... pairs) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            settings.put(pairs[i], pairs[i + 1]);
        }
        return settings;
    }

    /** The names of all connections, sorted. */
    public static List<String> names(CamelContext context) {
        Set<String> names = new TreeSet<>();
        context.getPropertiesComponent().loadProperties(key -> key.startsWith(PREFIX)).stringPropertyNames().stream()
                .map(key -> key.substring(PREFIX.length()))
                .map(key -> key.contains(".") ? key.substring(0, key.indexOf('.')) : key)
                .forEach(names::add);
        return List.copyOf(names);
    }

    /**
     * A connection by its name.
     *
     * @throws WaybillException when there is none, or a setting of it is wrong; the message says which
     */
    public static Connection find(CamelContext context, String name) {
        String prefix = PREFIX + name + ".";
        Properties found = context.getPropertiesComponent().loadProperties(key -> key.startsWith(prefix));
        Map<String, String> values = new TreeMap<>();
        found.stringPropertyNames().forEach(key -> values.put(key.substring(prefix.length()), found.getProperty(key)));
        if (values.isEmpty()) {
            List<String> names = names(context);
            throw new WaybillException(
                    Stage.PLAN,
                    "connection \"" + name + "\" is not known; "
                            + (names.isEmpty() ? "none is configured" : "known: " + String.join(", ", names))
                            + " (set " + prefix + "type in application.properties)" + NearestName.hint(name, names));
        }
        return new Connection(name, typeOf(prefix, values), context, values).checked(prefix);
    }

    private static Type typeOf(String prefix, Map<String, String> values) {
        String given = values.get("type");
        for (Type type : Type.values()) {
            if (type.label().equals(given)) {
                return type;
            }
        }
        throw new WaybillException(
                Stage.PLAN,
                "application.properties: " + prefix + "type "
                        + (given == null ? "is missing" : "\"" + given + "\" is not known")
                        + "; allowed: s3, sftp, ftp, ftps, http, smtp, kinesis, firehose");
    }

    private Connection checked(String prefix) {
        Set<String> allowed = new TreeSet<>(SETTINGS.get(type).keySet());
        for (String key : values.keySet()) {
            if (!key.equals("type") && !key.startsWith(OPTION) && !allowed.contains(key)) {
                throw new WaybillException(
                        Stage.PLAN,
                        "application.properties: " + prefix + key + " is not a setting of " + type.label()
                                + "; allowed: " + String.join(", ", allowed) + ", option.<the Camel endpoint's own>"
                                + NearestName.hint(key, allowed));
            }
        }
        return this;
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
        return Optional.ofNullable(values.get(key)).map(context::resolvePropertyPlaceholders);
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
        SETTINGS.get(type).forEach((key, option) -> {
            if (!option.isEmpty() && has(key)) {
                options.put(option, reference(key));
            }
        });
        new ArrayList<>(values.keySet())
                .stream()
                        .filter(key -> key.startsWith(OPTION))
                        .forEach(key -> options.put(key.substring(OPTION.length()), reference(key)));
        return options;
    }
}
