package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.route.step.WaybillComponent;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who listens to a run, and for how long. */
class ListenersIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    @BeforeEach
    void begin() {
        server.ledger().begin("orders", "r1");
    }

    private HttpResponse<InputStream> follow(String token) throws Exception {
        return server.get("/v2/runs/r1/events").as(token).send(BodyHandlers.ofInputStream());
    }

    @Test
    @Timeout(300) // else it would be told of the run for ever
    void whoseTokenIsRevokedIsToldNothingMore() throws Exception {
        String token = server.token("view@*");
        try (BufferedReader events =
                new BufferedReader(new InputStreamReader(follow(token).body(), StandardCharsets.UTF_8))) {
            String line = events.readLine();
            while (!line.startsWith("data: ")) {
                line = events.readLine();
            }
            String id = server.ledger().server().tokens().all().get(0).id();
            server.ledger().server().tokens().revoke(id);
            server.context()
                    .getComponent("waybill", WaybillComponent.class)
                    .setClock(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(31)));
            assertThat(events.lines().filter(more -> !more.isBlank() && !more.startsWith(":")))
                    .isEmpty();
        }
    }

    @Test
    void oneCallerListensTwentyTimesAtOnce() throws Exception {
        String token = server.token("view@*");
        List<InputStream> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            HttpResponse<InputStream> followed = follow(token);
            assertThat(followed.statusCode()).isEqualTo(200);
            open.add(followed.body());
        }
        assertThat(server.get("/v2/runs/r1/events").as(token).send().refused(503))
                .isEqualTo("20 of yours listen to runs already");
        HttpResponse<InputStream> other = follow(server.token("view@*"));
        assertThat(other.statusCode()).isEqualTo(200);
        other.body().close();
        for (InputStream each : open) {
            each.close();
        }
    }
}
