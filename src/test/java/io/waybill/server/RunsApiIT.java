package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.server.ServerHarness.Answered;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs by the API: asked for, listed, followed, and their files fetched. */
class RunsApiIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders", "others");

    @Test
    void aRunIsAcceptedAndFoundWhereTheAnswerSays() throws Exception {
        Answered accepted = server.post("/v2/flows/orders/run").send();
        assertThat(accepted.status()).isIn(200, 202);
        String location = accepted.header("Location");
        assertThat(location).startsWith("/v2/runs/");
        await().until(() ->
                server.get(location).send().json(200).get("status").asText().equals("done"));
        JsonNode run = server.get(location).send().json(200);
        assertThat(run.get("rows").asInt()).isEqualTo(100);
    }

    @Test
    void optionsAreThoseOfTheCommandAndWrongOnesAreRefused() throws Exception {
        JsonNode run = server.post("/v2/flows/orders/run?wait=true")
                .json("{\"date\": \"2026-01-15\"}")
                .send()
                .json(200);
        assertThat(run.at("/files/0/name").asText()).isEqualTo("orders_2026-01-15.csv");

        assertThat(server.post("/v2/flows/orders/run")
                        .json("{\"dat\": 1}")
                        .send()
                        .refused(400))
                .startsWith("dat: is not known; allowed: mode, batch_id, date")
                .endsWith("did you mean \"date\"?");
        assertThat(server.post("/v2/flows/orders/run")
                        .json("{\"date\": \"soon\"}")
                        .send()
                        .refused(400))
                .isEqualTo("date: \"soon\" is not a date; write for example 2026-01-15 or 2026-01-15T02:00");
        assertThat(server.post("/v2/flows/orders/run")
                        .json("{\"accept_deletes\": true}")
                        .send()
                        .refused(422))
                .isEqualTo("accept_deletes: is for feeds, and this is an export");
        assertThat(server.post("/v2/flows/orders/run")
                        .json("{\"mode\": \"full\", \"mode\": \"batch\"}")
                        .send()
                        .refused(400))
                .contains("Duplicate field 'mode'");
        assertThat(server.post("/v2/flows/orders/run").json("[]").send().refused(400))
                .isEqualTo("the body is not a JSON object");
        assertThat(server.post("/v2/flows/orders/run?now=1").send().refused(400))
                .isEqualTo("?now: is not known; allowed: wait");
    }

    @Test
    void aRepetitionUnderTheSameKeyIsTheSameRun() throws Exception {
        List<String> runs =
                IntStream.range(0, 6)
                        .mapToObj(each -> CompletableFuture.supplyAsync(() -> keyed("k1", "{}")))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .map(answered -> answered.header("Location"))
                        .distinct()
                        .toList();
        assertThat(runs).hasSize(1);
        assertThat(server.ledger().runs("orders", null, 10)).hasSize(1);

        assertThat(keyed("k1", "{\"date\": \"2026-01-15\"}").refused(422))
                .startsWith("Idempotency-Key: something else was asked for under this key before (run ");
        await().until(() ->
                server.get(runs.get(0)).send().json(200).get("status").asText().equals("done"));
        assertThat(keyed("k1", "{}").header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(keyed("k2", "{}").header("Location")).isNotEqualTo(runs.get(0));
        assertThat(keyed("k 3", "{}").refused(400)).startsWith("Idempotency-Key: 1 to 200 characters");
    }

    private Answered keyed(String key, String body) {
        try {
            return server.post("/v2/flows/orders/run")
                    .header("Idempotency-Key", key)
                    .json(body)
                    .send();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void pagesThroughRunsByCursorWithoutLosingOrRepeatingOne() throws Exception {
        for (int i = 0; i < 7; i++) {
            server.run(i % 2 == 0 ? "orders" : "others");
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = server.get("/v2/runs?limit=3" + cursor).send().json(200);
            page.get("runs").forEach(run -> seen.add(run.get("run_id").asText()));
            cursor = page.get("next_cursor").isNull()
                    ? null
                    : "&cursor=" + page.get("next_cursor").asText();
        } while (cursor != null);
        assertThat(seen).hasSize(7).doesNotHaveDuplicates();
        JsonNode orders =
                server.get("/v2/runs?flow=orders&status=done&since=1h").send().json(200);
        assertThat(orders.get("runs")).hasSize(4);
        assertThat(orders.at("/runs/0/file_count").asInt()).isEqualTo(1);
        assertThat(orders.at("/runs/0/bytes").asLong()).isPositive();

        assertThat(server.get("/v2/runs?status=done&limit=0").send().refused(400))
                .isEqualTo("limit: \"0\" is not a number; 1 to 500 is allowed");
        assertThat(server.get("/v2/runs?cursor=abc").send().refused(400))
                .isEqualTo("cursor: is none that a page has had as its next_cursor");
        assertThat(server.get("/v2/runs?status=finished").send().refused(400))
                .startsWith("status: \"finished\" is not a status; allowed: running, done, failed, interrupted");
        assertThat(server.get("/v2/runs?since=yesterday").send().refused(400)).startsWith("since: \"yesterday\"");
    }

    @Test
    void aFileIsFetchedWholeAndInPartsWithItsDigest() throws Exception {
        JsonNode run = server.run("orders");
        String path = file(run);
        byte[] written = Files.readAllBytes(
                server.file("exports/orders").resolve(run.at("/files/0/name").asText()));

        HttpResponse<byte[]> whole = server.get(path).send(BodyHandlers.ofByteArray());
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(written);
        String sha256 = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(written));
        assertThat(whole.headers().firstValue("Repr-Digest")).hasValue("sha-256=:" + sha256 + ":");
        assertThat(whole.headers().firstValue("Digest")).hasValue("SHA-256=" + sha256);
        assertThat(whole.headers().firstValueAsLong("Content-Length")).hasValue(written.length);

        Answered part = server.get(path).header("Range", "bytes=3-9").send();
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo(new String(written, 3, 7));
        assertThat(part.header("Content-Range")).isEqualTo("bytes 3-9/" + written.length);
        assertThat(server.get(path).header("Range", "bytes=-4").send().text())
                .isEqualTo(new String(written, written.length - 4, 4));
        assertThat(server.get(path)
                        .header("Range", "bytes=3-9")
                        .header("If-Range", "\"other\"")
                        .send()
                        .status())
                .isEqualTo(200);
        Answered outside = server.get(path).header("Range", "bytes=999999-").send();
        assertThat(outside.refused(416)).isEqualTo("Range: the file has " + written.length + " bytes");
        assertThat(outside.header("Content-Range")).isEqualTo("bytes */" + written.length);
        String tag = whole.headers().firstValue("ETag").orElseThrow();
        assertThat(server.get(path).header("If-None-Match", tag).send().status())
                .isEqualTo(304);
    }

    private static String file(JsonNode run) {
        return "/v2/runs/" + run.get("run_id").asText() + "/files/"
                + run.at("/files/0/name").asText();
    }

    @Test
    void noFileIsFetchedThatTheRunHasNotWritten() throws Exception {
        JsonNode run = server.run("orders");
        String files = "/v2/runs/" + run.get("run_id").asText() + "/files/";
        Files.writeString(server.file("exports/secret.txt"), "secret");
        for (String name : List.of(
                "../secret.txt",
                "..%2fsecret.txt",
                "..%252fsecret.txt",
                "%2e%2e/secret.txt",
                "%2e%2e%2fsecret.txt",
                "..%5csecret.txt",
                "orders.csv%00",
                server.file("exports/secret.txt").toString().substring(1),
                "%2f" + server.file("exports/secret.txt").toString().substring(1))) {
            Answered answered = server.get(files + name).send();
            assertThat(answered.status()).as(name).isIn(400, 404);
            assertThat(answered.text()).as(name).doesNotContain("secret\n");
        }

        // a link in the place of the file leads outside
        Path file =
                server.file("exports/orders").resolve(run.at("/files/0/name").asText());
        Path outside = server.folder().resolve("outside.csv");
        Files.move(file, outside);
        Files.createSymbolicLink(file, outside);
        assertThat(server.get(file(run)).send().refused(403))
                .isEqualTo("the file is not below the folder whose files may be fetched");

        // another file in its place is not what the run has written
        Files.delete(file);
        Files.writeString(file, Files.readString(outside).replace("customer 7", "customer 8"));
        assertThat(server.get(file(run)).send().refused(410))
                .isEqualTo("the file is not there any more, or another has taken its place");
    }

    @Test
    void eventsTellOfTheEndAndWhoHasHeardThatIsToldNothingMore() throws Exception {
        JsonNode run = server.run("orders");
        String events = "/v2/runs/" + run.get("run_id").asText() + "/events";
        HttpResponse<Stream<String>> heard = server.get(events).send(BodyHandlers.ofLines());
        List<String> lines = heard.body().toList();
        assertThat(heard.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(lines).contains("retry: 1000", "event: end");
        String id = lines.stream()
                .filter(line -> line.startsWith("id: "))
                .findFirst()
                .orElseThrow();
        String data = lines.stream()
                .filter(line -> line.startsWith("data: "))
                .findFirst()
                .orElseThrow();
        assertThat(ServerHarness.JSON.readTree(data.substring(6)).get("status").asText())
                .isEqualTo("done");
        assertThat(server.get(events)
                        .header("Last-Event-ID", id.substring(4))
                        .send()
                        .status())
                .isEqualTo(204);
        assertThat(server.get("/v2/runs/none/events").send().refused(404)).isEqualTo("there is no run \"none\"");
    }

    @Test
    void aTokenHasAnEndToItsDay() throws Exception {
        String token = server.token("create@*", new DailyLimits(150L, null, null));
        server.run("orders", token);
        server.run("orders", token);
        Answered over = server.post("/v2/flows/orders/run").as(token).send();
        assertThat(over.refused(429)).isEqualTo("the caller's limit is reached: 200 of 150 rows in 24 hours");
        assertThat(over.header("Retry-After")).isEqualTo("3600");
    }
}
