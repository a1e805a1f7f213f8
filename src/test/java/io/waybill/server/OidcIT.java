package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.waybill.WaybillException;
import io.waybill.ledger.Subjects;
import io.waybill.page.WebPages;
import io.waybill.server.ServerHarness.Answered;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Users of an OpenID provider, whose access tokens are the tokens of calls. */
class OidcIT {

    @RegisterExtension
    private final OpenIdProvider provider = new OpenIdProvider();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFlow("secret", "namespace = \"finance\"\n" + ServerHarness.export("secret"))
            .withProperty("waybill.server.oidc.issuer", provider.issuer())
            .withProperty("waybill.server.oidc.audience", OpenIdProvider.AUDIENCE)
            .withProperty(
                    "waybill.server.oidc.roles",
                    "sales@example.com = view@namespace:public; cn=money,dc=x = create@namespace:finance, view@*;"
                            + " limited = create@namespace:public exports-a-day=1, create@flow:secret;"
                            + " more = create@* exports-a-day=2; few = create@* max-rows=99");

    private Answered flows(String token) throws Exception {
        return server.get("/v2/flows").as(token).send();
    }

    @Test
    void aUserMayDoWhatTheirGroupsMay() throws Exception {
        assertThat(flows(provider.token("ann", "sales@example.com", "others"))
                        .json(200)
                        .get("flows"))
                .hasSize(1);
        String money = provider.token("bob", "cn=money,dc=x");
        assertThat(flows(money).json(200).get("flows")).hasSize(2);
        assertThat(server.run("secret", money).get("rows").asInt()).isEqualTo(100);
        assertThat(server.post("/v2/flows/orders/run").as(money).send().refused(403))
                .isEqualTo("flow \"orders\": role create is needed");
        assertThat(flows(provider.token("carl", "others")).refused(403))
                .isEqualTo("none of your groups may do anything here");
        assertThat(flows(provider.sign(provider.claims("dora").claim("groups", null)))
                        .refused(403))
                .isEqualTo("none of your groups may do anything here");
        assertThat(flows(provider.sign(provider.claims("eve").claim("groups", Map.of("a", 1))))
                        .refused(401))
                .isEqualTo("the token's claim groups is not a list of up to 1000 texts");
    }

    @Test
    void aUsersDayAndRunsHaveAnEndWhereTheirGrantsSaySo() throws Exception {
        String limited = provider.token("lim", "limited");
        server.run("orders", limited);
        assertThat(server.post("/v2/flows/orders/run").as(limited).send().refused(429))
                .isEqualTo("the caller's limit is reached: 1 of 1 exports in 24 hours");
        server.run("secret", limited); // for which they have another grant
        assertThat(server.post("/v2/flows/orders/run")
                        .as(provider.token("lim", "limited", "more"))
                        .send()
                        .refused(429))
                .isEqualTo("the caller's limit is reached: 2 of 2 exports in 24 hours");
        assertThat(server.post("/v2/flows/orders/run?wait=true")
                        .as(provider.token("few", "few"))
                        .send()
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("failed");
    }

    @Test
    void whereAProviderIsSetNobodyComesWithoutSayingWhoTheyAre() throws Exception {
        Answered refused = flows(null);
        assertThat(refused.refused(401))
                .isEqualTo("a token is needed: Authorization: Bearer with a JWT of the OpenID provider, or waybill_…");
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"waybill\"");
        assertThat(flows(server.token("view@*")).status()).isEqualTo(200);
        assertThat(flows("waybill_x").refused(401)).isEqualTo("the token is not known, or has ended");
    }

    @Test
    void whoComesIsOnRecordAndNotedOnceAMinute() throws Exception {
        flows(provider.token("ann", "sales@example.com"));
        flows(provider.token("ann", "cn=money,dc=x"));
        String id = Subjects.id(provider.issuer(), "id of ann");
        assertThat(server.ledger().server().subjects().all()).singleElement().satisfies(ann -> {
            assertThat(ann.id()).isEqualTo(id);
            assertThat(ann.subject()).isEqualTo("id of ann");
            assertThat(ann.name()).isEqualTo("ann");
            assertThat(ann.grants()).isEqualTo("create@namespace:finance, view@*");
            assertThat(ann.lastUsedAt()).isAfterOrEqualTo(ann.firstUsedAt());
        });
        server.run("secret", provider.token("ann", "cn=money,dc=x"));
        assertThat(server.ledger().audit().latest(10))
                .anySatisfy(entry -> assertThat(entry.actor()).isEqualTo("user " + id + " ann"));
    }

