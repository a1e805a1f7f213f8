package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.ledger.Audit;
import io.waybill.server.ServerHarness.Answered;
import io.waybill.server.ServerHarness.Asking;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is on record of those who do not prove who they are: enough to see them, and not so much that they could fill it. */
class OutsidersIT {

    private static final String FORM = "application/x-www-form-urlencoded";

    @RegisterExtension
    private final ServerHarness server =
            ServerHarness.with("orders").withClock(new SetClock()); // how often in a minute is counted

    private List<Audit.Entry> ofNobody() {
        return server.ledger().audit().latest(1000).stream()
                .filter(entry -> entry.actor().equals("nobody"))
                .toList();
    }

    @Test
    void areOneEntryAMinuteHoweverOftenTheyCall() throws Exception {
        String token = server.token("view@*");
        for (int i = 0; i < 20; i++) {
            server.post("/v2/flows/orders/run").as("waybill_guess" + i).send();
            server.get("/v2/flows").send();
        }
        assertThat(server.get("/v2/flows").as(token).send().status()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(server.ledger().audit().latest(100))
                .anySatisfy(entry -> assertThat(entry.action()).isEqualTo("api listFlows")));
        assertThat(ofNobody()).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("api runFlow");
            assertThat(entry.subject()).isEqualTo("/v2/flows/orders/run");
            assertThat(entry.detail()).isEqualTo("answered 401, to 127.0.0.1");
        });
    }

    @Test
    void areNotLookedForInTheLedgerOnceTheyHaveGuessedTooOften() throws Exception {
        String known = server.token("view@*");
        assertThat(server.get("/v2/flows").as(known).send().status()).isEqualTo(200);
        Answered refused = null;
        for (int i = 0; i <= 300 / RateLimits.COST_OF_A_FAILURE + 5; i++) {
            refused = server.get("/v2/flows").as("waybill_guess" + i).send();
        }
        assertThat(refused.status()).isEqualTo(429);
        // a right guess is none while guesses are not looked at; who was known before goes on
        assertThat(server.get("/v2/flows").as(server.token("view@*")).send().status())
                .isEqualTo(429);
        assertThat(server.get("/v2/flows").as(known).send().status()).isEqualTo(200);
        assertThat(ofNobody()).hasSize(1).noneMatch(entry -> entry.detail().contains("429"));
    }

    @Test
    void areOnRecordWhereTheyTryToLogInOnThePage() throws Exception {
        server.token("view@*");
        for (int i = 0; i < 3; i++) {
            assertThat(logIn("waybill_guess" + i).status()).isEqualTo(401);
        }
        await().untilAsserted(() -> assertThat(ofNobody()).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("page logIn");
            assertThat(entry.subject()).isEqualTo("/login");
            assertThat(entry.detail()).isEqualTo("answered 401, to 127.0.0.1");
        }));
    }

    @Test
    void areNotWhoLogsOut() throws Exception {
        String cookie = cookie(logIn(server.token("view@*")));
        Answered page = server.get("/").header("Cookie", cookie).send();
        server.post("/logout")
                .header("Cookie", cookie)
                .body("_seal=" + seal(page), FORM)
                .send();
        String id = server.ledger().server().tokens().all().get(0).id();
        assertThat(server.ledger().audit().latest(100))
                .filteredOn(entry -> entry.action().equals("log out"))
                .extracting(Audit.Entry::actor)
                .containsExactly("token " + id + " a test's");
    }

    private Answered logIn(String token) throws Exception {
        Answered page = server.get("/login").send();
        Asking asking = server.post("/login").header("Cookie", cookie(page));
        return asking.body("_seal=" + seal(page) + "&token=" + token, FORM).send();
    }

    private static String cookie(Answered answered) {
        return answered.header("Set-Cookie").split(";")[0];
    }

    private static String seal(Answered page) {
        Matcher seal = Pattern.compile("name=\"_seal\" value=\"([^\"]+)\"").matcher(page.text());
        assertThat(seal.find()).as(page.text()).isTrue();
        return seal.group(1);
    }
}
