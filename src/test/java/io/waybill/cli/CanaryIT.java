package io.waybill.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.cli.Launcher.Ended;
import io.waybill.servers.Ports;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.pgpainless.PGPainless;

/**
 * Secrets, and values of columns that are marked pii, through all that flows do and all that goes wrong with them: then everything that
 * was written is looked at for them. A feature more is a flow more in {@link CanaryFlows}, by one line.
 */
class CanaryIT {

    private static final String DB_PASSWORD = "db-secret-Wm31";
    private static final String LEDGER_PASSWORD = "ledger-secret-Nb52";
    private static final String URL_PASSWORD = "url-secret-Ty77";
    private static final String WRONG_PASSWORD = "sftp-wrong-Kx44";
    private static final String TOKEN = "http-token-Rf19";
    private static final String WRONG_TOKEN = "http-wrong-Rg20";
    private static final String BASIC_PASSWORD = "basic-secret-Sh21";
    private static final String WRONG_S3 = "s3-wrong-Vb63";
    private static final String SMTP = "smtp-secret-Hj64";
    private static final String WRONG_SMTP = "smtp-wrong-Hj65";
    private static final String PASSPHRASE = "pgp-secret-Lu38";
    private static final String ZIP_PASSWORD = "zip-secret-Mv39";
    private static final String NOTICE_TOKEN = "notice-secret-Pz40";
    private static final String PRIVACY_KEY = "70726976616379206b6579206f662063616e617269657320313233343536373839";
    private static final String STAGING_KEY = "c3RhZ2luZy1zZWNyZXQtTncyMy0wMTIzNDU2Nzg5MCE=";

    /** In columns that are marked pii. */
    private static final String EMAIL = "canary.person@pii.example";

    private static final String SSN = "918273645546372819";

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    @TempDir
    private Path buckets;

    @TempDir
    private Path home;

    private final Path work = COMMANDS.folder();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<String> commandsDone = new ArrayList<>();
    private HikariDataSource shop;
    private HikariDataSource ledger;
    private S3Server s3;
    private SftpServer sftp;
    private WireMockServer http;
    private GreenMail smtp;

    private final Canaries canaries = new Canaries()
            .nowhere("password of the data source", DB_PASSWORD)
            .nowhere("password of the ledger", LEDGER_PASSWORD)
            .nowhere("password in the URL of a data source", URL_PASSWORD)
            .nowhere("secret key of S3", S3Server.SECRET_KEY)
            .nowhere("wrong secret key of S3", WRONG_S3)
            .nowhere("password of SFTP", SftpServer.PASSWORD)
            .nowhere("wrong password of SFTP", WRONG_PASSWORD)
            .in("bearer token", TOKEN, "HTTP headers: .*Authorization.*")
            .in("wrong bearer token", WRONG_TOKEN, "HTTP headers: .*Authorization.*")
            .nowhere("password of HTTP", BASIC_PASSWORD)
            .nowhere("password of SMTP", SMTP)
            .nowhere("wrong password of SMTP", WRONG_SMTP)
            .nowhere("passphrase", PASSPHRASE)
            .nowhere("password of archives", ZIP_PASSWORD)
            .nowhere("key of the staging folder", STAGING_KEY)
            .nowhere("key of transforms", PRIVACY_KEY)
            .in("token in the URI of a notice", NOTICE_TOKEN, "HTTP request: /notices.*")
            .in("mail address", EMAIL, EXPORTS_WITH_PII)
            .in("number of a person", SSN, EXPORTS_WITH_PII);

    /** Those of flows that say so, and what is kept of them to be delivered; waybills and dead-letter.json are none. */
    private static final String EXPORTS_WITH_PII =
            "(file|SFTP|S3|mail|HTTP body): (?!.*(\\.waybill\\.json|dead-letter\\.json)$).*allow_.*";

