package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.ledger.Audit;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.page.WebPages;
import io.waybill.server.ServerHarness.Answered;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who comes in, and who does not. */
class AccessIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFlow("secret", "namespace = \"finance\"\n" + ServerHarness.export("secret"));

    @Test
    void onceThereIsATokenNobodyComesWithoutOne() throws Exception {
        assertThat(server.get("/v2/flows").send().status()).isEqualTo(200);
        String token = server.token("view@*");
        Answered refused = server.get("/v2/flows").send();
        assertThat(refused.refused(401)).isEqualTo("a token is needed: Authorization: Bearer waybill_…");
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"waybill\"");
        assertThat(server.get("/v2/flows").as(token).send().status()).isEqualTo(200);
        Answered other = server.get("/v2/flows").as(token + "x").send();
        assertThat(other.refused(401)).isEqualTo("the token is not known, or has ended");
        assertThat(other.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(server.get("/v2/flows")
                        .header("Authorization", "Basic dTpw")
                        .send()
                        .refused(401))
                .isEqualTo("Authorization: Bearer with a token is understood, and nothing else");
    }

    @Test
    void aTokenIsRandomAndIsKeptAsItsHash() {
        String token = server.token("view@*");
        assertThat(token).matches("waybill_[A-Za-z0-9_-]{43}");
        assertThat(server.token("view@*")).isNotEqualTo(token);
        assertThat(server.ledger().server().tokens().all().toString()).doesNotContain(token.substring(8));
        assertThat(server.ledger().audit().latest(10).toString()).doesNotContain(token.substring(8));
    }

    @Test
    void aTokenThatIsRevokedOrOverOpensNothingAndItsEndOpensNothingElse() throws Exception {
        var created = server.ledger().server().tokens().create("short", "view@*", null, DailyLimits.NONE);
        var over = server.ledger()
                .server()
                .tokens()
                .create("over", "view@*", Instant.now().minusSeconds(1), DailyLimits.NONE);
        assertThat(server.get("/v2/flows").as(created.secret()).send().status()).isEqualTo(200);
        assertThat(server.ledger().server().tokens().all().get(0).lastUsedAt()).isNotNull();
        assertThat(server.ledger().server().tokens().revoke(created.token().id()))
                .isTrue();
        assertThat(server.get("/v2/flows").as(created.secret()).send().status()).isEqualTo(401);
        assertThat(server.get("/v2/flows").as(over.secret()).send().status()).isEqualTo(401);
        assertThat(server.get("/v2/flows").send().status()).isEqualTo(401);
    }

    @Test
    void whatSomebodyMayNotSeeIsNotThere() throws Exception {
        String token = server.token("create@namespace:public, download@flow:orders");
        assertThat(server.get("/v2/flows").as(token).send().json(200).get("flows"))
                .hasSize(1);
        assertThat(server.get("/v2/flows/secret").as(token).send().refused(404))
                .isEqualTo(server.get("/v2/flows/secreu")
                        .as(token)
                        .send()
                        .refused(404)
                        .replace("secreu", "secret"));
        String run = server.run("secret", server.token("admin@*")).get("run_id").asText();
        assertThat(server.get("/v2/runs/" + run).as(token).send().refused(404))
                .isEqualTo("there is no run \"" + run + "\"");
        assertThat(server.get("/v2/runs").as(token).send().json(200).get("runs"))
                .isEmpty();
        assertThat(server.get("/v2/runs?flow=secret").as(token).send().json(200).get("runs"))
                .isEmpty();
        assertThat(server.put("/v2/flows/new")
                        .as(token)
                        .toml("namespace = \"finance\"\n" + file("new"))
                        .send()
                        .refused(403))
                .isEqualTo("flow \"new\" of namespace \"finance\": role create is needed");
    }

    private String file(String flow) {
        return ServerHarness.export(flow)
                .replace("{{files}}", server.file("exports").toString());
    }

    @Test
    void whoMayCreateFlowsSendsFilesToWhereAnAdministratorLetsThem() throws Exception {
        String token = server.token("create@*");
        assertThat(server.put("/v2/flows/fine")
                        .as(token)
                        .toml(file("fine"))
                        .send()
                        .status())
                .isEqualTo(201);
        String elsewhere = "role admin@* is needed to write elsewhere";
        for (String wrong : new String[] {
            file("x").replace(server.file("exports").toString(), "/etc"),
            file("x").replace("/x/", "/../x/"),
        }) {
            assertThat(server.put("/v2/flows/x").as(token).toml(wrong).send().refused(422))
                    .containsAnyOf(elsewhere, "leaves its directory");
        }
        assertThat(server.put("/v2/flows/x")
                        .as(token)
                        .toml(ServerHarness.export("x"))
                        .send()
                        .refused(422))
                .startsWith("routes/x.toml: {{files}} is a property placeholder; role admin@* is needed to write one");
        assertThat(server.put("/v2/flows/x")
                        .as(token)
                        .toml(to("http://169.254.169.254/latest"))
                        .send()
                        .refused(422))
                .contains("is of no connection");
        assertThat(server.put("/v2/flows/x")
                        .as(token)
                        .toml(to("exec:rm"))
                        .send()
                        .refused(422))
                .contains("is of no connection");
        assertThat(server.file("routes/x.toml")).doesNotExist();
    }

    private String to(String uri) {
        return "[properties.export]\nsource_dataset_id = \"orders\"\nformat = \"csv\"\nfile_path = \"" + uri + "\"\n";
    }

    @Test
    void pagesOfOtherPlacesAreTurnedAway() throws Exception {
        assertThat(server.post("/v2/flows/orders/pause")
                        .header("Origin", "http://evil.example")
                        .send()
                        .refused(403))
                .isEqualTo("pages of other places may not call this server");
        assertThat(server.get("/v2/flows")
                        .header("Origin", server.address())
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(server.get("/v2/flows").header("Origin", "null").send().status())
                .isEqualTo(403);
        assertThat(server.get("/v2/flows")
                        .header("Sec-Fetch-Site", "cross-site")
                        .send()
                        .status())
                .isEqualTo(403);
        assertThat(raw("GET /v2/flows HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("the server answers to its own name alone");
        assertThat(raw("GET /v2/flows HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    private String raw(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port());
                InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void eachCallIsOnRecordByWhoMadeIt() throws Exception {
        String token = server.token("download@*, create@*");
        String run = server.run("orders", token).get("run_id").asText();
        server.get("/v2/runs/" + run + "/files/none.csv").as(token).send();
        server.get("/v2/runs/" + run + "/files/none.csv").send();
        String id = server.ledger().server().tokens().all().get(0).id();
        assertThat(server.ledger().audit().latest(10))
                .extracting(Audit.Entry::actor, Audit.Entry::action, Audit.Entry::subject, Audit.Entry::detail)
                .contains(
                        org.assertj.core.groups.Tuple.tuple(
                                "token " + id + " a test's", "api runFlow", "/v2/flows/orders/run", "answered 200"),
                        org.assertj.core.groups.Tuple.tuple(
                                "token " + id + " a test's",
                                "api getFile",
                                "/v2/runs/" + run + "/files/none.csv",
                                "answered 404"),
                        org.assertj.core.groups.Tuple.tuple(
                                "nobody", "api getFile", "/v2/runs/" + run + "/files/none.csv", "answered 401"));
    }

    @Test
    void allAnswersSayHowBrowsersAreToTakeThem() throws Exception {
        for (String path : new String[] {"/v2/flows", "/v2/flows/none", "/nothing", "/v2/runs/none/files/x"}) {
            Answered answered = server.get(path).send();
            assertThat(answered.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(answered.header("Content-Security-Policy")).as(path).startsWith("default-src 'none'");
            assertThat(answered.header("X-Frame-Options")).as(path).isEqualTo("DENY");
            assertThat(answered.header("Cache-Control")).as(path).isEqualTo("no-store");
            assertThat(answered.header("Access-Control-Allow-Origin")).as(path).isNull();
        }
    }

    @Test
    void doesNotListenBeyondThisMachineWhereNobodyCouldSayWhoTheyAre() throws Exception {
        var context = server.context();
        context.getPropertiesComponent().addOverrideProperty("waybill.server.host", "0.0.0.0");
        assertThatThrownBy(() -> Server.listen(context, server.file("routes"), new WebPages()))
                .isInstanceOf(WaybillException.class)
                .hasMessageContaining(
                        "waybill.server.host: 0.0.0.0 can be reached from other machines, and there is no token")
                .hasMessageContaining("waybill token create NAME --grant admin@*");
    }

    @Test
    void aPortThatAnotherProcessHasIsRefusedInOneLine() throws Exception {
        var context = server.context();
        context.getPropertiesComponent().addOverrideProperty("waybill.server.port", Integer.toString(server.port()));
        assertThatThrownBy(() -> Server.listen(context, server.file("routes"), new WebPages()))
                .isInstanceOf(WaybillException.class)
                .hasMessage("waybill serve cannot listen at 127.0.0.1:" + server.port()
                        + ": another process does; waybill.server.port or --port chooses another port");
    }
}
