package io.waybill.settings;

import static io.waybill.settings.Setting.choice;
import static io.waybill.settings.Setting.flag;
import static io.waybill.settings.Setting.jdbcUrl;
import static io.waybill.settings.Setting.number;
import static io.waybill.settings.Setting.text;

import io.waybill.flow.DestinationKind;
import io.waybill.flow.Key;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All settings there are. A new one is a line here, and its use; those of a connection stand with the destination. */
public final class SettingsTable {

    /** What all names begin with. */
    public static final String ROOT = "waybill.";

    private static final String SERVER = "waybill.server.";

    public static final Key<String> DEFAULT_DATASOURCE = text(
                    "waybill.default-datasource", "the data source of flows that name none")
            .without("the only one");
    public static final Key<String> RETENTION_DAYS = number(
                    "waybill.retention-days",
                    1,
                    99_999,
                    "days",
                    "then a run is forgotten, unless files of it are undelivered")
            .otherwise("30");
    public static final Key<String> DEAD_LETTER = text("waybill.dead-letter", "where undelivered files are kept")
            .otherwise("data/dead-letter")
            .ofTheStart();
    public static final Key<String> STAGING = text(
                    "waybill.staging", "where files wait that go elsewhere than to one folder")
            .otherwise("data/staging")
            .ofTheStart();
    public static final Key<String> STAGING_CIPHER = choice(
                    "waybill.staging.cipher",
                    List.of("AES/CTR/NoPadding", "none"),
                    "how files are encrypted while they wait")
            .otherwise("none")
            .ofTheStart();
    public static final Key<String> STAGING_KEY = text(
                    "waybill.staging.key", "16, 24 or 32 bytes in base64, the key of the cipher")
            .secret()
            .ofTheStart();
    /** False for a process that runs one flow and ends. */
    public static final Key<String> TRIGGERS = flag("waybill.triggers", "false leaves the triggers out")
            .otherwise("true")
            .ofTheStart();

    public static final Key<String> READS_FOR_OTHERS = flag(
                    "waybill.reads-for-others",
                    "false has a process that stays read no ranges of exports that other processes of the ledger run")
            .otherwise("true");

    public static final Key<String> RELOAD_ON_CHANGE = flag(
                    "waybill.reload-on-change",
                    "true has waybill serve reload its settings when their file has changed")
            .otherwise("false")
            .ofTheStart();

    public static final Key<String> SERVER_PORT = number(
                    "waybill.server.port", 0, 65_535, "", "where waybill serve listens; 0 for a port that is free")
            .without("it does not")
            .ofTheStart();
    public static final Key<String> SERVER_HOST = text(
                    "waybill.server.host", "the address of this machine that it listens at")
            .otherwise("127.0.0.1")
            .ofTheStart();
    public static final Key<String> SERVER_FILES = text("waybill.server.files", "the folder whose files may be fetched")
            .otherwise("exports")
            .ofTheStart();
    public static final Key<String> SERVER_ENDPOINTS = text(
                    "waybill.server.allowed-endpoints",
                    "servers that callers may name beside those of connections, with commas between")
            .without("none");
    public static final Key<String> SERVER_DATASET = text(
                    "waybill.server.default-dataset", "the data set of export calls that name none")
            .without("the only one");

    public static final Key<String> SERVER_URL = text(
                    "waybill.server.url",
                    "the server that `run`, `list`, `history` and others have do it; `--server` says another")
            .without("this machine does it");
    public static final Key<String> SERVER_TOKEN_FILE = text(
                    "waybill.server.token-file",
                    "the file that has the token for that server; WAYBILL_TOKEN goes before it")
            .without("none");
    public static final Key<String> SERVER_CA_FILE = text(
                    "waybill.server.ca-file", "certificates (PEM) that the server's is trusted by")
            .without("those of Java");

    public static final Key<String> SERVER_STOP_TIMEOUT = number(
                    "waybill.server.stop-timeout",
                    0,
                    86_400,
                    "seconds",
                    "how many seconds runs under way have to end when waybill serve is told to stop")
            .otherwise("45");