    @BeforeEach
    void start() throws Exception {
        shop = TestDatabases.postgres();
        ledger = TestDatabases.postgres();
        TestDatabases.execute(
                shop,
                "CREATE TABLE people (id integer PRIMARY KEY, email text, ssn bigint, note text, changed integer)",
                "INSERT INTO people VALUES (1, '" + EMAIL + "', " + SSN + ", 'a', 1), (2, '数 " + EMAIL
                        + "', 1, 'b', 2)",
                "CREATE VIEW unmarked AS SELECT * FROM people",
                "CREATE VIEW twice AS SELECT * FROM people UNION ALL SELECT * FROM people");
        s3 = S3Server.start(buckets, "lake");
        sftp = SftpServer.start(home);
        http = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        http.start();
        http.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202)));
        http.stubFor(any(urlPathEqualTo("/refused")).willReturn(aResponse().withStatus(401)));
        smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        smtp.start();
        smtp.setUser("waybill@example.com", "waybill", SMTP);
        smtp.getUserManager().setAuthRequired(true);
        try (HikariDataSource lite = new HikariDataSource()) {
            lite.setJdbcUrl("jdbc:sqlite:" + work.resolve("lite.db"));
            TestDatabases.execute(
                    lite,
                    "CREATE TABLE people (id INTEGER, ssn INTEGER)",
                    "INSERT INTO people VALUES (1, '" + EMAIL + "')");
        }
        TestDatabases.execute(
                h2(),
                "CREATE TABLE people (id integer, email varchar)",
                "INSERT INTO people VALUES (1, '" + EMAIL + "')");
        Files.createDirectories(work.resolve("keys"));
        var key = PGPainless.generateKeyRing().modernKeyRing("ours", PASSPHRASE);
        Files.writeString(work.resolve("keys/ours.sec.asc"), PGPainless.asciiArmor(key));
        Files.writeString(work.resolve("keys/partner.asc"), PGPainless.asciiArmor(PGPainless.extractCertificate(key)));
        writeProperties();
        writeFlows();
    }

    private org.h2.jdbcx.JdbcDataSource h2() {
        org.h2.jdbcx.JdbcDataSource database = new org.h2.jdbcx.JdbcDataSource();
        database.setURL("jdbc:h2:file:" + work.resolve("h2"));
        database.setUser("sa");
        database.setPassword(DB_PASSWORD);
        return database;
    }

    @AfterEach
    void stop() throws Exception {
        smtp.stop();
        http.stop();
        sftp.close();
        s3.close();
        shop.close();
        ledger.close();
    }

    private void property(String name, Object value) {
        properties.put("waybill." + name, value.toString());
    }

    private void connection(String name, String type, Object... settings) {
        property("connection." + name + ".type", type);
        for (int i = 0; i < settings.length; i += 2) {
            property("connection." + name + "." + settings[i], settings[i + 1]);
        }
    }

    private void writeProperties() throws Exception {
        property("default-datasource", "shop");
        property("datasource.shop.url", shop.getJdbcUrl());
        property("datasource.shop.username", "postgres");
        property("datasource.shop.password", DB_PASSWORD);
        property(
                "datasource.down.url",
                "jdbc:postgresql://127.0.0.1:" + Ports.free() + "/shop?password=" + URL_PASSWORD);
        property("datasource.down.connection-timeout-ms", 1000);
        property("datasource.unknown.url", "jdbc:nothing://user:" + URL_PASSWORD + "@host/shop");
        property("datasource.h2.url", "jdbc:h2:file:./h2;PASSWORD=" + DB_PASSWORD);
        property("datasource.h2.username", "sa");
        property("datasource.lite.url", "jdbc:sqlite:lite.db");
        property("ledger.url", ledger.getJdbcUrl());
        property("ledger.username", "postgres");
        property("ledger.password", LEDGER_PASSWORD);
        connection(
                "lake",
                "s3",
                "region",
                "eu-central-1",
                "endpoint",
                s3.endpoint(),
                "path-style",
                true,
                "access-key",
                S3Server.ACCESS_KEY,
                "secret-key",
                S3Server.SECRET_KEY,
                "bucket",
                "lake");
        connection(
                "lake_wrong",
                "s3",
                "region",
                "eu-central-1",
                "endpoint",
                s3.endpoint(),
                "path-style",
                true,
                "access-key",
                S3Server.ACCESS_KEY,
                "secret-key",
                WRONG_S3,
                "bucket",
                "lake");
        connection(
                "partner",
                "sftp",
                "host",
                "127.0.0.1",
                "port",
                sftp.port(),
                "username",
                SftpServer.USER,
                "password",
                SftpServer.PASSWORD,
                "host-key",
                sftp.fingerprint());
        connection(
                "partner_wrong",
                "sftp",
                "host",
                "127.0.0.1",
                "port",
                sftp.port(),
                "username",
                SftpServer.USER,
                "password",
                WRONG_PASSWORD,
                "host-key",
                sftp.fingerprint());
        connection("api", "http", "bearer-token", TOKEN);
        connection("api_wrong", "http", "bearer-token", WRONG_TOKEN);
        connection("api_basic", "http", "username", "waybill", "password", BASIC_PASSWORD);
        connection(
                "post",
                "smtp",
                "host",
                "127.0.0.1",
                "port",
                smtp.getSmtp().getPort(),
                "tls",
                "none",
                "username",
                "waybill",
                "password",
                SMTP,
                "from",
                "waybill@example.com");
        connection(
                "post_wrong",
                "smtp",
                "host",
                "127.0.0.1",
                "port",
                smtp.getSmtp().getPort(),
                "tls",
                "none",
                "username",
                "waybill",
                "password",
                WRONG_SMTP,
                "from",
                "waybill@example.com");
        property("staging.cipher", "AES/CTR/NoPadding");
        property("staging.key", STAGING_KEY);
        property("privacy-keys.persons", PRIVACY_KEY);
        properties.put("pgp.passphrase", PASSPHRASE);
        properties.put("zip.password", ZIP_PASSWORD);
        properties.put("notice.token", NOTICE_TOKEN);
        StringBuilder text = new StringBuilder();
        properties.forEach(
                (name, value) -> text.append(name).append(" = ").append(value).append('\n'));
        Files.writeString(work.resolve("application.properties"), text);
    }

    private void writeFlows() throws Exception {
        Path routes = Files.createDirectories(work.resolve("routes"));
        Files.writeString(routes.resolve("datasets.toml"), CanaryFlows.DATA_SETS);
        for (Map.Entry<String, String> flow : CanaryFlows.exports(http.port()).entrySet()) {
            int tables = flow.getValue().indexOf("[[");
            String keys = tables < 0 ? flow.getValue() : flow.getValue().substring(0, tables);
            Files.writeString(
                    routes.resolve(flow.getKey() + ".toml"),
                    "[properties.export]\n"
                            + (keys.contains("source_dataset_id") ? "" : "source_dataset_id = \"people\"\n")
                            + keys + "\n"
                            + "schema_change = \"notify\"\n"
                            + "redelivery = { maximum_redeliveries = 1, redelivery_delay = \"10ms\" }\n"
                            + flow.getValue().substring(keys.length())
                            + "\n[[properties.export.notifications]]\nuri = \"file:notices?fileName={flow_id}-${header.WaybillRunId}.json\"\n"
                                    .replace("{flow_id}", flow.getKey())
                            + "[[properties.export.notifications]]\nuri = \"http://127.0.0.1:" + http.port()
                            + "/notices?token={{notice.token}}\"\n");
        }
        for (String source : List.of("people", "twice", "where")) {
            Files.writeString(
                    routes.resolve("feed_" + source + ".toml"),
                    "[properties.change_feed]\nsource_dataset_id = \"" + source + "\"\n");
        }
    }

    private Ended waybill(String... arguments) throws Exception {
        Ended ended = COMMANDS.run(arguments);
        String place = String.join(" ", arguments);
        commandsDone.add(place);
        canaries.look("standard output", place, ended.out());
        canaries.look("standard error", place, ended.err() + String.join("\n", ended.progress()));
        return ended;
    }

    private void waybillInAllWays(String... arguments) throws Exception {
        waybill(arguments);
        for (String more : List.of("--json", "--debug")) {
            if (!more.equals("--json") || !List.of("validate", "route", "check").contains(arguments[0])) {
                String[] all = Arrays.copyOf(arguments, arguments.length + 1);
                all[arguments.length] = more;
                waybill(all);
            }
        }
    }

    @Test
    void noSecretAndNoValueOfAPersonGetsOut() throws Exception {
        List<String> ids = new ArrayList<>(CanaryFlows.exports(http.port()).keySet());
        ids.addAll(List.of("feed_people", "feed_twice", "feed_where"));
        waybill("validate");
        waybill("list");
        waybill("list", "--json");
        for (String name : List.of("lake", "lake_wrong", "partner", "partner_wrong", "api", "post", "post_wrong")) {
            waybill("check", name);
            waybill("check", name, "--debug");
        }
        for (String id : ids) {
            waybill("plan", id, "--route", "--scan", "--debug");
            waybill("plan", id, "--json", "--scan", "--region", "AT");
            waybill("run", id, "--debug");
            assertThat(waybill("run", id, "--json").exitCode() == 0).as(id).isEqualTo(CanaryFlows.FINE.contains(id));
        }
        TestDatabases.execute(shop, "ALTER TABLE people ADD COLUMN more text");
        for (String id : List.of("folder", "allow_folder", "hashed", "hashed_changes", "feed_people")) {
            waybill("plan", id);
            waybill("route", id);
            waybill("run", id);
        }
        waybill("redrive", "--all", "--debug");
        sftp.password(WRONG_PASSWORD);
        waybill("redrive", "--all");
        waybillInAllWays("history", "--limit", "1000");
        for (String run : runs("quarantined")) {
            waybill("show", run);
            waybill("show", run, "--json");
        }
        List<String> quarantined = runs("quarantined");
        assertThat(quarantined).isNotEmpty();
        waybill("release", quarantined.get(0), "--reason", "known", "--debug");
        waybill("discard", quarantined.get(1), "--reason", "wrong");
        waybill("detokenize", "--flow", "tokens", "--column", "ssn", "123456789012345678", "x");
        for (String run : runs("")) {
            waybill("show", run);
            waybill("show", run, "--json");
            waybill("verify", run, "--source");
        }
        waybillInAllWays("watermark", "show");
        waybill("watermark", "set", "folder", "x");
        waybill("watermark", "reset", "folder");
        waybill("backfill", "folder", "--from", "2026-01-01", "--to", "2026-01-02", "--every", "day");
        waybill("audit", "--limit", "1000");
        waybill("audit", "--json", "--limit", "1000");
        comments();
        waybill("feed", "drop", "feed_people", "--yes");

        canaries.lookAtFiles("file", work, "application\\.properties|(routes|keys)/.*|h2\\..*|lite\\.db.*");
        canaries.lookAtFiles("SFTP", home, "");
        canaries.lookAtFiles("S3", buckets, "");
        canaries.lookAtTables("ledger", ledger, "waybill_");
        canaries.lookAtMails(smtp);
        canaries.lookAtRequests(http);
        canaries.assertNoneIsOut(
                "standard output",
                "standard error",
                "file",
                "SFTP",
                "S3",
                "ledger",
                "comments of feeds",
                "mail",
                "HTTP request",
                "HTTP headers",
                "HTTP body");
        assertThat(commandsDone).hasSizeGreaterThan(ids.size() * 5);
    }

    /** A run of each flow and each end. */
    private List<String> runs(String status) throws Exception {
        JsonNode runs = new ObjectMapper()
                .readTree(waybill("history", "--limit", "1000", "--json").out())
                .get("runs");
        Map<String, String> ids = new LinkedHashMap<>();
        runs.forEach(run -> {
            String end = run.get("status").asText();
            if (end.contains(status)) {
                ids.put(run.get("flow").asText() + " " + end, run.get("run_id").asText());
            }
        });
        return List.copyOf(ids.values());
    }

    private void comments() throws Exception {
        try (Connection connection = shop.getConnection()) {
            canaries.lookAtRows(
                    "comments of feeds",
                    "pg_description",
                    connection,
                    "SELECT description FROM"
                            + " pg_description d JOIN pg_class c ON c.oid = d.objoid WHERE c.relname LIKE 'feed%'");
        }
    }
}
