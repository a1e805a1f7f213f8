package io.waybill.settings;

import static io.waybill.settings.Setting.choice;
import static io.waybill.settings.Setting.flag;
import static io.waybill.settings.Setting.jdbcUrl;
import static io.waybill.settings.Setting.number;
import static io.waybill.settings.Setting.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** All settings there are. A new one is a line here, and its use. */
public final class SettingsTable {

    /** What all names begin with. */
    public static final String ROOT = "waybill.";

    private static final long MOST_MILLISECONDS = Integer.MAX_VALUE;

    /** Those of the process. */
    static final List<Setting> GENERAL = List.of(
            text("waybill.default-datasource", "the data source of flows that name none")
                    .otherwise("the only one"),
            number(
                            "waybill.retention-days",
                            1,
                            99_999,
                            "days",
                            "then a run is forgotten, unless files of it are undelivered")
                    .otherwise("30"),
            text("waybill.dead-letter", "where undelivered files are kept").otherwise("data/dead-letter"),
            text("waybill.staging", "where files wait that go elsewhere than to one folder")
                    .otherwise("data/staging"),
            choice(
                            "waybill.staging.cipher",
                            List.of("AES/CTR/NoPadding", "none"),
                            "how files are encrypted while they wait")
                    .otherwise("none"),
            text("waybill.staging.key", "16, 24 or 32 bytes in base64, the key of the cipher")
                    .hidden(),
            flag("waybill.triggers", "false leaves the schedules and streams out")
                    .otherwise("true"));

    /** What the launcher tells the program; nobody else sets these. */
    static final List<String> OF_THE_LAUNCHER = List.of("waybill.cwd", "waybill.home", "waybill.tty");

    /** Those of a data source, and of the ledger. */
    static final List<Setting> DATA_SOURCE = List.of(
            jdbcUrl("url", "a JDBC URL, jdbc:…"),
            text("username", "who we are"),
            text("password", "").hidden(),
            text("driver", "the driver's class, where its URL does not say").otherwise("found by the URL"),
            text("schema", "the schema that connections begin in"),
            number("maximum-pool-size", 1, 10_000, "connections", "connections at a time")
                    .otherwise("8"),
            number(
                            "connection-timeout-ms",
                            250,
                            MOST_MILLISECONDS,
                            "milliseconds",
                            "how long a connection is waited for")
                    .otherwise("30000"));

    private static final List<Setting> LOGIN = List.of(
            text("host", "where the URI does not say"),
            number("port", 1, 65_535, "", "where the URI does not say"),
            text("username", "who we are").option("username"),
            text("password", "").hidden().option("password"));

    private static final Setting CONNECT_TIMEOUT = milliseconds(
                    "connect-timeout-ms", "how long a connection is waited for")
            .option("connectTimeout");

    private static final Setting UPLOAD_AHEAD = number(
                    "upload-ahead",
                    -1,
                    Long.MAX_VALUE,
                    "bytes",
                    "files of at least so many bytes are sent while the next ones are written; -1 for none")
            .option("uploadAhead")
            .otherwise("5242880");

    private static final List<Setting> TRUST = List.of(
            text("trust-store", "PKCS #12 or JKS: whose certificates are trusted, instead of those that Java trusts"),
            text("trust-store-password", "").hidden());

    private static final List<Setting> AWS = List.of(
            text("endpoint", "another server than AWS").option("uriEndpointOverride"),
            text("region", "").option("region"),
            text("access-key", "who we are").option("accessKey"),
            text("secret-key", "").hidden().option("secretKey"),
            text("session-token", "").hidden().option("sessionToken"),
            text("profile", "a profile of ~/.aws, with its role").option("profileCredentialsName"));

    private static final List<Setting> RECORDS = join(
            AWS,
            List.of(
                    text("stream", "for waybill check, where no flow says"),
                    number("max-record-size", 1, Long.MAX_VALUE, "bytes", "where the stream is configured for more")
                            .option("maxRecordSize")));

    private static final List<Setting> FTP = join(
            LOGIN,
            List.of(
                    flag("passive", "the server opens the port for the data")
                            .option("passiveMode")
                            .otherwise("true"),
                    CONNECT_TIMEOUT.otherwise("10000"),
                    milliseconds("timeout-ms", "how long an answer is waited for")
                            .option("soTimeout")
                            .otherwise("300000")));

    /** Those of a connection, by its type. */
    private static final Map<String, List<Setting>> CONNECTION = connections();

    private SettingsTable() {}

    private static Map<String, List<Setting>> connections() {
        Map<String, List<Setting>> types = new LinkedHashMap<>();
        types.put("s3", join(AWS, s3()));
        types.put("sftp", join(LOGIN, sftp()));
        types.put("ftp", FTP);
        types.put("ftps", join(FTP, ftps()));
        types.put("http", join(http(), TRUST));
        types.put("smtp", join(smtp(), TRUST));
        types.put("kinesis", RECORDS);
        types.put("firehose", RECORDS);
        return types;
    }

    private static List<Setting> s3() {
        return List.of(
                text("bucket", "for waybill check, where no flow says"),
                flag("path-style", "the bucket is not in the host's name")
                        .option("forcePathStyle")
                        .otherwise("false"),
                choice("encryption", List.of("AES256", "aws:kms", "none"), "SSE-S3, or by a key of KMS")
                        .otherwise("none"),
                choice(
                                "checksums",
                                List.of("trailing", "none"),
                                "at the end of a request; none for servers that store them in the object")
                        .option("checksums")
                        .otherwise("trailing"),
                text("kms-key-id", "the key of aws:kms").option("awsKMSKeyId"),
                text("storage-class", "of each object").option("storageClass"),
                text("tags", "of each object: team=data,cost=17").option("tags"),
                number("part-size", 1, Long.MAX_VALUE, "bytes", "a file longer than this goes up in parts")
                        .option("partSize")
                        .otherwise("26214400"),
                number("upload-threads", 1, 1_000, "", "parts at a time")
                        .option("uploadThreads")
                        .otherwise("4"),
                UPLOAD_AHEAD);
    }

