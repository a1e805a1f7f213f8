package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.Page;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.servers.Ports;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pgpainless.PGPainless;
import org.pgpainless.decryption_verification.ConsumerOptions;
import org.pgpainless.decryption_verification.DecryptionStream;

/**
 * The tutorial and the recipes, done as they are written, by a shell and the launcher, with servers in the places of those that they
 * name. What a page says of files that it does not show is looked at here.
 */
class RecipesIT {

    private static final String MAIL_PASSWORD = "smtp-secret-Qd17";

    private static final String PRIVACY_KEY = "5f1c2c8b0e9d4a7763b1a8d2f40c95e7a1b2c3d4e5f60718293a4b5c6d7e8f90";

    @TempDir
    private static Path buckets;

    @TempDir
    private static Path inbox;

    @TempDir
    private static Path keys;

    private static S3Server s3;
    private static SftpServer sftp;
    private static GreenMail smtp;
    private static PGPSecretKeyRing partner;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        sftp = SftpServer.start(inbox);
        smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        smtp.start();
        smtp.setUser("exports@example.com", "exports", MAIL_PASSWORD);
        smtp.getUserManager().setAuthRequired(true);
        partner = PGPainless.generateKeyRing().modernKeyRing("partner@example.com");
        Files.writeString(keys.resolve("partner.asc"), PGPainless.asciiArmor(PGPainless.extractCertificate(partner)));
    }

    @AfterAll
    static void stop() throws Exception {
        smtp.stop();
        sftp.close();
        s3.close();
    }

    static List<Path> pages() throws IOException {
        return Page.all().stream()
                .map(Page::file)
                .filter(file -> file.startsWith("docs/recipes") || file.endsWith("tutorial.md"))
                .toList();
    }

    /** All of them, or what {@code -Dpage} names. */
    static List<Path> pagesToRead() throws IOException {
        return pages().stream()
                .filter(file -> file.toString().contains(System.getProperty("page", "")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pagesToRead")
    void whatThePageSaysIsWhatHappens(Path file) throws Exception {
        Page page = Page.of(file);
        TestFiles.empty(buckets.resolve("lake"));
        TestFiles.empty(inbox);
        smtp.purgeEmailFromAllMailboxes();
        Files.createDirectory(folder.resolve("keys"));
        Files.copy(keys.resolve("partner.asc"), folder.resolve("keys/partner.asc"));
        try (HikariDataSource database = TestDatabases.postgres();
                PageReader reader = new PageReader(
                        page,
                        folder,
                        environment(),
                        settings(database.getJdbcUrl()),
                        database,
                        Map.of("8080", Integer.toString(Ports.free())))) {
            reader.read(block -> !block.text().startsWith("git clone"));
        }
        lookAt(file.getFileName().toString());
    }

    /** The secrets that pages name. */
    private static Map<String, String> environment() {
        return Map.of(
                "SHOP_PASSWORD",
                "",
                "LAKE_KEY",
                S3Server.ACCESS_KEY,
                "LAKE_SECRET",
                S3Server.SECRET_KEY,
                "PARTNER_PASSWORD",
                SftpServer.PASSWORD,
                "POST_PASSWORD",
                MAIL_PASSWORD,
                "CUSTOMERS_KEY",
                PRIVACY_KEY);
    }

    /** Where the servers are that stand for those of the pages. */
    private static Map<String, String> settings(String database) throws Exception {
        return Map.ofEntries(
                Map.entry("waybill.datasource.shop.url", database),
                Map.entry("waybill.datasource.shop.username", "postgres"),
                Map.entry("waybill.connection.lake.endpoint", s3.endpoint()),
                Map.entry("waybill.connection.lake.path-style", "true"),
                Map.entry("waybill.connection.tables.url", database),
                Map.entry("waybill.connection.tables.username", "postgres"),
                Map.entry("waybill.connection.partner.host", "127.0.0.1"),
                Map.entry("waybill.connection.partner.port", Integer.toString(sftp.port())),
                Map.entry("waybill.connection.partner.username", SftpServer.USER),
                Map.entry("waybill.connection.partner.host-key", sftp.fingerprint()),
                Map.entry("waybill.connection.post.host", "127.0.0.1"),
                Map.entry(
                        "waybill.connection.post.port",
                        Integer.toString(smtp.getSmtp().getPort())),
                Map.entry("waybill.connection.post.tls", "none"));
    }

    /** What pages say of files that they do not show. */
    private void lookAt(String page) throws Exception {
        switch (page) {
            case "tutorial.md" ->
                assertThat(rows("SELECT COUNT(*) FROM read_parquet('" + buckets + "/lake/orders/*/*.parquet')"))
                        .containsExactly("4");
            case "nightly-to-s3.md" ->
                assertThat(rows("SELECT id || ' ' || amount FROM read_parquet('" + buckets
                                + "/lake/orders/*/*.parquet') ORDER BY id, amount"))
                        .containsExactly("1 20.00", "1 25.00", "2 30.00", "3 40.00", "4 50.00");
            case "folders-by-values.md" ->
                assertThat(rows("SELECT id || ' ' || coalesce(country, '-') || ' ' || day FROM read_parquet('" + buckets
                                + "/lake/orders/*/*/*.parquet', hive_partitioning = true) ORDER BY id"))
                        .containsExactly(
                                "1 AT 2026-01-14",
                                "2 DE 2026-01-14",
                                "3 AT 2026-01-15",
                                "4 Côte d'Ivoire 2026-01-15",
                                "5 - 2026-01-15");
            case "iceberg-table.md" ->
                assertThat(rows("SELECT id || ' ' || amount FROM read_parquet('" + buckets
                                + "/lake/warehouse/sales/orders/data/*/*/*.parquet') ORDER BY id, amount"))
                        .containsExactly("1 20.00", "1 25.00", "2 30.00", "3 40.00", "4 50.00");
            case "excel-by-mail.md" -> lookAtMail();
            case "partner-by-sftp.md" ->
                assertThat(decrypted(inbox.resolve("inbox/orders_2026-11-20.csv.gz.pgp")))
                        .startsWith("id,customer,amount\n1,");
            default -> {}
        }
    }

    private static List<String> rows(String sql) throws Exception {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            Stream.Builder<String> rows = Stream.builder();
            while (row.next()) {
                rows.add(row.getString(1));
            }
            return rows.build().toList();
        }
    }

    private static void lookAtMail() throws Exception {
        Multipart parts = (Multipart) smtp.getReceivedMessages()[0].getContent();
        BodyPart csv = parts.getBodyPart(1);
        try (InputStream in = csv.getInputStream()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("""
                    \uFEFFid;customer;status;amount;ordered_at
                    1;Zoë;open;20.00;2026-01-14 10:00
                    2;'=cmd|'/c calc'!A1;open;30.00;2026-01-14 11:00
                    """);
        }
    }

    private static String decrypted(Path file) throws Exception {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (InputStream in = Files.newInputStream(file)) {
            DecryptionStream stream = PGPainless.decryptAndOrVerify()
                    .onInputStream(in)
                    .withOptions(new ConsumerOptions().addDecryptionKey(partner));
            stream.transferTo(plain);
            stream.close();
        }
        try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(plain.toByteArray()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
