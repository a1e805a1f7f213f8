package io.waybill.servers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A server of objects that keeps the bodies of requests as they come, with what frames them: some speak S3 so. */
public final class RawS3 implements AutoCloseable {

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final HttpServer server;

    private RawS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public static RawS3 start() throws IOException {
        return new RawS3();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        byte[] found = objects.get(key);
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                objects.put(key, body);
                exchange.sendResponseHeaders(200, -1);
            }
            case "DELETE" -> {
                objects.remove(key);
                exchange.sendResponseHeaders(204, -1);
            }
            case "HEAD" -> {
                if (found != null) {
                    exchange.getResponseHeaders().set("Content-Length", Integer.toString(found.length));
                }
                exchange.sendResponseHeaders(found == null ? 404 : 200, -1);
            }
            default -> {
                boolean known = found != null && exchange.getRequestURI().getQuery() == null;
                exchange.sendResponseHeaders(known ? 200 : 501, known ? found.length : -1);
                if (known) {
                    exchange.getResponseBody().write(found);
                }
            }
        }
        exchange.close();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public Map<String, byte[]> objects() {
        return Map.copyOf(objects);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