    private static List<Setting> sftp() {
        return List.of(
                text("private-key", "a file").option("privateKeyFile"),
                text("private-key-passphrase", "").hidden().option("privateKeyPassphrase"),
                flag("agent", "keys of the ssh-agent that SSH_AUTH_SOCK names").option("agent"),
                text("known-hosts", "a file").option("knownHostsFile").otherwise("~/.ssh/known_hosts"),
                text("host-key", "the fingerprint of the server's key: SHA256:…")
                        .option("hostKey"),
                flag("host-key-checking", "false: whoever answers gets the password")
                        .otherwise("true"),
                UPLOAD_AHEAD,
                CONNECT_TIMEOUT.otherwise("10000"),
                milliseconds("timeout-ms", "how long an answer is waited for")
                        .option("soTimeout")
                        .otherwise("300000"));
    }

    private static List<Setting> ftps() {
        return List.of(
                text(
                                "trust-store",
                                "PKCS #12 or JKS: whose certificates are trusted, instead of those that Java trusts")
                        .option("ftpClient.trustStore.file"),
                text("trust-store-password", "").hidden().option("ftpClient.trustStore.password"),
                flag("implicit", "encrypted from the first byte on")
                        .option("implicit")
                        .otherwise("false"));
    }

    private static List<Setting> http() {
        return List.of(
                text("url", "for waybill check, where no flow says"),
                choice("method", List.of("POST", "PUT", "PATCH"), "")
                        .option("httpMethod")
                        .otherwise("POST"),
                text("username", "basic authentication").option("authUsername"),
                text("password", "").hidden().option("authPassword"),
                text("bearer-token", "").hidden(),
                text("oauth2-token-url", "client credentials").option("oauth2TokenEndpoint"),
                text("oauth2-client-id", "").option("oauth2ClientId"),
                text("oauth2-client-secret", "").hidden().option("oauth2ClientSecret"),
                text("oauth2-scope", "").option("oauth2Scope"),
                CONNECT_TIMEOUT.otherwise("180000"),
                milliseconds("timeout-ms", "how long an answer is waited for").option("responseTimeout"));
    }

    private static List<Setting> smtp() {
        return join(
                LOGIN,
                List.of(
                        text("from", "who the mail is from").option("from"),
                        choice("tls", List.of("starttls", "implicit", "none"), "a server without it is refused")
                                .otherwise("starttls"),
                        number("size-limit", 0, Long.MAX_VALUE, "bytes", "of all files of a mail")
                                .otherwise("20000000"),
                        text("link", "for more than that: where a file can be had, with {file} for its name"),
                        milliseconds("timeout-ms", "").option("connectionTimeout")));
    }

    private static Setting milliseconds(String key, String means) {
        return number(key, 0, MOST_MILLISECONDS, "milliseconds", means);
    }

    private static List<Setting> join(List<Setting> some, List<Setting> more) {
        List<Setting> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    /** The types of connections, in the order that they are told in. */
    public static Collection<String> connectionTypes() {
        return CONNECTION.keySet();
    }

    /** The settings of a connection, its type apart. */
    public static List<Setting> ofConnection(String type) {
        return CONNECTION.get(type);
    }

    /** The settings of a data source, and of the ledger. */
    public static List<Setting> ofDataSource() {
        return DATA_SOURCE;
    }

    /** The settings of the process, by their whole names. */
    public static List<Setting> general() {
        return GENERAL;
    }

    static Optional<Setting> find(List<Setting> settings, String key) {
        return settings.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    /** Whether there is a setting of that name, whoever sets it. */
    static boolean knows(String name) {
        if (find(GENERAL, name).isPresent() || OF_THE_LAUNCHER.contains(name)) {
            return true;
        }
        for (SettingGroup group : SettingGroup.values()) {
            if (group.holds(name)) {
                String key = group.keyIn(name);
                return group.keys().contains(key) || key.startsWith(group.open());
            }
        }
        return false;
    }

    /** The name of a setting that is written as Spring Boot takes it too, with capitals or underscores; what is none stays as it is. */
    public static String canonical(String name) {
        for (Setting setting : GENERAL) {
            if (relaxed(setting.key()).equals(relaxed(name))) {
                return setting.key();
            }
        }
        for (SettingGroup group : SettingGroup.values()) {
            if (group.holds(name)) {
                String key = group.keyIn(name);
                return group.keys().stream()
                        .filter(known -> relaxed(known).equals(relaxed(key)))
                        .findFirst()
                        .map(known -> name.substring(0, name.length() - key.length()) + known)
                        .orElse(name);
            }
        }
        return name;
    }

    private static String relaxed(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** What all names begin with, for somebody who has to choose. */
    static Collection<String> beginnings() {
        Collection<String> beginnings = new TreeSet<>();
        GENERAL.forEach(setting -> beginnings.add(setting.key()));
        for (SettingGroup group : SettingGroup.values()) {
            beginnings.add(group.prefix() + (group.isNamed() ? "<name>.…" : "…"));
        }
        return beginnings;
    }
}
