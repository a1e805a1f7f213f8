package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.waybill.delivery.Connection;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.ConnectionCheck.Finding;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.servers.Certificates;
import io.waybill.servers.FtpServer;
import io.waybill.servers.RecordStreams;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waybill check finds, of connections that are well and of those that are not. */
class CheckCommandIT {

    @TempDir
    private Path folder;

    private static List<Finding> check(Map<String, String> connection, String uri) {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            connection.forEach(context.getPropertiesComponent()::addInitialProperty);
            context.start();
            String place = uri == null ? Connection.find(context, "c").probe().orElseThrow() : uri;
            return new ConnectionCheck(context)
                    .run(new Delivery("c", PathTemplate.parse(place), "c", IfExists.OVERWRITE, Map.of(), Map.of()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> words(List<Finding> findings) {
        return findings.stream()
                .map(finding ->
                        finding.problem() == null ? finding.what() : finding.what() + " NOT: " + finding.problem())
                .toList();
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        }
    }

    @Test
    void aBucketIsWrittenToAndLeftAsItWas() throws Exception {
        try (S3Server server = S3Server.start(folder, "lake")) {
            assertThat(words(check(server.connection("c"), "s3://lake/in/{ds}/t.csv")))
                    .containsExactly(
                            "logs in: s3://lake/in", "writes a file", "replaces it", "reads it back", "removes it");
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void aWrongSecretOfABucketIsSaid() throws Exception {
        try (S3Server server = S3Server.start(folder, "lake")) {
            Map<String, String> connection = new HashMap<>(server.connection("c"));
            connection.put("waybill.connection.c.secret-key", "s3-wrong-Zq82");

            assertThat(words(check(connection, "s3://lake/")))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding)
                            .startsWith("logs in NOT: ")
                            .contains("403")
                            .doesNotContain("Zq82"));
        }
    }

    @Test
    void aBucketThatIsNotThereIsSaid() throws Exception {
        try (S3Server server = S3Server.start(folder, "lake")) {
            assertThat(words(check(server.connection("c"), "s3://sea/")))
                    .anyMatch(finding ->
                            finding.startsWith("writes a file NOT: The specified bucket does not exist (Service: S3"));
        }
    }

    @Test
    void anSftpServerIsWrittenToAndLeftAsItWas() throws Exception {
        try (SftpServer server = SftpServer.start(folder)) {
            assertThat(words(check(server.connection("c"), null)))
                    .containsExactly(
                            "logs in: sftp://127.0.0.1:" + server.port(),
                            "writes a file",
                            "replaces it",
                            "reads it back",
                            "removes it");
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void anSftpServerThatDoesNotRenameIsSaid() throws Exception {
        try (SftpServer server = SftpServer.start(folder)) {
            server.refuseRenames(100);
            assertThat(words(check(server.connection("c"), null)))
                    .satisfiesExactly(
                            finding -> assertThat(finding).isEqualTo("logs in: sftp://127.0.0.1:" + server.port()),
                            finding -> assertThat(finding)
                                    .matches(
                                            "writes a file NOT: the server does not rename \\.waybill-check-(\\S+) to \\1:"
                                                    + " \"General failure\" \\(another file may be in its way or in use\\)"),
                            finding -> assertThat(finding).isEqualTo("removes it"));
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void aWrongPasswordOfAnSftpServerIsSaid() throws Exception {
        try (SftpServer server = SftpServer.start(folder)) {
            Map<String, String> connection = server.connection("c");
            connection.put("waybill.connection.c.password", "sftp-wrong-Kw73");
            assertThat(words(check(connection, null)))
                    .containsExactly("logs in NOT: Auth fail for methods 'password,keyboard-interactive,publickey'");
        }
    }

    @Test
    void anFtpServerIsWrittenToAndLeftAsItWas() throws Exception {
        try (FtpServer server = FtpServer.start(folder)) {
            assertThat(words(check(server.connection("c", "ftp"), null)))
                    .containsExactly(
                            "logs in: ftp://127.0.0.1:" + server.port(),
                            "writes a file",
                            "replaces it",
                            "reads it back",
                            "removes it");
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void aServerThatChangesWhatItIsSentIsSaid() throws Exception {
        try (FtpServer server = FtpServer.start(folder)) {
            server.changesLineEnds();
            assertThat(words(check(server.connection("c", "ftp"), null)))
                    .containsExactly(
                            "logs in: ftp://127.0.0.1:" + server.port(),
                            "writes a file NOT: .waybill-" + name(server) + " has 272 bytes after it was sent with 274;"
                                    + " it was not renamed",
                            "removes it");
            assertThat(files()).isEmpty();
        }
    }

    private static String name(FtpServer server) {
        return server.commands().stream()
                .filter(command -> command.startsWith("STOR "))
                .findFirst()
                .orElseThrow()
                .substring("STOR .waybill-".length());
    }

    @Test
    void aServerThatChangesBytesAndNoLengthsIsSaid() throws Exception {
        try (FtpServer server = FtpServer.start(folder)) {
            server.changesLetters();
            assertThat(words(check(server.connection("c", "ftp"), null)))
                    .contains("reads it back NOT: it has 274 bytes, and was sent with 274; the first that differs is"
                            + " number 13: the server changes what it is sent");
            assertThat(files()).isEmpty();
        }
    }

    private static Map<String, String> mail(GreenMail server, String password, String tls) {
        String prefix = "waybill.connection.c.";
        return Map.of(
                prefix + "type", "smtp",
                prefix + "host", "127.0.0.1",
                prefix + "port",
                        Integer.toString((server.getSmtp() == null ? server.getSmtps() : server.getSmtp()).getPort()),
                prefix + "username", "waybill",
                prefix + "password", password,
                prefix + "from", "waybill@example.com",
                prefix + "tls", tls);
    }

    @Test
    void aMailServerIsLoggedInToAndSentNothing() {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            server.setUser("waybill@example.com", "waybill", "smtp-secret-Hj64");
            server.getUserManager().setAuthRequired(true);

            assertThat(words(check(mail(server, "smtp-secret-Hj64", "none"), null)))
                    .containsExactly("logs in: not encrypted");
            assertThat(words(check(mail(server, "smtp-wrong-Hj65", "none"), null)))
                    .containsExactly("logs in NOT: 535 5.7.8  Authentication credentials invalid");
            assertThat(words(check(mail(server, "smtp-secret-Hj64", "starttls"), null)))
                    .containsExactly("logs in NOT: STARTTLS is required but host does not support STARTTLS");
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void aMailServerIsTrustedWhoseCertificateIsInTheTrustStore() throws Exception {
        Path keys = Certificates.valid(folder);
        System.setProperty("greenmail.tls.keystore.file", keys.toString());
        System.setProperty("greenmail.tls.keystore.password", Certificates.PASSWORD);
        System.setProperty("greenmail.tls.key.password", Certificates.PASSWORD);
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
        server.start();
        try {
            server.setUser("waybill@example.com", "waybill", "smtp-secret-Hj64");
            Map<String, String> connection = new HashMap<>(mail(server, "smtp-secret-Hj64", "implicit"));
            connection.put(
                    "waybill.connection.c.port",
                    Integer.toString(server.getSmtps().getPort()));
            connection.put("waybill.connection.c.trust-store", keys.toString());
            connection.put("waybill.connection.c.trust-store-password", Certificates.PASSWORD);

            assertThat(words(check(connection, null))).containsExactly("logs in: encrypted");

            connection.remove("waybill.connection.c.trust-store");
            connection.remove("waybill.connection.c.trust-store-password");
            assertThat(words(check(connection, null)))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding)
                            .startsWith("logs in NOT: ")
                            .endsWith("(its certificate comes from nobody who is trusted; see trust-store)"));
        } finally {
            server.stop();
            System.clearProperty("greenmail.tls.keystore.file");
            System.clearProperty("greenmail.tls.keystore.password");
            System.clearProperty("greenmail.tls.key.password");
        }
    }

    @Test
    void aWebServerIsTrustedWhoseCertificateIsInTheTrustStore() throws Exception {
        Path keys = Certificates.valid(folder);
        WireMockServer server = Certificates.serve(keys);
        try {
            assertThat(words(check(
                            Map.of(
                                    "waybill.connection.c.type",
                                    "http",
                                    "waybill.connection.c.trust-store",
                                    keys.toString(),
                                    "waybill.connection.c.trust-store-password",
                                    Certificates.PASSWORD),
                            "https://127.0.0.1:" + server.httpsPort() + "/in/{ds}/")))
                    .containsExactly("answers: to HEAD with status 200; nothing was sent");
        } finally {
            server.stop();
        }
    }

    @Test
    void aServerThatIsNotThereIsSaid() throws Exception {
        Map<String, String> connection;
        try (SftpServer server = SftpServer.start(folder)) {
            connection = server.connection("c");
        }
        assertThat(words(check(connection, null))).containsExactly("logs in NOT: Connection refused");
        connection.put("waybill.connection.c.host", "nowhere.invalid");
        assertThat(words(check(connection, null)))
                .containsExactly("logs in NOT: the host nowhere.invalid is not known");
    }

    @Test
    void aStreamIsLookedAtAndSentNothing() {
        try (RecordStreams streams = RecordStreams.start()) {
            assertThat(words(check(streams.connection("c", "kinesis"), "kinesis://orders")))
                    .containsExactly("finds the stream: ACTIVE, 2 shards; nothing was sent");
            assertThat(words(check(streams.connection("c", "firehose"), "firehose://orders")))
                    .containsExactly("finds the stream: ACTIVE; nothing was sent");
            assertThat(words(check(streams.connection("c", "kinesis"), "kinesis://bills")))
                    .singleElement()
                    .satisfies(
                            finding -> assertThat(finding)
                                    .startsWith(
                                            "finds the stream NOT: Stream bills under account 111111111111 not found. (Service"));
            assertThat(streams.requests()).isEmpty();
        }
    }
}