    public static final Key<String> LOG_FORMAT = choice(
                    "waybill.log.format", List.of("plain", "json"), "how waybill serve writes its log")
            .otherwise("plain")
            .ofTheStart();

    public static final Key<String> OPENTELEMETRY = flag(
                    "waybill.opentelemetry.enabled", "true tells OpenTelemetry of runs")
            .otherwise("false")
            .ofTheStart();

    public static final Key<String> SERVER_CALLS = number(
                    "waybill.server.calls-a-minute", 1, 1_000_000, "calls", "how often one caller may call in a minute")
            .otherwise("600");
    public static final Key<String> SERVER_STRANGERS = number(
                    "waybill.server.strangers-calls-a-minute",
                    1,
                    1_000_000,
                    "calls",
                    "how often those of one address may call in a minute who do not say who they are")
            .otherwise("300");
    public static final Key<String> TLS_CERTIFICATE = text(
                    "waybill.server.tls.certificate",
                    "the file of the server's certificate and of those that have signed it, as PEM; then it answers by TLS")
            .without("HTTP")
            .ofTheStart();
    public static final Key<String> TLS_KEY = text(
                    "waybill.server.tls.key", "the file of its key, as PEM of PKCS #8 that is not encrypted")
            .ofTheStart();
    public static final Key<String> OIDC_ISSUER = Setting.webUrl(
                    "waybill.server.oidc.issuer", "the OpenID provider whose users may come, by its URL")
            .without("none");
    public static final Key<String> OIDC_AUDIENCE = text(
                    "waybill.server.oidc.audience", "who its access tokens are for, by their aud; then they are taken")
            .without("none are taken");
    public static final Key<String> OIDC_GROUPS_CLAIM = text(
                    "waybill.server.oidc.groups-claim",
                    "the claim that has a user's groups; dots lead into it: realm_access.roles")
            .otherwise("groups");
    public static final Key<String> OIDC_ROLES = text(
                    "waybill.server.oidc.roles", "what groups may do: GROUP = GRANT, GRANT; GROUP = GRANT")
            .without("refused");
    public static final Key<String> OIDC_CLIENT_ID = text(
                    "waybill.server.oidc.client-id",
                    "what the provider calls this server; then people log in by the provider on the page")
            .without("by a token alone");
    public static final Key<String> OIDC_CLIENT_SECRET = text(
                    "waybill.server.oidc.client-secret", "what it proves that by")
            .without("it is a public client")
            .secret();
    public static final Key<String> OIDC_CALLBACK = Setting.webUrl(
                    "waybill.server.oidc.callback",
                    "where the provider sends browsers back to, as browsers see it: https://HOST/login/oidc/callback")
            .without("refused");
    public static final Key<String> OIDC_SCOPES = text(
                    "waybill.server.oidc.scopes",
                    "what the provider is asked for, with blanks between; openid is among it")
            .otherwise("openid profile");

    /** Those of the process, by their whole names. */
    public static final List<Key<?>> GENERAL = List.of(
            DEFAULT_DATASOURCE,
            RETENTION_DAYS,
            DEAD_LETTER,
            STAGING,
            STAGING_CIPHER,
            STAGING_KEY,
            TRIGGERS,
            READS_FOR_OTHERS,
            RELOAD_ON_CHANGE,
            SERVER_PORT,
            SERVER_HOST,
            SERVER_FILES,
            SERVER_ENDPOINTS,
            SERVER_DATASET,
            SERVER_URL,
            SERVER_TOKEN_FILE,
            SERVER_CA_FILE,
            SERVER_STOP_TIMEOUT,
            LOG_FORMAT,
            OPENTELEMETRY,
            SERVER_CALLS,
            SERVER_STRANGERS,
            TLS_CERTIFICATE,
            TLS_KEY,
            OIDC_ISSUER,
            OIDC_AUDIENCE,
            OIDC_GROUPS_CLAIM,
            OIDC_ROLES,
            OIDC_CLIENT_ID,
            OIDC_CLIENT_SECRET,
            OIDC_CALLBACK,
            OIDC_SCOPES);

