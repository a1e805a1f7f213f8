package io.waybill.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** Speaks to a server of {@code waybill serve}: what it refuses is said in its words. */
final class ServerClient {

    private static final Duration TO_CONNECT = Duration.ofSeconds(10);
    private static final Duration TO_ANSWER = Duration.ofMinutes(2);
    private static final int TRIES = 3;

    /** Every digit of a number counts. */
    private static final ObjectReader EXACT =
            ResultJson.JSON.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final URI address;
    private final String token;
    private final HttpClient http;

    /**
     * @param token null for none
     * @param authorities certificates in PEM that are trusted instead of Java's; null for these
     */
    ServerClient(URI address, String token, String authorities) {
        this.address = address;
        this.token = token;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TO_CONNECT);
        if (authorities != null) {
            builder.sslContext(trusting(authorities));
        }
        this.http = builder.build();
    }

    private static SSLContext trusting(String authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null);
            int number = 0;
            for (java.security.cert.Certificate each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(authorities.getBytes(StandardCharsets.UTF_8)))) {
                store.setCertificateEntry("ca" + number++, each);
            }
            if (number == 0) {
                throw new WrongUsageException("--ca-file: has no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new WrongUsageException("--ca-file: is no certificate in PEM: " + e.getMessage());
        }
    }

    /** A name as a part of a path. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * What was answered.
     *
     * @param json an object; of a refusal, what RFC 9457 has
     */
    record Answered(int status, ObjectNode json, String retryAfter) {

        boolean isDone() {
            return status / 100 == 2;
        }

        String detail() {
            return json.path("detail").asText("");
        }
    }

    ObjectNode get(String path) {
        return done(ask("GET", path, null, null)).json();
    }

    /** @param body null for none */
    ObjectNode post(String path, ObjectNode body) {
        return done(ask("POST", path, body, null)).json();
    }

    /** The answer, where it is none of those that nobody can do anything with: see {@link #failure}. */
    Answered done(Answered answered) {
        if (answered.isDone()) {
            return answered;
        }
        throw failure(answered);
    }

    /** The answer of a decision: what the commands refuse as wrong here is wrong there, too. */
    Answered decided(Answered answered) {
        if (answered.status() == 409) {
            throw new WrongUsageException(answered.detail());
        }
        return done(answered);
    }

    /**
     * Asks. What may be asked twice, since it changes nothing or has a key, is asked again where the connection was lost.
     *
     * @param key tells a repetition from another wish; null for none
     */
    Answered ask(String method, String path, ObjectNode body, String key) {
        HttpRequest.Builder request = request(path).timeout(TO_ANSWER);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body.toString()));
        }
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        boolean again = key != null || method.equals("GET");
        for (int tries = 1; ; tries++) {
            try {
                return answered(send(request.build(), HttpResponse.BodyHandlers.ofString()));
            } catch (IOException e) {
                if (!again || tries == TRIES || e instanceof ConnectException || e instanceof SSLException) {
                    throw away(e);
                }
            }
        }
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return http.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    Answered answered(HttpResponse<String> response) {
        ObjectNode json = ResultJson.JSON.createObjectNode();
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (type.matches("application/(problem\\+)?json.*")) {
            try {
                if (EXACT.readTree(response.body()) instanceof ObjectNode object) {
                    json = object;
                }
            } catch (JsonProcessingException e) {
                json.removeAll(); // something else than Waybill has answered, which is told below
            }
        }
        if (json.isEmpty() && response.statusCode() != 204) {
            throw failed(address + " is no server of Waybill's: it answers " + response.statusCode()
                    + (type.isEmpty() ? "" : " with " + type));
        }
        return new Answered(
                response.statusCode(),
                json,
                response.headers().firstValue("Retry-After").orElse(null));
    }

    /** What is said of a refusal, and by which exit code. */
    RuntimeException failure(Answered answered) {
        String detail = answered.detail();
        return switch (answered.status()) {
            case 400, 404, 405, 422 -> new WrongUsageException(detail);
            case 401 ->
                new WrongUsageException(detail
                        + (token == null
                                ? "; say it by WAYBILL_TOKEN or --token-file"
                                : "; that of WAYBILL_TOKEN or --token-file is not taken by " + address));
            case 403 -> new WrongUsageException("not allowed: " + detail);
            case 429, 503 ->
                failed(detail
                        + (answered.retryAfter() == null ? "" : "; try again in " + answered.retryAfter() + " s"));
            default -> failed(detail);
        };
    }

    /** One by which the command fails. */
    static WaybillException failed(String message) {
        return new WaybillException(WaybillException.Stage.READ, message);
    }

    WaybillException away(IOException e) {
        String why = e instanceof HttpTimeoutException
                ? "it takes too long"
                : e instanceof SSLException
                        ? "its certificate is not trusted, or it does not speak TLS (" + e.getMessage()
                                + "); --ca-file says whom to trust"
                        : e instanceof ConnectException
                                ? "nobody listens there, or the host is not known"
                                : "the connection was lost"
                                        + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")");
        return failed("the server at " + address + " does not answer: " + why);
    }

    /**
     * A run by its id, or by the id's beginning or end.
     *
     * @throws WrongUsageException when there is none, or several
     */
    String runId(String id) {
        List<String> found = new ArrayList<>();
        get("/v2/runs?id=" + segment(id))
                .path("runs")
                .forEach(run -> found.add(run.path("run_id").asText()));
        return Workspace.theOne(id, found);
    }
}
