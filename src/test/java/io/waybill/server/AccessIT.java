package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.WaybillException;
import io.waybill.ledger.Audit;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.page.WebPages;
import io.waybill.server.ServerHarness.Answered;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who comes in, and who does not. */
class AccessIT {

    private final SetClock clock = new SetClock(); // how often in a minute is counted

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withClock(clock)
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
                .create("over", "view@*", clock.instant().minusSeconds(1), DailyLimits.NONE);
        assertThat(server.get("/v2/flows").as(created.secret()).send().status()).isEqualTo(200);
        assertThat(server.ledger().server().tokens().all())
                .filteredOn(token -> token.id().equals(created.token().id()))
                .singleElement()
                .satisfies(token -> assertThat(token.lastUsedAt()).isNotNull());
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
        // who is turned away is put on record a while later
        await().untilAsserted(() -> assertThat(server.ledger().audit().latest(10))
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
                                "nobody",
                                "api getFile",
                                "/v2/runs/" + run + "/files/none.csv",
                                "answered 401, to 127.0.0.1")));
    }

    @Test
    void aFormIsOnRecordWithTheFlowThatItIsAbout() throws Exception {
        server.post("/edit/save")
                .as(server.token("create@*"))
                .body("id=orders&tag=&text=", "application/x-www-form-urlencoded")
                .send();
        assertThat(server.ledger().audit().latest(10))
                .filteredOn(entry -> entry.action().equals("page saveFlowForm"))
                .extracting(Audit.Entry::subject)
                .containsExactly("/edit/save orders");
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

    @Test
    void aCertificateWithoutItsKeyIsRefused() {
        var context = server.context();
        context.getPropertiesComponent().addOverrideProperty("waybill.server.tls.certificate", "server.pem");
        assertThatThrownBy(() -> Server.listen(context, server.file("routes"), new WebPages()))
                .isInstanceOf(WaybillException.class)
                .hasMessage("waybill.server.tls.key: is missing, and waybill.server.tls.certificate is set");
    }

    @Test
    void aLinkLeadsNoFlowOutOfTheFolder() throws Exception {
        String token = server.token("create@*");
        Path outside = Files.createDirectory(server.file("outside"));
        Path link = server.file("exports/linked");
        Files.createSymbolicLink(link, outside);
        assertThat(server.put("/v2/flows/linked")
                        .as(token)
                        .toml(file("linked"))
                        .send()
                        .refused(422))
                .contains("leads out of the folder of waybill.server.files, by a link");
        Files.delete(link);
        assertThat(server.put("/v2/flows/linked")
                        .as(token)
                        .toml(file("linked"))
                        .send()
                        .status())
                .isEqualTo(201);
        Files.createSymbolicLink(link, outside); // since it was looked at
        assertThat(server.post("/v2/flows/linked/run").as(token).send().refused(409))
                .contains("leads out of the folder of waybill.server.files, by a link");
        Files.delete(link);
        Files.createSymbolicLink(link, server.file("nowhere"));
        assertThat(server.post("/v2/flows/linked/run").as(token).send().status())
                .isEqualTo(409);
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aLinkInPlaceOfARunsFileIsNotFetched() throws Exception {
        String run = server.run("orders").get("run_id").asText();
        String name = server.ledger().run(run).orElseThrow().files().get(0).name();
        Path file = server.file("exports/orders/" + name);
        Path outside = server.file("copy.csv");
        Files.move(file, outside);
        Files.createSymbolicLink(file, outside);
        assertThat(server.get("/v2/runs/" + run + "/files/" + name).send().refused(403))
                .isEqualTo("the file is not below the folder whose files may be fetched");
    }

    @Test
    void whoCallsTooOftenWaitsAndIsToldHowLong() throws Exception {
        String token = server.token("view@*");
        Answered first = server.get("/v2/flows").as(token).send();
        assertThat(first.header("RateLimit-Policy")).isEqualTo("\"calls\";q=600;w=60");
        assertThat(first.header("RateLimit")).startsWith("\"calls\";r=599;t=");
        Answered refused = null;
        for (int i = 0; i <= 300 / RateLimits.COST_OF_A_FAILURE + 5; i++) {
            refused = server.get("/v2/flows").as("waybill_guess").send();
        }
        assertThat(refused.refused(429)).startsWith("more than 300 calls a minute; the next is taken in ");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 5);
        // who is known may come from the same address
        assertThat(server.get("/v2/flows").as(token).send().status()).isEqualTo(200);
    }

    @Test
    void aGrantSaysHowManyRowsARunMayHave() throws Exception {
        Answered refused = server.post("/v2/flows/orders/run?wait=true")
                .as(server.token("create@* max-rows=99"))
                .send();
        assertThat(refused.json(200).get("status").asText()).isEqualTo("failed");
        assertThat(refused.json().get("error").asText())
                .contains("the run has more rows than who asks for it may have: max-rows=99; nothing was delivered");
        assertThat(server.file("exports/orders"))
                .satisfiesAnyOf(
                        folder -> assertThat(folder).doesNotExist(),
                        folder -> assertThat(folder).isEmptyDirectory());
        // of several, the one that allows most
        assertThat(server.run("orders", server.token("create@* max-rows=99, create@flow:orders max-rows=100"))
                        .get("rows")
                        .asInt())
                .isEqualTo(100);
    }

    @Test
    void personalDataAsItIsTakesAGrantForIt() throws Exception {
        String open = file("open") + "pii_policy = \"allow\"\n";
        String without = server.token("create@*, download@*");
        String refused = "flow \"open\": pii_policy = \"allow\" takes a grant of role ";
        assertThat(server.put("/v2/flows/open").as(without).toml(open).send().refused(403))
                .isEqualTo(refused + "create with pii");
        assertThat(server.post("/v2/plan?id=open").as(without).toml(open).send().refused(403))
                .isEqualTo(refused + "create with pii");
        String with = server.token("create@* pii");
        assertThat(server.put("/v2/flows/open").as(with).toml(open).send().status())
                .isEqualTo(201);
        assertThat(server.post("/v2/flows/open/run").as(without).send().refused(403))
                .isEqualTo(refused + "create with pii");
        String run = server.run("open", with).get("run_id").asText();
        String file = "/v2/runs/" + run + "/files/"
                + server.ledger().run(run).orElseThrow().files().get(0).name();
        assertThat(server.get(file).as(without).send().refused(403)).isEqualTo(refused + "download with pii");
        assertThat(server.get(file).as(server.token("download@* pii")).send().status())
                .isEqualTo(200);
        assertThat(server.get(file).as(server.token("admin@*")).send().status()).isEqualTo(200);
    }
}