    /** What the launcher tells the program; nobody else sets these. */
    static final List<String> OF_THE_LAUNCHER = List.of("waybill.cwd", "waybill.home", "waybill.tty");

    /** Those of a data source, and of the ledger. */
    public static final List<Key<?>> DATA_SOURCE = List.of(
            jdbcUrl("url", "a JDBC URL, jdbc:…"),
            text("username", "who we are"),
            text("password", "").secret(),
            text("driver", "the driver's class, where its URL does not say").without("found by the URL"),
            text("schema", "the schema that connections begin in"),
            number("maximum-pool-size", 1, 10_000, "connections", "connections at a time")
                    .otherwise("8"),
            number(
                            "connection-timeout-ms",
                            250,
                            Setting.MOST_MILLISECONDS,
                            "milliseconds",
                            "how long a connection is waited for")
                    .otherwise("30000"));

    /** Those of a connection, by its type. */
    private static final Map<String, List<Key<?>>> CONNECTION = DestinationKind.all().stream()
            .filter(kind -> kind.connectionType() != null)
            .collect(Collectors.toMap(
                    DestinationKind::connectionType,
                    DestinationKind::settings,
                    (one, other) -> other,
                    LinkedHashMap::new));

    /** What the names of keys begin with, each of which is a setting by itself: their ids follow. */
    public static final String PRIVACY_KEYS = "waybill.privacy-keys.";

    /** One of these. */
    public static final Key<String> PRIVACY_KEY = Setting.secretBytes(
            PRIVACY_KEYS + "<id>", "a key of hashes and tokens: 32 bytes or more, in hex or base64");

    private SettingsTable() {}

    /** The types of connections, in the order that they are told in. */
    public static Collection<String> connectionTypes() {
        return CONNECTION.keySet();
    }

    /** The settings of a connection, its type apart. */
    public static List<Key<?>> ofConnection(String type) {
        return CONNECTION.get(type);
    }

    /** Whether another value of a setting takes another start of the process. */
    public static boolean isOfTheStart(String name) {
        Optional<SettingGroup> group = SettingGroup.of(name);
        if (group.isEmpty()) {
            return find(GENERAL, name).map(Key::isOfTheStart).orElse(false);
        }
        return group.get() == SettingGroup.LEDGER
                || group.get() == SettingGroup.CONNECTION
                        && CONNECTION.values().stream()
                                .flatMap(List::stream)
                                .anyMatch(setting -> setting.isOfTheStart()
                                        && setting.name().equals(group.get().keyIn(name)));
    }

    static Optional<Key<?>> find(List<Key<?>> settings, String key) {
        return settings.stream().filter(setting -> setting.name().equals(key)).findFirst();
    }

    /** Whether there is a setting of that name, whoever sets it. */
    static boolean knows(String name) {
        return find(GENERAL, name).isPresent()
                || OF_THE_LAUNCHER.contains(name)
                || SettingGroup.of(name)
                        .filter(group -> group.knows(group.keyIn(name)))
                        .isPresent();
    }

    /** The name of a setting that is written as Spring Boot takes it too, with capitals or underscores; what is none stays as it is. */
    public static String canonical(String name) {
        for (Key<?> setting : GENERAL) {
            if (relaxed(setting.name()).equals(relaxed(name))) {
                return setting.name();
            }
        }
        SettingGroup group = SettingGroup.of(name).orElse(null);
        if (group == null) {
            return name;
        }
        String key = group.keyIn(name);
        return group.keys().stream()
                .filter(known -> relaxed(known).equals(relaxed(key)))
                .findFirst()
                .map(known -> name.substring(0, name.length() - key.length()) + known)
                .orElse(name);
    }

    private static String relaxed(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** What all names begin with, for somebody who has to choose. */
    static Collection<String> beginnings() {
        Stream<String> groups = Arrays.stream(SettingGroup.values())
                .map(group -> group.prefix() + (group.isValue() ? "<id>" : group.isNamed() ? "<name>.…" : "…"));
        Stream<String> general =
                GENERAL.stream().map(Key::name).map(name -> name.startsWith(SERVER) ? SERVER + "…" : name);
        return Stream.concat(general, groups).distinct().sorted().toList();
    }
}
