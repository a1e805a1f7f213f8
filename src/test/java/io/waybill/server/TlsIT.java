package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.page.WebPages;
import io.waybill.servers.Certificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server that answers by TLS, by certificates that come and go. */
class TlsIT {

    @TempDir
    static Path made;

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFiles(folder -> Certificates.pem("first", folder.resolve("tls")))
            .withProperty("waybill.server.tls.certificate", "{folder}/tls/server.pem")
            .withProperty("waybill.server.tls.key", "{folder}/tls/server.key")
            // as often as it can, a client asks here who does not say who it is
            .withProperty("waybill.server.strangers-calls-a-minute", "1000000");

    private static Path first() throws Exception {
        return Certificates.pem("first", made.resolve("first"));
    }

    private static Path second() throws Exception {
        return Certificates.pem("second", made.resolve("second"));
    }

    private SSLContext trusting(Path... certificates) throws Exception {
        var store = java.security.KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (Path each : certificates) {
            try (var in = Files.newInputStream(each)) {
                store.setCertificateEntry(
                        each.toString(), CertificateFactory.getInstance("X.509").generateCertificate(in));
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private HttpResponse<String> get(HttpClient client, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private X509Certificate shown() throws Exception {
        SSLContext both = trusting(first(), second());
        try (SSLSocket socket = (SSLSocket) both.getSocketFactory().createSocket("localhost", server.port())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void takesNoCookieThatSomebodyOnTheWayCouldHaveSet() throws Exception {
        String session = server.ledger()
                .server()
                .sessions("a test")
                .begin(server.ledger()
                        .server()
                        .tokens()
                        .create("ann", "view@*", null, io.waybill.ledger.Tokens.DailyLimits.NONE)
                        .token()
                        .id());
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(first())).build();
        assertThat(flows(client, "waybill-session=" + session)).isEqualTo(401);
        assertThat(flows(client, "theirs=1; __Host-waybill-session=" + session)).isEqualTo(200);
    }

    private int flows(HttpClient client, String cookie) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/v2/flows"))
                                .header("Cookie", cookie)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void answersByTlsAndTellsBrowsersToStayThere() throws Exception {
        assertThat(server.address()).startsWith("https://");
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(first())).build();
        HttpResponse<String> answered = get(client, "/v2/flows");
        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(answered.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
        assertThat(get(client, "/login").headers().allValues("Set-Cookie"))
                .allMatch(cookie -> cookie.startsWith("__Host-") && cookie.endsWith("; Secure"));
        assertThatThrownBy(() -> get(HttpClient.newHttpClient(), "/v2/flows"))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void oldProtocolsAreNotSpoken() throws Exception {
        SSLContext context = trusting(first());
        for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", server.port())) {
                socket.setEnabledProtocols(new String[] {protocol});
                socket.startHandshake();
                assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            }
        }
        assertThat(Tls.PROTOCOLS).containsExactly("TLSv1.3", "TLSv1.2");
    }

    @Test
    void aNewCertificateTakesTheOldOnesPlaceAndNoRequestIsLost() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(first(), second())).build();
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        ExecutorService others = Executors.newFixedThreadPool(3);
        try {
            Future<?> asking = others.submit(() -> {
                while (!enough.get()) {
                    assertThat(get(client, "/health/live").statusCode()).isEqualTo(200);
                    answered.incrementAndGet();
                }
                return null;
            });
            assertThat(shown().getSubjectX500Principal().getName()).contains("first");
            Certificates.pem("second", server.file("tls"));
            await().until(() -> shown().getSubjectX500Principal().getName().contains("second"));
            int before = answered.get();
            await().until(() -> answered.get() > before + 20);
            enough.set(true);
            asking.get();
        } finally {
            others.shutdownNow();
        }
    }

    @Test
    void whereTheNewOneIsNoGoodTheOldOneStaysAndHealthSaysSo() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(first())).build();
        Files.copy(second(), server.file("tls/server.pem"), StandardCopyOption.REPLACE_EXISTING);
        await().until(() -> get(client, "/health/ready").body().contains("UNKNOWN"));
        assertThat(get(client, "/health/ready").statusCode()).isEqualTo(200);
        assertThat(shown().getSubjectX500Principal().getName()).contains("first");
    }

    @Test
    void filesThatAreNoGoodStopTheStartInWords() throws Exception {
        Path first = made.resolve("first");
        first();
        Path over = made.resolve("over");
        Certificates.expiredPem(over);
        Path none = Files.writeString(made.resolve("none.pem"), "nothing");
        Path other = made.resolve("second");
        second();
        assertRefused(over.resolve("server.pem"), over.resolve("server.key"), "certificate", "it has held until ");
        assertRefused(none, first.resolve("server.key"), "certificate", "it has no certificate of PEM");
        assertRefused(made.resolve("away"), first.resolve("server.key"), "certificate", "away is not there");
        assertRefused(first.resolve("server.pem"), none, "key", "openssl pkcs8 -topk8 -nodes writes one");
        assertRefused(
                first.resolve("server.pem"),
                other.resolve("server.key"),
                "key",
                "it is not the key of the certificate in " + first.resolve("server.pem"));
    }

    private void assertRefused(Path certificate, Path key, String which, String what) {
        var context = server.context();
        var properties = context.getPropertiesComponent();
        properties.addOverrideProperty("waybill.server.tls.certificate", certificate.toString());
        properties.addOverrideProperty("waybill.server.tls.key", key.toString());
        assertThatThrownBy(() -> Server.listen(context, server.file("routes"), new WebPages()))
                .isInstanceOf(io.waybill.WaybillException.class)
                .hasMessageStartingWith("waybill.server.tls." + which + ": ")
                .hasMessageContaining(what);
        properties.setOverrideProperties(new java.util.Properties());
    }
}
