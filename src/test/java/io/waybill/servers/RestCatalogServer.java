package io.waybill.servers;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;

/**
 * A server of Iceberg's REST protocol over another catalog, by the handlers that Iceberg brings for servers. It wants a token, and can be
 * told to lose its answers.
 */
public final class RestCatalogServer implements AutoCloseable {

    public static final String TOKEN = "rest-token-Yw83Pq";

    private static final String BASE = "/iceberg";

    private final JdbcCatalog catalog;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final ObjectMapper mapper = new ObjectMapper();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicReference<Runnable> before = new AtomicReference<>();

    private RestCatalogServer(JdbcCatalog catalog) throws IOException {
        this.catalog = catalog;
        mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
        mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
        RESTSerializers.registerAll(mapper);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public static RestCatalogServer over(Lake lake) throws IOException {
        return new RestCatalogServer(lake.catalog());
    }

    /** The settings of a connection to it. */
    public Map<String, String> connection() {
        String prefix = "waybill.connection." + Lake.NAME + ".";
        return Map.of(
                prefix + "type", "iceberg", prefix + "catalog", "rest", prefix + "url", url(), prefix + "token", TOKEN);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + BASE;
    }

    /** Does so many of the next commits, and answers that it has failed. */
    public void loseAnswers(int commits) {
        lost.set(commits);
    }

    /** Fails so many of the next commits, and does none of them. */
    public void failCommits(int commits) {
        refused.set(commits);
    }

    /** Has something happen before the next commit is done. */
    public void beforeCommit(Runnable act) {
        before.set(act);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, 401, error(401, "NotAuthorizedException", "not you"));
                return;
            }
            try {
                Object response = respond(exchange);
                answer(exchange, response == null ? 204 : 200, response);
            } catch (NoSuchTableException | NoSuchNamespaceException e) {
                answer(exchange, 404, error(404, e.getClass().getSimpleName(), e.getMessage()));
            } catch (AlreadyExistsException | CommitFailedException e) {
                answer(exchange, 409, error(409, e.getClass().getSimpleName(), e.getMessage()));
            } catch (Lost e) {
                answer(exchange, 503, error(503, "ServiceFailureException", "away for a moment"));
            } catch (RuntimeException e) {
                answer(exchange, 500, error(500, e.getClass().getSimpleName(), String.valueOf(e.getMessage())));
            }
        }
    }

    private static final class Lost extends RuntimeException {}

    private Object respond(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI()
                .getRawPath()
                .substring(BASE.length() + 1)
                .split("/");
        String asked = exchange.getRequestMethod() + " " + path.length;
        if (path.length == 2 && path[1].equals("config")) {
            return ConfigResponse.builder().build();
        }
        Namespace namespace = path.length < 3
                ? null
                : Namespace.of(
                        URLDecoder.decode(path[2], StandardCharsets.UTF_8).split("[\u001f.]"));
        TableIdentifier table = path.length < 5
                ? null
                : TableIdentifier.of(namespace, URLDecoder.decode(path[4], StandardCharsets.UTF_8));
        return switch (asked) {
            case "POST 2" -> CatalogHandlers.createNamespace(catalog, read(exchange, CreateNamespaceRequest.class));
            case "GET 3" -> CatalogHandlers.loadNamespace(catalog, namespace);
            case "HEAD 3" -> {
                CatalogHandlers.namespaceExists(catalog, namespace);
                yield null;
            }
            case "POST 4" -> CatalogHandlers.createTable(catalog, namespace, read(exchange, CreateTableRequest.class));
            case "GET 5" -> CatalogHandlers.loadTable(catalog, table, SnapshotMode.ALL);
            case "POST 5" -> commit(table, read(exchange, UpdateTableRequest.class));
            default -> throw new IllegalArgumentException(asked + " is not served");
        };
    }

    private Object commit(TableIdentifier table, UpdateTableRequest request) {
        Runnable act = before.getAndSet(null);
        if (act != null) {
            act.run();
        }
        if (refused.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new Lost();
        }
        Object response = CatalogHandlers.updateTable(catalog, table, request);
        if (lost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new Lost();
        }
        return response;
    }

    private <T> T read(HttpExchange exchange, Class<T> type) throws IOException {
        return mapper.readValue(exchange.getRequestBody(), type);
    }

    private static ErrorResponse error(int code, String type, String message) {
        return ErrorResponse.builder()
                .responseCode(code)
                .withType(type)
                .withMessage(message)
                .build();
    }

    private void answer(HttpExchange exchange, int status, Object body) throws IOException {
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        byte[] bytes = body == null || isHead ? new byte[0] : mapper.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
