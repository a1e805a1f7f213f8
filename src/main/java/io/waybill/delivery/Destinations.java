package io.waybill.delivery;

import io.waybill.flow.Delivery;
import io.waybill.flow.Delivery.Kind;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;

/** Turns the deliveries of a flow into Camel endpoints, and opens the places behind these. */
public final class Destinations {

    /** The header that holds the SHA-256 of a file, in hex. */
    public static final String SHA256 = "WaybillSha256";

    private static final String FILE = "file:";
    private static final List<String> STORES =
            List.of(FILE, "waybill-s3:", "waybill-sftp:", "waybill-ftp:", "waybill-ftps:", "ftp:");

    /** What a mailto: says of who gets the mail (RFC 6068): options of the endpoint, where headers would take their place. */
    private static final List<String> RECIPIENTS = List.of("cc", "bcc", "reply-to");

    private final CamelContext context;

    public Destinations(CamelContext context) {
        this.context = context;
    }

    /** Whether an endpoint is that of a place which keeps files. */
    static boolean keepsFiles(String endpoint) {
        return STORES.stream().anyMatch(endpoint::startsWith);
    }

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
        return endpoint.startsWith(FILE)
                ? new LocalDestination(place)
                : new RemoteDestination(context, endpoint, place);
    }

    /**
     * The place of a delivery, for people: what stands before the first variable, without users' passwords.
     *
     * @throws WaybillException when its connection is not known, or does not go there
     */
    public String place(Delivery delivery) {
        if (delivery.kind() == Kind.LOCAL) {
            return LocalDestination.of(resolved(delivery.path())).root();
        }
        if (!delivery.kind().keepsFiles()) {
            return withoutPassword(delivery.shownUri());
        }
        Connection connection = connection(delivery);
        String authority =
                resolved(new PathTemplate(authority(delivery, connection))).text();
        String folder = resolved(new PathTemplate(folder(delivery))).text();
        String separator = authority.isEmpty() || folder.isEmpty() ? "" : "/";
        return withoutPassword(
                delivery.scheme() + (authority.isEmpty() ? ":" : "://") + authority + separator + folder);
    }

    private static String withoutPassword(String uri) {
        return uri.replaceFirst("^([^/]*://[^/:@]*):[^/@]*@", "$1@");
    }

    private PathTemplate resolved(PathTemplate template) {
        return new PathTemplate(context.resolvePropertyPlaceholders(template.text()));
    }

    /** The folder before the first variable, without the slash behind it. */
    private static String folder(Delivery delivery) {
        String folder = delivery.path().fixedDirectory();
        return folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
    }

    /**
     * The Camel endpoint of a delivery, its placeholders not resolved.
     *
     * @throws WaybillException when its connection is not known, or does not go there
     */
    public String endpoint(Delivery delivery) {
        if (delivery.kind() == Kind.LOCAL) {
            return EndpointUri.of(
                    LocalDestination.of(delivery.path()).endpointPath(),
                    LocalDestination.endpointOptions(delivery.ifExists()));
        }
        Connection connection = connection(delivery);
        Map<String, String> options = new LinkedHashMap<>();
        String path = switch (delivery.kind()) {
            case S3 -> s3(delivery, connection, options);
            case SFTP, FTP, FTPS -> remoteFolder(delivery, connection, options);
            case HTTP -> http(delivery, connection, options);
            case MAIL -> mail(delivery, connection, options);
            case KINESIS, FIREHOSE -> recordStream(delivery, connection, options);
            case ENDPOINT -> endpointOf(delivery);
            case LOCAL -> throw new IllegalStateException("has an endpoint of its own");
        };
        if (connection != null) {
            options.putAll(connection.options());
        }
        if (delivery.kind() != Kind.MAIL) { // whose query is of the message
            query(delivery.query()).forEach(options::put);
        }
        options.putAll(delivery.options());
        String uri = EndpointUri.of(path, options);
        return delivery.kind().keepsFiles() ? uri : withVariables(uri);
    }

    /** Lets the variables of a message's URI stand, which are resolved before anything decodes it. */
    private static String withVariables(String uri) {
        String plain = uri;
        for (String variable : PathTemplate.VARIABLES) {
            plain = plain.replace("%7B" + variable + "%7D", "{" + variable + "}");
        }
        return plain;
    }

    /** The headers that a delivery's connection adds to each message: simple expressions, by name. */
    public Map<String, String> headers(Delivery delivery) {
        Connection connection = connection(delivery);
        // camel-http shows a bearer token to those alone that ask for it by a challenge
        return delivery.kind() == Kind.HTTP && connection != null && connection.has("bearer-token")
                ? Map.of("Authorization", "Bearer ${properties:" + connection.property("bearer-token") + "}")
                : Map.of();
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
        boolean needed = connection != null
                && connection.has("trust-store")
                && (delivery.kind() == Kind.HTTP || delivery.kind() == Kind.MAIL);
        return needed ? Map.of(connection.tlsBean(), connection.tlsProperties()) : Map.of();
    }

    /**
     * How a delivery by mail is to treat what is too large for it.
     *
     * @return the options of waybill:mail
     */
    public Map<String, String> mailLimits(Delivery delivery) {
        Connection connection = connection(delivery);
        Map<String, String> limits = new LinkedHashMap<>();
        if (connection == null) {
            return limits;
        }
        for (String key : List.of("size-limit", "link")) {
            if (connection.has(key)) {
                limits.put(key.equals("link") ? "link" : "sizeLimit", connection.reference(key));
            }
        }
        return limits;
    }

    private Connection connection(Delivery delivery) {
        if (delivery.connection() == null) {
            return null;
        }
        Connection connection = Connection.find(context, delivery.connection());
        if (connection.type() != Connection.Type.of(delivery.kind())) {
            throw new WaybillException(
                    Stage.PLAN,
                    "connection \"" + delivery.connection() + "\" is of type "
                            + connection.type().label() + ", and "
                            + delivery.scheme() + ": is not; see waybill.connection." + delivery.connection()
                            + ".type");
        }
        return connection;
    }

    private static String s3(Delivery delivery, Connection connection, Map<String, String> options) {
        String folder = delivery.path().fixedDirectory();
        if (!folder.isEmpty()) {
            options.put("prefix", folder);
        }
        if (delivery.ifExists() != IfExists.OVERWRITE) {
            options.put("conditionalWritesEnabled", "true");
        }
        awsOptions(delivery, connection, options);
        if (connection != null) {
            connection
                    .choice("encryption", List.of("AES256", "aws:kms", "none"))
                    .ifPresent(encryption -> {
                        if (encryption.equals("AES256")) {
                            options.put("useSSES3", "true");
                        } else if (encryption.equals("aws:kms")) {
                            options.put("useAwsKMS", "true");
                        }
                    });
        }
        return "waybill-s3:" + delivery.authority();
    }

    private static String recordStream(Delivery delivery, Connection connection, Map<String, String> options) {
        awsOptions(delivery, connection, options);
        return "waybill-" + delivery.scheme() + ":" + delivery.address();
    }

    /** Where nobody says who we are, the SDK looks at the environment, the profile, the container, and the instance. */
    private static void awsOptions(Delivery delivery, Connection connection, Map<String, String> options) {
        boolean named = connection != null;
        if (named && connection.has("endpoint")) {
            options.put("overrideEndpoint", "true");
        }
        boolean given = delivery.query().contains("accessKey")
                || delivery.options().keySet().stream().anyMatch(option -> option.contains("accessKey"));
        if (named && connection.has("session-token")) {
            options.put("useSessionCredentials", "true");
        } else if (named && connection.has("profile")) {
            options.put("useProfileCredentialsProvider", "true");
        } else if (!(named && connection.has("access-key")) && !given) {
            options.put("useDefaultCredentialsProvider", "true");
        }
    }

    private static String authority(Delivery delivery, Connection connection) {
        String authority = delivery.authority();
        boolean folder = List.of(Kind.SFTP, Kind.FTP, Kind.FTPS).contains(delivery.kind());
        if (authority.isEmpty() && folder) {
            if (connection == null || !connection.has("host")) {
                throw new WaybillException(
                        Stage.PLAN,
                        "delivery \"" + delivery.id() + "\": " + delivery.uri().text()
                                + " names no host; write " + delivery.scheme()
                                + "://host/folder/, or a connection that has one");
            }
            authority =
                    connection.reference("host") + (connection.has("port") ? ":" + connection.reference("port") : "");
        }
        return authority;
    }

    private static String remoteFolder(Delivery delivery, Connection connection, Map<String, String> options) {
        boolean sftp = delivery.kind() == Kind.SFTP;
        if (!sftp && folder(delivery).startsWith("/")) {
            throw new WaybillException(
                    Stage.PLAN,
                    "delivery \"" + delivery.id() + "\": " + delivery.uri().text() + " begins at the root; paths of "
                            + delivery.scheme() + " begin where one logs in");
        }
        // a server that renames over a file does so; from others it is removed at the last moment
        options.put("fileExist", "TryRename");
        if (delivery.ifExists() != IfExists.OVERWRITE) {
            options.put("fileExist", "Fail");
            options.put("eagerDeleteTargetFile", "false");
        }
        options.put("tempFileName", Transfer.TEMPORARY_NAME);
        options.put("stepwise", "false");
        options.put("maximumReconnectAttempts", "0"); // the route tries again
        if (sftp) {
            options.put("preferredAuthentications", "publickey,password,keyboard-interactive");
            options.put("useUserKnownHostsFile", hasHostKey(delivery, connection) ? "false" : null);
            if (connection != null
                    && connection
                            .choice("host-key-checking", List.of("true", "false"))
                            .equals(Optional.of("false"))) {
                options.put("strictHostKeyChecking", "no");
                options.put("useUserKnownHostsFile", "false");
            }
        } else {
            options.put("passiveMode", "true");
        }
        return "waybill-" + delivery.scheme() + ":" + authority(delivery, connection) + "/" + folder(delivery);
    }

    /** The URL up to its first folder with a variable; what follows is told with each file. */
    private static String http(Delivery delivery, Connection connection, Map<String, String> options) {
        options.put("httpMethod", "POST");
        options.put("httpClientConfigurer", HttpUploads.REFERENCE);
        if (connection != null) {
            if (connection.has("oauth2-token-url")) {
                options.put("authMethod", "OAuth2");
            } else if (connection.has("username")) {
                options.put("authMethod", "Basic");
                options.put("authenticationPreemptive", "true");
            }
            tls(connection, options);
        }
        String authority = delivery.authority();
        String base = delivery.scheme() + "://" + authority;
        return delivery.namesFiles()
                ? base + (folder(delivery).isEmpty() ? "" : "/" + folder(delivery))
                : base + "/" + delivery.path().text();
    }

    private String endpointOf(Delivery delivery) {
        if (context.getComponent(delivery.scheme(), true, false) == null) {
            throw new WaybillException(
                    Stage.PLAN,
                    "delivery \"" + delivery.id() + "\": no Camel component \"" + delivery.scheme()
                            + "\" is on the class path; put camel-" + delivery.scheme()
                            + " and what it needs into target/lib");
        }
        return Delivery.beforeQuery(delivery.uri().text());
    }

    private static String mail(Delivery delivery, Connection connection, Map<String, String> options) {
        if (connection == null || !connection.has("host")) {
            throw new WaybillException(
                    Stage.PLAN,
                    "delivery \"" + delivery.id() + "\": " + delivery.uri().text()
                            + " needs a connection of type smtp with a host: the mail server that takes it");
        }
        String tls = connection
                .choice("tls", List.of("starttls", "implicit", "none"))
                .orElse("starttls");
        if (tls.equals("starttls")) {
            options.put("mail.smtp.starttls.enable", "true");
            options.put("mail.smtp.starttls.required", "true");
        }
        if (tls.equals("implicit")) {
            options.put("mail.smtps.ssl.checkserveridentity", "true");
        }
        options.put("to", delivery.address());
        query(delivery.query()).forEach((name, value) -> {
            if (RECIPIENTS.contains(name.toLowerCase(Locale.ROOT))) {
                options.put(name.toLowerCase(Locale.ROOT).replace("reply-to", "replyTo"), value);
            }
        });
        tls(connection, options);
        return (tls.equals("implicit") ? "smtps://" : "smtp://")
                + connection.reference("host")
                + (connection.has("port") ? ":" + connection.reference("port") : "");
    }

    /** Whom to trust, where the connection says so; else it is Java's to say. */
    private static void tls(Connection connection, Map<String, String> options) {
        if (connection.has("trust-store")) {
            options.put("sslContextParameters", "#" + connection.tlsBean());
        }
    }

    private static boolean hasHostKey(Delivery delivery, Connection connection) {
        return connection != null && (connection.has("host-key") || connection.has("known-hosts"))
                || delivery.options().containsKey("hostKey")
                || delivery.options().containsKey("knownHostsFile")
                || delivery.query().contains("hostKey=")
                || delivery.query().contains("knownHostsFile=");
    }
}
