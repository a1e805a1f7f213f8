package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.TestDatabases;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.server.ServerHarness.Answered;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What comes over HTTP that is too much, too slow, or asked for in parts. */
class HttpDoorIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders", "others");

    @Test
    void slowClientsKeepNobodyElseWaiting() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket("127.0.0.1", server.port());
                slow.add(socket);
                String begun = i % 2 == 0
                        ? "GET /v2/flows HTTP/1.1\r\nHost: local"
                        : "POST /v2/flows/orders/run HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 100\r\n\r\n{";
                socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(server.get("/v2/flows").send().status()).isEqualTo(200);
            }
            assertThat(server.run("orders").get("rows").asInt()).isEqualTo(100);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void whatIsTooLongOrOfAnotherTypeIsRefused() throws Exception {
        String answer =
                told("POST /v2/flows/orders/run HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 5000000\r\n\r\n{");
        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("the body has more than 4194304 bytes");
        assertThat(told("GET /v2/flows?" + "x".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .contains(" 414 ");
        assertThat(told("GET /v2/flows HTTP/1.1\r\nHost: localhost\r\nX-Much: " + "y".repeat(20_000) + "\r\n\r\n"))
                .contains(" 431 ");
        assertThat(told("GET /v2/flows HTTP/1.1\r\nHost: a%41b\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("Host: is not well formed", "nosniff");
        assertThat(server.post("/v2/flows/orders/run")
                        .body("<a/>", "application/xml")
                        .send()
                        .refused(415))
                .isEqualTo("Content-Type: \"application/xml\" is not taken here; allowed: application/json");
        assertThat(server.post("/v2/flows/orders/run")
                        .body("{}", "application/json; Charset=\"UTF-16\"")
                        .send()
                        .refused(415))
                .isEqualTo("Content-Type: charset \"UTF-16\" is not taken; bodies are in UTF-8");
        assertThat(server.post("/v2/flows/orders/run")
                        .body("a=b", "application/x-www-form-urlencoded")
                        .send()
                        .refused(415))
                .isEqualTo("Content-Type: forms are not taken");
    }

    /** What comes back for these bytes, until the server ends the connection. */
    private String told(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void methodsThatAreNotTakenAreRefusedWithThoseThatAre() throws Exception {
        Answered refused = server.ask("PATCH", "/v2/flows/orders").send();
        assertThat(refused.refused(405)).isEqualTo("allowed: GET, HEAD, PUT, DELETE");
        assertThat(refused.header("Allow")).isEqualTo("GET, HEAD, PUT, DELETE");
    }

    @Test
    void headIsAnsweredAsGetWithoutTheBody() throws Exception {
        JsonNode run = server.run("orders");
        String id = "/v2/runs/" + run.get("run_id").asText();
        for (String path : List.of(
                "/v2/flows",
                "/v2/flows/orders",
                id,
                id + "/files/" + run.at("/files/0/name").asText())) {
            Answered got = server.get(path).send();
            Answered head = server.ask("HEAD", path).send();
            assertThat(head.status()).as(path).isEqualTo(200);
            assertThat(head.text()).isEmpty();
            for (String header : List.of("Content-Type", "Content-Length", "ETag", "Repr-Digest")) {
                assertThat(head.header(header)).as(path + " " + header).isEqualTo(got.header(header));
            }
        }
        assertThat(server.ask("HEAD", "/v2/flows/none").send().status()).isEqualTo(404);
        assertThat(server.ask("HEAD", "/v2/flows/orders/run").send().status()).isEqualTo(405);
        assertThat(server.ask("HEAD", id + "/events").send().status()).isEqualTo(405);
    }

    @Test
    void rangesAtTheEdgesOfAFile() throws Exception {
        JsonNode run = server.run("orders");
        String path = "/v2/runs/" + run.get("run_id").asText() + "/files/"
                + run.at("/files/0/name").asText();
        String whole = server.get(path).send().text();
        int length = whole.length();
        assertThat(range(path, "bytes=0-")).isEqualTo(206 + whole);
        assertThat(range(path, "bytes=" + (length - 1) + "-")).isEqualTo(206 + whole.substring(length - 1));
        assertThat(range(path, "bytes=0-999999999")).isEqualTo(206 + whole);
        assertThat(range(path, "bytes=-999999999")).isEqualTo(206 + whole);
        assertThat(range(path, "bytes=-1")).isEqualTo(206 + whole.substring(length - 1));
        for (String none : List.of("bytes=-0", "bytes=" + length + "-", "bytes=999999999999999999-")) {
            assertThat(range(path, none)).as(none).startsWith("416");
        }
        for (String other : List.of("bytes=0-1,3-4", "bytes=5-2", "lines=0-1", "bytes=-", "bytes=a-b")) {
            assertThat(range(path, other)).as(other).isEqualTo(200 + whole);
        }
        assertThat(server.get(path).header("If-None-Match", "*").send().status())
                .isEqualTo(304);
        assertThat(server.get(path).header("If-None-Match", "\"other\"").send().status())
                .isEqualTo(200);
    }

    private String range(String path, String range) throws Exception {
        Answered answered = server.get(path).header("Range", range).send();
        return answered.status() + answered.text();
    }

    @Test
    void pagesGoOnWhereRunsAreForgottenBetweenThem() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ids.add(
                    0,
                    server.run(i % 2 == 0 ? "orders" : "others").get("run_id").asText());
        }
        JsonNode first = server.get("/v2/runs?limit=2").send().json(200);
        for (String gone : List.of(ids.get(1), ids.get(2))) { // the one that the cursor tells of, and the next
            TestDatabases.execute(server.ledgerDatabase(), "DELETE FROM waybill_run WHERE run_id = '" + gone + "'");
        }
        JsonNode second = server.get(
                        "/v2/runs?limit=9&cursor=" + first.get("next_cursor").asText())
                .send()
                .json(200);
        assertThat(second.get("runs"))
                .extracting(run -> run.get("run_id").asText())
                .containsExactlyElementsOf(ids.subList(3, 6));
    }

    @Test
    void aTokensExportsAndBytesHaveAnEndToo() throws Exception {
        String exports = server.token("create@*", new DailyLimits(null, null, 1L));
        server.run("orders", exports);
        assertThat(server.post("/v2/flows/orders/run").as(exports).send().refused(429))
                .isEqualTo("the caller's limit is reached: 1 of 1 exports in 24 hours");
        String bytes = server.token("create@*", new DailyLimits(null, 10L, null));
        server.run("orders", bytes);
        assertThat(server.post("/v2/flows/orders/run").as(bytes).send().refused(429))
                .startsWith("the caller's limit is reached: ")
                .endsWith(" of 10 bytes in 24 hours");
    }

    @Test
    void aRunIsAskedForAgainAndItsOptionsAreChecked() throws Exception {
        String first = server.post("/v2/flows/orders/run?wait=true")
                .json("{\"date\": \"2026-01-15\"}")
                .send()
                .json(200)
                .get("run_id")
                .asText();
        JsonNode again = server.post("/v2/flows/orders/run?wait=true")
                .json("{\"rerun\": \"" + first + "\"}")
                .send()
                .json(200);
        assertThat(again.at("/files/0/name").asText()).isEqualTo("orders_2026-01-15.csv");
        for (String[] each : new String[][] {
            {"{\"mode\": \"all\"}", "400", "mode: \"all\""},
            {"{\"mode\": 1}", "400", "mode: is not a text"},
            {"{\"batch_id\": 1.5}", "400", "batch_id: is not a whole number or a text"},
            {"{\"compare_all\": \"yes\"}", "400", "compare_all: is not true or false"}
        }) {
            assertThat(server.post("/v2/flows/orders/run").json(each[0]).send().refused(Integer.parseInt(each[1])))
                    .as(each[0])
                    .contains(each[2]);
        }
    }

    @Test
    void whoDoesNotSayAllInTimeIsTold() throws Exception {
        assertThat(told("POST /v2/flows/orders/run HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 100\r\n\r\n{"))
                .startsWith("HTTP/1.1 408 ")
                .contains("the request has not come within 30 seconds");
    }

    @Test
    void allOptionsOfARunDoThere() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE TABLE dated AS SELECT x AS id, DATEADD(DAY, x, DATE '2026-01-01') AS born FROM system_range(1, 25)");
        server.post("/v2/flows")
                .toml("id = \"dated\"\n" + ServerHarness.export("dated").replace("\"orders\"", "\"dated\""))
                .send()
                .json(201);
        JsonNode slice = run("dated", "{\"column\": \"born\", \"from\": \"2026-01-05\", \"to\": \"2026-01-15\"}");
        assertThat(slice.get("rows").asInt()).isEqualTo(10);

        String strict = ServerHarness.export("strict") + "schema_change = \"fail\"\n";
        server.post("/v2/flows").toml("id = \"strict\"\n" + strict).send().json(201);
        server.run("strict");
        TestDatabases.execute(server.database(), "ALTER TABLE orders ADD COLUMN more INT");
        assertThat(run("strict", "{}").get("status").asText()).isEqualTo("failed");
        assertThat(run("strict", "{\"accept_schema_change\": true}")
                        .get("status")
                        .asText())
                .isEqualTo("done");
    }

    @Test
    void allOptionsOfAFeedDoThere() throws Exception {
        TestDatabases.execute(server.database(), "CREATE TABLE parts (id INT PRIMARY KEY, name VARCHAR(20))");
        TestDatabases.execute(server.database(), "INSERT INTO parts SELECT x, 'part ' || x FROM system_range(1, 20)");
        server.post("/v2/flows")
                .toml("id = \"feed\"\n[properties.change_feed]\nsource_dataset_id = \"parts\"\nmax_deletes = \"10%\"\n")
                .send()
                .json(201);
        assertThat(run("feed", "{}").get("status").asText()).isEqualTo("done");
        TestDatabases.execute(server.database(), "DELETE FROM parts WHERE id <= 15");
        assertThat(run("feed", "{}").get("status").asText()).isEqualTo("failed");
        assertThat(run("feed", "{\"accept_deletes\": true, \"compare_all\": true}")
                        .get("rows")
                        .asInt())
                .isEqualTo(15);
    }

    private JsonNode run(String flow, String options) throws Exception {
        return server.post("/v2/flows/" + flow + "/run?wait=true")
                .json(options)
                .send()
                .json(200);
    }
}
