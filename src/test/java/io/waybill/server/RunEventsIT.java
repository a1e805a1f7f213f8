package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.TestDatabases;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A run is followed while it goes on. */
public class RunEventsIT {

    /** Holds a run in the middle of its rows, until the test lets it go. */
    private static final CountDownLatch HELD = new CountDownLatch(1);

    @RegisterExtension
    private final ServerHarness server =
            ServerHarness.with().withFlow("held", ServerHarness.export("held").replace("\"orders\"", "\"held\""));

    /** Called by the database. */
    public static long hold(long x) throws InterruptedException {
        HELD.await();
        return x;
    }

    @BeforeEach
    void makeHeldRows() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE ALIAS HOLD FOR \"io.waybill.server.RunEventsIT.hold\"",
                "CREATE VIEW held AS SELECT HOLD(x) AS id FROM system_range(1, 10)");
        assertThat(Files.exists(server.file("routes/held.toml"))).isTrue();
    }

    @Test
    void whoComesBackIsToldWhatTheyHaveNotHeard() throws Exception {
        String location = server.post("/v2/flows/held/run").send().header("Location");
        String heard;
        try (BufferedReader events = follow(location, null)) {
            heard = next(events, "id: ");
            assertThat(next(events, "event: ")).isEqualTo("progress");
            assertThat(ServerHarness.JSON
                            .readTree(next(events, "data: "))
                            .get("status")
                            .asText())
                    .isEqualTo("running");
        }
        try (BufferedReader events = follow(location, heard)) {
            HELD.countDown();
            String event = next(events, "event: ");
            while (!event.equals("end")) {
                event = next(events, "event: ");
            }
            assertThat(ServerHarness.JSON
                            .readTree(next(events, "data: "))
                            .get("rows")
                            .asInt())
                    .isEqualTo(10);
            assertThat(events.lines().filter(line -> !line.isEmpty())).isEmpty(); // it ends with the run
        }
    }

    private BufferedReader follow(String location, String last) throws Exception {
        ServerHarness.Asking asking = server.get(location + "/events");
        InputStream body = (last == null ? asking : asking.header("Last-Event-ID", last))
                .send(BodyHandlers.ofInputStream())
                .body();
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    private static String next(BufferedReader events, String field) throws Exception {
        String line = events.readLine();
        while (!line.startsWith(field)) {
            line = events.readLine();
        }
        return line.substring(field.length());
    }
}
