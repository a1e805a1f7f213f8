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
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.servers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An OpenID provider of a test's own: listens, describes itself, and has keys that it signs with. */
final class OpenIdProvider implements BeforeEachCallback, AfterEachCallback {

    static final String AUDIENCE = "waybill";
    static final String CLIENT = "waybill-page";
    static final String SECRET = "the client's secret";

    private final int port = Ports.free(); // which nobody else gets while it is away
    private final List<ECKey> keys = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private HttpServer server;
    private volatile Function<Map<String, String>, JWTClaimsSet.Builder> whoever;
    private volatile Map<String, String> authorized;
    private volatile String instead;
    private volatile int tokenStatus = 200;
    private volatile boolean logsOut;
    private volatile Map<String, String> loggedOut;

    OpenIdProvider() {
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
        answer("/.well-known/openid-configuration", () ->
                """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token",
                 "jwks_uri": "%1$s/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                 "id_token_signing_alg_values_supported": ["RS256"]%2$s}
                """.formatted(issuer(), logsOut ? ", \"end_session_endpoint\": \"" + issuer() + "/logout\"" : ""));
        answer("/keys", () -> {
            asked.incrementAndGet();
            return new JWKSet(List.copyOf(keys)).toString();
        });
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
        server.createContext("/logout", this::logOut);
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

    /** Who logs in at it from now on, and what is changed in what it says of them. */
    void letIn(UnaryOperator<JWTClaimsSet.Builder> change, String user, String... groups) {
        whoever = request -> change.apply(claims(user, groups).audience(CLIENT).claim("nonce", request.get("nonce")));
    }

    void letIn(String user, String... groups) {
        letIn(claims -> claims, user, groups);
    }

    /** What it was asked for, and with what, when somebody was sent to it last. */
    Map<String, String> authorized() {
        return authorized;
    }

    /** Has the next browser come back with that instead of a code. */
    void answer(String query) {
        instead = query;
    }

    /** The status of its token endpoint from now on. */
    void tokenStatus(int status) {
        tokenStatus = status;
    }

    private void authorize(HttpExchange exchange) throws IOException {
        authorized = query(exchange.getRequestURI().getRawQuery());
        String code = "code-" + codes.size();
        codes.put(code, authorized);
        String query = instead != null
                ? instead.replace("{state}", authorized.get("state"))
                : "code=" + code + "&session_state=x&state=" + authorized.get("state");
        instead = null;
        exchange.getResponseHeaders().set("Location", authorized.get("redirect_uri") + "?" + query);
        exchange.sendResponseHeaders(303, -1);
        exchange.close();
    }

    /** It says where browsers are sent to log their users out; to be said before it is asked for the first time. */
    void logsOut() {
        logsOut = true;
    }

    /** What it was told when somebody was sent to it to be logged out. */
    Map<String, String> loggedOut() {
        return loggedOut;
    }

    private void logOut(HttpExchange exchange) throws IOException {
        loggedOut = query(exchange.getRequestURI().getRawQuery());
        exchange.getResponseHeaders().set("Location", loggedOut.get("post_logout_redirect_uri"));
        exchange.sendResponseHeaders(303, -1);
        exchange.close();
    }

    /** Gives an ID token once to the client that has the code, its own secret, and what the code was asked for by. */
    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = query(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Map<String, String> asked = codes.remove(form.getOrDefault("code", ""));
        String client = "Basic "
                + Base64.getEncoder()
                        .encodeToString((CLIENT + ":" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.UTF_8));
        boolean right = asked != null
                && client.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && "S256".equals(asked.get("code_challenge_method"))
                && asked.get("code_challenge").equals(s256(form.get("code_verifier")))
                && asked.get("redirect_uri").equals(form.get("redirect_uri"));
        String body = right ? tokens(whoever.apply(asked)) : "{\"error\": \"invalid_grant\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(tokenStatus != 200 || right ? tokenStatus : 400, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** @param claims null for no ID token */
    private String tokens(JWTClaimsSet.Builder claims) {
        return "{\"access_token\": \"x\", \"token_type\": \"Bearer\""
                + (claims == null ? "" : ", \"id_token\": \"" + sign(claims) + "\"") + "}";
    }

    private static String s256(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> query(String text) {
        return Arrays.stream(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
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
