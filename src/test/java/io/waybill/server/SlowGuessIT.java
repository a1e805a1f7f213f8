package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.TestDatabases;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A database that does not say how many rows there will be holds up nobody who follows a run of another. */
public class SlowGuessIT {

    /** Holds runs in the middle of their rows, until the test lets them go. */
    private static final CountDownLatch HELD = new CountDownLatch(1);

    private static final String VIEW =
            "CREATE VIEW IF NOT EXISTS held AS SELECT HOLD(x) AS id FROM system_range(1, 10)";
    private static final String ALIAS = "CREATE ALIAS IF NOT EXISTS HOLD FOR \"io.waybill.server.SlowGuessIT.hold\"";

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with()
            .withFlow("slow", flow("slow", "db"))
            .withFlow("quick", flow("quick", "other"))
            .withProperty("waybill.datasource.other.username", "sa")
            .withProperty(
                    "waybill.datasource.other.url",
                    "jdbc:h2:mem:guess;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;INIT=" + ALIAS + "\\;"
                            + VIEW);

    private final ExecutorService threads = Executors.newCachedThreadPool();

    private static String flow(String id, String datasource) {
        return ServerHarness.export(id).replace("\"orders\"", "\"held\"\ndatasource = \"" + datasource + "\"");
    }

    /** Called by the database. */
    public static long hold(long x) throws InterruptedException {
        HELD.await();
        return x;
    }

    @AfterEach
    void end() {
        HELD.countDown();
        threads.shutdownNow();
    }

    private String begin(String flow) throws Exception {
        String location = server.post("/v2/flows/" + flow + "/run").send().header("Location");
        await().until(() -> server.desk().component().activeRuns().stream()
                .anyMatch(run -> run.flow().equals(flow) && run.plan() != null));
        return location;
    }

    /** What is told first of a run. */
    private String first(String location) throws Exception {
        try (BufferedReader events = new BufferedReader(new InputStreamReader(
                server.get(location + "/events")
                        .send(BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8))) {
            String line = events.readLine();
            while (!line.startsWith("data: ")) {
                line = events.readLine();
            }
            return line;
        }
    }

    private int waiting() {
        return server.database().getHikariPoolMXBean().getThreadsAwaitingConnection();
    }

    @Test
    void nobodyWaitsForAnothersDatabase() throws Exception {
        TestDatabases.execute(server.database(), ALIAS, VIEW);
        String slow = begin("slow");
        String quick = begin("quick");
        List<Connection> taken = new ArrayList<>();
        try {
            await().until(() -> server.database().getHikariPoolMXBean().getActiveConnections() == 1);
            while (server.database().getHikariPoolMXBean().getActiveConnections()
                    < server.database().getMaximumPoolSize()) {
                taken.add(server.database().getConnection());
            }
            Future<String> ofSlow = threads.submit(() -> first(slow));
            await().until(() -> waiting() == 1);

            assertThat(first(quick)).contains("\"flow\":\"quick\"");
            assertThat(waiting()).isEqualTo(1); // nobody has answered it yet

            // nor does who asks wait for long
            assertThat(ofSlow.get()).contains("\"flow\":\"slow\"").doesNotContain("expected_rows");
            assertThat(waiting()).isEqualTo(1);
        } finally {
            for (Connection each : taken) {
                each.close();
            }
        }
    }
}
