package io.waybill.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An OpenID provider of a test's own: listens, describes itself, and has keys that it signs with. */
final class OpenIdProvider implements BeforeEachCallback, AfterEachCallback {

    static final String AUDIENCE = "waybill";

    private final int port;
    private final List<ECKey> keys = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;

    OpenIdProvider() {
        try (var free = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        keys.add(newKey("first"));
    }

    String issuer() {
        return "http://localhost:" + port;
    }

    @Override
    public void beforeEach(ExtensionContext test) throws IOException {
        start();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        stop();
    }

    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        answer("/.well-known/openid-configuration", () -> """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token",
                 "jwks_uri": "%1$s/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                 "id_token_signing_alg_values_supported": ["RS256"]}
                """.formatted(issuer()));
        answer("/keys", () -> {
            asked.incrementAndGet();
            return new JWKSet(List.copyOf(keys)).toString();
        });
        server.start();
    }

    private void answer(String path, java.util.function.Supplier<String> json) {
        server.createContext(path, exchange -> {
            byte[] body = json.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    /** It is away. */
    void stop() {
        server.stop(0);
    }

    /** How often its keys were asked for. */
    int timesAskedForKeys() {
        return asked.get();
    }

    ECKey key() {
        return keys.get(keys.size() - 1);
    }

    /** Signs with another key from now on, and knows the old one no more. */
    void rotate(String id) {
        keys.clear();
        keys.add(newKey(id));
    }

    static ECKey newKey(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a user's token says, whom it lets in for five minutes. */
    JWTClaimsSet.Builder claims(String user, String... groups) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(AUDIENCE)
                .subject("id of " + user)
                .claim("preferred_username", user)
                .claim("groups", List.of(groups))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    String token(String user, String... groups) {
        return sign(claims(user, groups));
    }

    String sign(JWTClaimsSet.Builder claims) {
        return sign(claims.build(), key());
    }

    static String sign(JWTClaimsSet claims, ECKey key) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }
}
