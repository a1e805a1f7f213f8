package io.waybill.servers;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.waybill.TestFiles;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;

/** Key stores with certificates of this machine, made by the JDK's own keytool: each once a test run, and copied. */
public final class Certificates {

    public static final String PASSWORD = "changeit";

    private Certificates() {}

    /** Makes files in a folder. */
    @FunctionalInterface
    private interface Maker {

        void make(Path folder) throws Exception;
    }

    private static final Map<String, Path> MADE = new HashMap<>();

    private static synchronized void copy(String name, Maker maker, Path folder) throws Exception {
        Path made = MADE.get(name);
        if (made == null) {
            made = Files.createTempDirectory("certificates");
            maker.make(made);
            FileUtils.forceDeleteOnExit(made.toFile());
            MADE.put(name, made);
        }
        for (String file : TestFiles.below(made)) {
            Files.copy(made.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A key store, PKCS #12, with a certificate for 127.0.0.1 that is valid for a day. */
    public static Path valid(Path folder) throws Exception {
        copy(
                "valid",
                made -> pair(made.resolve("valid.p12"), "server", "-1H", "1", "-ext", "SAN=IP:127.0.0.1,DNS:localhost"),
                folder);
        return folder.resolve("valid.p12");
    }

    /** A key store, PKCS #12, with a certificate for another server. */
    public static Path ofAnotherName(Path folder) throws Exception {
        copy(
                "another",
                made -> pair(made.resolve("another.p12"), "server", "-1H", "1", "-ext", "SAN=DNS:another.example.com"),
                folder);
        return folder.resolve("another.p12");
    }

    /** The certificate of an authority, and a key with one of 127.0.0.1 that it has signed, and that has ended a month ago. */
    public record Expired(Path authority, Path server) {}

    public static Expired expired(Path folder) throws Exception {
        copy("expired", Certificates::makeExpired, folder);
        return new Expired(folder.resolve("trusted.p12"), folder.resolve("expired.p12"));
    }

    /** A certificate of PEM for this machine, and its key: {@code server.pem}, {@code server.key}. Each name has one of its own. */
    public static Path pem(String name, Path folder) throws Exception {
        copy("pem " + name, made -> makePem(made, name, "-1H", "1"), Files.createDirectories(folder));
        return folder.resolve("server.pem");
    }

    /** One that has ended a month ago. */
    public static Path expiredPem(Path folder) throws Exception {
        copy("pem that has ended", made -> makePem(made, "over", "-60d", "30"), Files.createDirectories(folder));
        return folder.resolve("server.pem");
    }

    private static void makePem(Path folder, String name, String start, String days) throws Exception {
        Path made = Files.createTempFile("pair", ".p12");
        Files.delete(made);
        pair(made, name, start, days, "-ext", "SAN=IP:127.0.0.1,DNS:localhost");
        KeyStore pair = KeyStore.getInstance(made.toFile(), PASSWORD.toCharArray());
        Files.delete(made);
        Files.writeString(
                folder.resolve("server.pem"),
                pem("CERTIFICATE", pair.getCertificate(name).getEncoded()));
        Files.writeString(
                folder.resolve("server.key"),
                pem("PRIVATE KEY", pair.getKey(name, PASSWORD.toCharArray()).getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + java.util.Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what + "-----\n";
    }

    private static void makeExpired(Path folder) throws Exception {
        Path made = folder.resolve("made.p12");
        pair(made, "authority", "-90d", "365", "-ext", "BC=ca:true");
        pair(made, "server", "-60d", "30", "-signer", "authority", "-ext", "SAN=IP:127.0.0.1,DNS:localhost");
        KeyStore both = KeyStore.getInstance(made.toFile(), PASSWORD.toCharArray());
        store(
                folder.resolve("trusted.p12"),
                "authority",
                new KeyStore.TrustedCertificateEntry(both.getCertificate("authority")));
        store(
                folder.resolve("expired.p12"),
                "server",
                both.getEntry("server", new KeyStore.PasswordProtection(PASSWORD.toCharArray())));
    }

    private static void store(Path file, String alias, KeyStore.Entry entry) throws Exception {
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, null);
        one.setEntry(
                alias,
                entry,
                entry instanceof KeyStore.TrustedCertificateEntry
                        ? null
                        : new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
        try (OutputStream out = Files.newOutputStream(file)) {
            one.store(out, PASSWORD.toCharArray());
        }
    }

    private static void pair(Path file, String alias, String start, String days, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + alias,
                "-startdate",
                start,
                "-validity",
                days));
        command.addAll(List.of(more));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(output);
        }
    }

    /** An HTTPS server with such a certificate, which takes all that it is asked. */
    public static WireMockServer serve(Path keys) {
        WireMockServer server = new WireMockServer(wireMockConfig()
                .bindAddress("127.0.0.1")
                .dynamicPort()
                .dynamicHttpsPort()
                .keystorePath(keys.toString())
                .keystoreType("PKCS12")
                .keystorePassword(PASSWORD)
                .keyManagerPassword(PASSWORD));
        server.start();
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        return server;
    }
}