    @Test
    void aUserOfNoGroupIsOnRecordByTheirName() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(flows(provider.token("carl", "others")).status()).isEqualTo(403);
        }
        String carl = "user " + Subjects.id(provider.issuer(), "id of carl") + " carl";
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(server.ledger().audit().latest(10))
                        .singleElement()
                        .satisfies(entry -> {
                            assertThat(entry.actor()).isEqualTo(carl);
                            assertThat(entry.action()).isEqualTo("api listFlows");
                            assertThat(entry.detail()).isEqualTo("answered 403, to 127.0.0.1");
                        }));
    }

    @Test
    void aTokenHoldsForItsAudienceItsIssuerAndItsTime() throws Exception {
        Instant now = Instant.now();
        assertRefused(provider.claims("ann").audience("others"), "JWT aud claim rejected");
        assertRefused(provider.claims("ann").audience((String) null), "JWT missing required aud claim");
        assertRefused(provider.claims("ann").issuer("http://evil.example"), "JWT iss claim value rejected");
        assertRefused(provider.claims("ann").expirationTime(Date.from(now.minusSeconds(90))), "Expired JWT");
        assertRefused(provider.claims("ann").expirationTime(null), "JWT missing required claims: [exp]");
        assertRefused(provider.claims("ann").notBeforeTime(Date.from(now.plusSeconds(90))), "JWT before use time");
        assertRefused(provider.claims("ann").subject(null), "JWT missing required claims: [sub]");
        assertRefused(provider.claims("ann").subject("x".repeat(256)), "sub has no or more than 255 characters");
        // clocks are not the same everywhere
        assertThat(flows(provider.sign(provider.claims("ann", "sales@example.com")
                                .expirationTime(Date.from(now.minusSeconds(20)))))
                        .status())
                .isEqualTo(200);
    }

    private void assertRefused(JWTClaimsSet.Builder claims, String why) throws Exception {
        Answered refused = flows(provider.sign(claims));
        assertThat(refused.refused(401)).isEqualTo("the token does not hold: " + why);
        assertThat(refused.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    }

    @Test
    void signaturesByASecretOrByNobodyProveNothing() throws Exception {
        JWTClaimsSet claims = provider.claims("ann", "sales@example.com").build();
        String allowed = "; allowed: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512";
        assertThat(flows(new PlainJWT(claims).serialize()).refused(401))
                .isEqualTo("the token is signed by none" + allowed);
        SignedJWT bySecret = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims);
        bySecret.sign(new MACSigner(provider.key().toECPublicKey().getEncoded())); // which everybody has
        assertThat(flows(bySecret.serialize()).refused(401)).isEqualTo("the token is signed by HS256" + allowed);
        String nobody = "the token is signed by nobody whom the OpenID provider knows";
        assertThat(flows(OpenIdProvider.sign(claims, OpenIdProvider.newKey("first")))
                        .refused(401))
                .isEqualTo(nobody);
        String good = OpenIdProvider.sign(claims, provider.key());
        String other = provider.token("eve", "cn=money,dc=x");
        assertThat(flows(other.substring(0, other.lastIndexOf('.')) + good.substring(good.lastIndexOf('.')))
                        .refused(401))
                .isEqualTo(nobody);
        assertThat(flows(good).status()).isEqualTo(200);
    }

    @Test
    void whatBringsItsOwnKeyIsNotBelieved() throws Exception {
        var evil = OpenIdProvider.newKey("evil");
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .jwk(evil.toPublicJWK())
                        .build(),
                provider.claims("eve", "cn=money,dc=x").build());
        token.sign(new ECDSASigner(evil));
        assertThat(flows(token.serialize()).refused(401))
                .isEqualTo("the token is signed by nobody whom the OpenID provider knows");
    }

    @Test
    void whatIsNoAccessTokenIsRefused() throws Exception {
        assertThat(flows("a.b.c").refused(401)).isEqualTo("the token is neither one of Waybill's nor a JWT");
        assertThat(flows("x").refused(401)).isEqualTo("the token is neither one of Waybill's nor a JWT");
        SignedJWT logout = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID("first")
                        .type(new JOSEObjectType("logout+jwt"))
                        .build(),
                provider.claims("ann", "sales@example.com").build());
        logout.sign(new ECDSASigner(provider.key()));
        assertThat(flows(logout.serialize()).refused(401))
                .startsWith("the token is none of the OpenID provider's:")
                .contains("logout+jwt");
    }

    @Test
    void aNewKeyOfTheProviderIsFoundAndStrangersDoNotHaveItAskedEachTime() throws Exception {
        assertThat(flows(provider.token("ann", "sales@example.com")).status()).isEqualTo(200);
        provider.rotate("second");
        assertThat(flows(provider.token("ann", "sales@example.com")).status()).isEqualTo(200);
        int asked = provider.timesAskedForKeys();
        for (int i = 0; i < 10; i++) {
            String strange = OpenIdProvider.sign(
                    provider.claims("eve", "cn=money,dc=x").build(), OpenIdProvider.newKey("strange" + i % 2));
            assertThat(flows(strange).status()).isIn(401, 503);
        }
        assertThat(provider.timesAskedForKeys()).isLessThanOrEqualTo(asked + 2);
        assertThat(flows(provider.token("ann", "sales@example.com")).status()).isEqualTo(200);
    }

    @Test
    void whileTheProviderIsAwayItsKeysAreBelievedAndWithoutThemNobodyKnows() throws Exception {
        String token = provider.token("ann", "sales@example.com");
        provider.stop();
        Answered away = flows(token);
        assertThat(away.refused(503)).isEqualTo("the OpenID provider cannot be asked now who this is");
        assertThat(away.header("Retry-After")).isEqualTo("10");
        assertThat(flows(server.token("view@*")).status()).isEqualTo(200);
        provider.start();
    }

    @Test
    void keysAreBelievedWhileTheProviderIsAway() throws Exception {
        String token = provider.token("ann", "sales@example.com");
        assertThat(flows(token).status()).isEqualTo(200);
        provider.stop();
        assertThat(flows(token).status()).isEqualTo(200);
        provider.start();
    }

    @Test
    void settingsThatSayTooLittleStopTheStart() {
        for (List<String> wrong : List.of(
                List.of("issuer", "http://provider.example", "begins with https://"),
                List.of("issuer", "https://u:p@provider.example", "begins with https://"),
                List.of("roles", "view@*", "\"view@*\" does not say whose it is; write GROUP = GRANT"),
                List.of("roles", "sales = veiw@*", "group \"sales\": \"veiw\" is not a role"),
                List.of("roles", ";", "no group may do anything"),
                List.of("roles", "a\nb = view@*", "the name of a group has a line break"))) {
            var context = server.context();
            var properties = context.getPropertiesComponent();
            properties.addOverrideProperty("waybill.server.oidc." + wrong.get(0), wrong.get(1));
            assertThatThrownBy(() -> Server.listen(context, server.file("routes"), new WebPages()))
                    .isInstanceOf(WaybillException.class)
                    .hasMessageContaining("waybill.server.oidc." + wrong.get(0) + ": ")
                    .hasMessageContaining(wrong.get(2));
            properties.setOverrideProperties(new java.util.Properties());
        }
    }

    @Test
    void settingsOfTheLogInThatSayTooLittleStopTheStart() {
        String callback = "https://waybill.example/login/oidc/callback";
        assertStops(Map.of("client-id", "x"), "callback: is missing, and waybill.server.oidc.client-id is set");
        assertStops(
                Map.of("client-id", "x", "callback", "https://waybill.example/back"),
                "callback: \"https://waybill.example/back\" is not answered here; its path has to be /login/oidc/callback");
        assertStops(
                Map.of("client-id", "x", "callback", "http://waybill.example/login/oidc/callback"),
                "callback: \"http://waybill.example/login/oidc/callback\" is not a URL that begins with https://");
        assertStops(
                Map.of("client-id", "x", "callback", callback, "scopes", "profile"),
                "scopes: openid is not among \"profile\"");
        assertStops(
                Map.of("client-secret", "hidden"), "client-secret: is of no use without waybill.server.oidc.client-id");
        assertStops(Map.of("callback", callback), "callback: is of no use without waybill.server.oidc.client-id");
    }

    private void assertStops(Map<String, String> settings, String why) {
        var context = server.context();
        var properties = context.getPropertiesComponent();
        settings.forEach((name, value) -> properties.addOverrideProperty("waybill.server.oidc." + name, value));
        assertThatThrownBy(() -> Server.listen(context, server.file("routes"), new WebPages()))
                .isInstanceOf(WaybillException.class)
                .hasMessageContaining("waybill.server.oidc." + why)
                .hasMessageNotContaining("hidden");
        properties.setOverrideProperties(new java.util.Properties());
    }

    @Test
    void theReviewShowsWhoHoldsWhatAndWhenTheyCame() throws Exception {
        flows(provider.token("ann, =1+1", "cn=money,dc=x"));
        String admin = server.token("admin@*");
        assertThat(server.get("/v2/access").as(admin).send().json(200).get("access"))
                .extracting(each -> each.get("name").asText() + " "
                        + each.get("grant").asText() + " " + each.get("state").asText())
                .containsExactly(
                        "a test's admin@* open", "ann, =1+1 create@namespace:finance user", "ann, =1+1 view@* user");
        Answered csv = server.get("/v2/access?format=csv").as(admin).send();
        assertThat(csv.header("Content-Type")).isEqualTo("text/csv; charset=utf-8");
        assertThat(csv.text())
                .startsWith("holder,role,for,token,state,last_used,unused,dates,sessions\na test's,admin,*,")
                .contains("\n\"ann, =1+1\",view,*,oidc");
        assertThat(server.get("/v2/access?format=xml").as(admin).send().refused(400))
                .isEqualTo("format: \"xml\" is not known; allowed: json, csv");
        assertThat(server.get("/v2/access")
                        .as(server.token("admin@namespace:public"))
                        .send()
                        .refused(403))
                .isEqualTo("role admin@* is needed");
    }
}
