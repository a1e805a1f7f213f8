package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.server.ServerHarness.Answered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that is told to take its settings anew. */
class ReloadApiIT {

    private static final String FIRST = "waybill.server.calls-a-minute = 50\nbucket = lake\n";

    @RegisterExtension
    private final OpenIdProvider provider = new OpenIdProvider();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders").withSettings(FIRST);

    private Answered reload(String token, String text) throws Exception {
        server.settings(text);
        return server.post("/v2/reload").as(token).send();
    }

    @Test
    void saysWhatHasChangedAndWhatNeedsARestartAndIsOnRecord() throws Exception {
        String admin = server.token("admin@*");
        String secret = "sesame-Kw76";

        JsonNode answered = reload(
                        admin,
                        "waybill.server.calls-a-minute = 70\nwaybill.server.host = 0.0.0.0\nwaybill.server.tls.key = k.pem\n"
                                + "waybill.default-datasource = db\nwaybill.datasource.shop.url = jdbc:h2:mem:shop\nwaybill.datasource.shop.password = "
                                + secret + "\n")
                .json(200);

        assertThat(answered.get("changed"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "bucket",
                        "waybill.datasource.shop.password",
                        "waybill.datasource.shop.url",
                        "waybill.default-datasource",
                        "waybill.server.calls-a-minute");
        assertThat(answered.get("needs_restart"))
                .extracting(JsonNode::asText)
                .containsExactly("waybill.server.host", "waybill.server.tls.key");
        assertThat(server.get("/v2/flows").as(admin).send().header("RateLimit-Policy"))
                .isEqualTo("\"calls\";q=70;w=60");
        assertThat(server.ledger().audit().latest(20).toString())
                .contains("changed: bucket, waybill.datasource.shop.password")
                .contains("needs a restart: waybill.server.host")
                .doesNotContain(secret);
        assertThat(answered.toString()).doesNotContain(secret);
    }

    @Test
    void aWrongFileIsRefusedWithItsLineAndChangesNothing() throws Exception {
        String admin = server.token("admin@*");

        String refused = reload(
                        admin, "waybill.server.calls-a-minute = 70\nwaybill.server.strangers-calls-a-minute = few\n")
                .refused(422);

        assertThat(refused)
                .isEqualTo(
                        server.file("application.properties")
                                + ":2: waybill.server.strangers-calls-a-minute: \"few\" is not a number of calls; 1 to 1000000 is allowed");
        assertThat(server.get("/v2/flows").as(admin).send().header("RateLimit-Policy"))
                .isEqualTo("\"calls\";q=50;w=60");
    }

    @Test
    void aFlowThatIsWrongByTheNewSettingsIsNamed() throws Exception {
        assertThat(reload(null, "waybill.datasource.shop.url = jdbc:h2:mem:shop\n")
                        .refused(422))
                .isEqualTo(
                        "flow \"orders\": several data sources are configured (db, shop): name one by `datasource` in the"
                                + " flow, or set waybill.default-datasource");
    }

    @Test
    void itIsForAdministratorsOfAll() throws Exception {
        assertThat(reload(server.token("create@*"), FIRST).refused(403)).isEqualTo("role admin@* is needed");
        assertThat(reload(server.token("admin@namespace:public"), FIRST).refused(403))
                .isEqualTo("role admin@* is needed");
        assertThat(reload(null, FIRST).status()).isEqualTo(401);
    }

    @Test
    void aServerThatHasListenedToItselfIsToldOfUsersAndWhatTheyMayDo() throws Exception {
        String admin = server.token("admin@*");
        String ann = provider.token("ann", "sales");
        assertThat(server.get("/v2/flows").as(ann).send().status()).isEqualTo(401);

        reload(admin, oidc("sales = view@*")).json(200);
        assertThat(server.get("/v2/flows").as(ann).send().status()).isEqualTo(200);
        assertThat(server.post("/v2/flows/orders/run").as(ann).send().status()).isEqualTo(403);

        reload(admin, oidc("sales = create@*")).json(200);
        assertThat(server.post("/v2/flows/orders/run?wait=true").as(ann).send().status())
                .isEqualTo(200);

        assertThat(reload(admin, oidc("sales = rule@*")).refused(422)).startsWith("waybill.server.oidc.roles: ");
        assertThat(server.get("/v2/flows").as(ann).send().status()).isEqualTo(200);

        reload(admin, "").json(200);
        assertThat(server.get("/v2/flows").as(ann).send().status()).isEqualTo(401);
    }

    private String oidc(String roles) {
        return "waybill.server.oidc.issuer = " + provider.issuer() + "\nwaybill.server.oidc.audience = "
                + OpenIdProvider.AUDIENCE + "\nwaybill.server.oidc.roles = " + roles + "\n";
    }

    @Test
    void flowsThatAreAskedForHaveTheNewValuesOfTheirPlaceholders() throws Exception {
        reload(null, "place = before\n").json(200);
        server.put("/v2/flows/placed")
                .toml(ServerHarness.export("placed").replace("/placed/", "/{{place}}/"))
                .send()
                .json(201);
        reload(null, "place = after\n").json(200);

        assertThat(server.run("placed").toString()).contains("exports/after\"");
        String tag = server.get("/v2/flows/placed").send().header("ETag");
        assertThat(server.delete("/v2/flows/placed")
                        .header("If-Match", tag)
                        .send()
                        .status())
                .isEqualTo(204);
        assertThat(server.context().getRoutes())
                .noneMatch(route -> route.getRouteId().startsWith("placed"));
    }
}
