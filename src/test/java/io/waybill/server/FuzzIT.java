package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.TestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Requests that nobody would write: whatever they are, each is answered with what is wrong with it, and nothing is done outside.
 * {@code -Dfuzz.requests=10000 -Dfuzz.seed=…} sends more, or others.
 */
class FuzzIT {

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 600);
    private static final long SEED = Long.getLong("fuzz.seed", 20260115L);

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "get");

    /** What is no path of an operation. */
    private static final List<String> OTHER_PATHS = List.of("*", "//", "http://evil/v2/flows", "/v2", "/logout/x");

    private static final List<String> NASTY = List.of(
            "..",
            "%2e%2e",
            "%2f",
            "%00",
            "%",
            "%zz",
            "%c0%ae",
            "%ff",
            "\u00e4",
            "\\",
            "..;/",
            "%252e",
            "{}",
            "{{env:PATH}}",
            "${jndi:ldap://x}",
            "'; DROP TABLE waybill_run; --",
            "<script>",
            "\u0000",
            "a".repeat(9000),
            "?",
            "#",
            "[::1]");

    private static final List<String> HEADERS = List.of(
            "Content-Type: application/json",
            "Content-Type: application/toml",
            "Content-Type: text/plain; charset=utf-16",
            "Content-Type: multipart/form-data",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Length: -1",
            "Content-Length: 99999999999",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip",
            "Range: bytes=9-1",
            "Range: bytes=0-0,1-1",
            "If-Match: \"x\"",
            "If-None-Match: \"",
            "Authorization: Bearer waybill_x",
            "Authorization: ",
            "Prefer: wait=999999",
            "Prefer: wait=x",
            "Idempotency-Key: ",
            "Accept: */*",
            "Expect: 100-continue",
            "Last-Event-ID: \u00ff",
            "Origin: http://evil",
            "Cookie: a=b",
            "Upgrade: websocket",
            "Connection: upgrade",
            "CamelHttpResponseCode: 500",
            "CamelFileName: ../../x",
            "WaybillMode: full",
            "X: " + "y".repeat(20_000));

    private static final List<String> BODIES = List.of(
            "",
            "{",
            "[]",
            "null",
            "{\"mode\": 1}",
            "{\"a\":".repeat(3000),
            "[properties.export]\nsource_dataset_id = 3",
            "\u0000\u0001",
            "[".repeat(20_000),
            "{\"export_paths\": {\"paths\": [{}]}}",
            "{\"date\": \"+999999999-01-01\"}",
            "{\"from\": \"-\", \"to\": \"-\"}",
            "id = \"../x\"\n[properties.export]\n",
            "0\r\n\r\n",
            "\"" + "x".repeat(100_000) + "\"",
            "{\"batch_id\": 1e400}",
            "{\"row_group_size\": 99999999999999999999}");

    private static final List<String> NAMES =
            List.of("orders", "none", "20260115T000000-abcdef", "..", "%2e%2e%2f", "a b");

    private final AtomicInteger answered = new AtomicInteger();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    @Test
    void nothingThatComesIsAnsweredWithAFailureOfTheServersOwn() throws Exception {
        TreeSet<Path> before = files();
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try {
            List<Future<?>> sent = new ArrayList<>();
            List<Operation> operations = server.operations();
            for (int i = 0; i < Math.max(REQUESTS, operations.size()); i++) {
                Random random = new Random(SEED + i);
                // the first requests are one for each operation, so that none is left out
                Operation operation = i < operations.size() ? operations.get(i) : one(random, operations);
                boolean isOfIt = i < operations.size() || random.nextInt(20) != 0;
                String method =
                        i < operations.size() || random.nextBoolean() ? operation.method() : one(random, METHODS);
                String path = isOfIt ? path(operation, random) : one(random, OTHER_PATHS);
                sent.add(clients.submit(() -> send(random, method, path)));
            }
            for (Future<?> each : sent) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        // the others went away themselves, or never came to an end
        assertThat(answered.get()).isGreaterThan(REQUESTS / 2);
        assertThat(server.get("/v2/flows").send().status()).isEqualTo(200);
        await().until(() -> server.ledger()
                .runs(null, io.waybill.ledger.RunEntry.Status.RUNNING, 1)
                .isEmpty());
        TreeSet<Path> after = files();
        after.removeIf(file -> file.startsWith(server.file("exports")) || file.startsWith(server.file("staging")));
        before.removeIf(file -> file.startsWith(server.file("exports")));
        assertThat(after).isEqualTo(before);
        assertThat(server.run("orders").get("rows").asInt()).isEqualTo(100);
    }

    private TreeSet<Path> files() throws IOException {
        TreeSet<Path> files = new TreeSet<>();
        TestFiles.below(server.folder()).forEach(file -> files.add(server.file(file)));
        return files;
    }

    private static String path(Operation operation, Random random) {
        String path = operation.template();
        for (String variable : operation.variables()) {
            path = path.replace("{" + variable + "}", one(random, NAMES));
        }
        return path;
    }

    private Void send(Random random, String method, String path) throws Exception {
        byte[] request = request(random, method, path);
        int cut = random.nextInt(6) == 0 ? random.nextInt(request.length) : request.length;
        String answer;
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write(request, 0, cut);
            if (cut < request.length && random.nextBoolean()) {
                return null; // it goes away in the middle
            }
            // what is said before the answer, to who asks whether to go on
            answer = read(socket.getInputStream()).replaceFirst("^HTTP/1\\.1 100 [^\r]*\r\n\r\n", "");
        } catch (SocketException e) {
            return null; // the server would not hear more of it
        }
        if (answer.startsWith("HTTP/1.")) {
            answered.incrementAndGet();
        }
        String shown = new String(request, 0, Math.min(300, request.length), StandardCharsets.ISO_8859_1);
        assertThat(answer).as(shown).doesNotStartWith("HTTP/1.1 500").doesNotContain("\tat ");
        if (!answer.startsWith("HTTP/1.1 200")) { // a plan shows the flow's route, which names classes
            assertThat(answer).as(shown).doesNotContain("Exception", "java.", "org.apache");
        }
        assertThat(answer).as(shown).doesNotContain(System.getProperty("user.dir"));
        return null;
    }

    /** What comes until the other side ends it, or says nothing more though it has answered somebody who came later. */
    private String read(InputStream in) throws Exception {
        StringBuilder read = new StringBuilder();
        byte[] buffer = new byte[8192];
        int before;
        do {
            before = read.length();
            try {
                for (int n = in.read(buffer); n >= 0 && read.length() < 1_000_000; n = in.read(buffer)) {
                    read.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                }
                return read.toString();
            } catch (SocketTimeoutException e) { // it waits for the rest of the request, or is busy
                server.get("/v2/flows").send();
            }
        } while (read.length() > before || in.available() > 0);
        return read.toString();
    }

    private static <T> T one(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static byte[] request(Random random, String method, String path) {
        StringBuilder text = new StringBuilder(method).append(' ').append(path);
        for (int i = random.nextInt(3); i > 0; i--) {
            text.append(random.nextBoolean() ? "/" : "").append(one(random, NASTY));
        }
        if (random.nextInt(3) == 0) {
            text.append('?')
                    .append(one(
                            random, List.of("limit", "wait", "cursor", "since", "status", "id", "flow", "%", "a&a")))
                    .append(random.nextBoolean() ? "=" : "")
                    .append(one(random, NASTY));
        }
        text.append(one(random, List.of(" HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.0", " HTTP/9.9", "")))
                .append("\r\n");
        if (random.nextInt(8) != 0) {
            text.append("Host: 127.0.0.1\r\n");
        }
        String body = one(random, BODIES);
        boolean said = false;
        for (int i = random.nextInt(4); i > 0; i--) {
            String header = one(random, HEADERS);
            said |= header.startsWith("Content-Length") || header.startsWith("Transfer");
            text.append(header).append(random.nextInt(30) == 0 ? "\n" : "\r\n");
        }
        if (!said && !body.isEmpty()) {
            text.append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        text.append("Connection: close\r\n\r\n").append(body);
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4) == 0 ? 3 : 0; i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
