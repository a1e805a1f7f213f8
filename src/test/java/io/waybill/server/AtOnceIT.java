package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.server.ServerHarness.Answered;
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

/** Many who call at once. */
class AtOnceIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    /** Makes a call. */
    @FunctionalInterface
    private interface Caller {
        Answered call(int number) throws Exception;
    }

    private List<Future<Answered>> atOnce(int many, Caller caller) {
        CountDownLatch all = new CountDownLatch(many);
        List<Future<Answered>> answers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            int number = i;
            answers.add(callers.submit(() -> {
                all.countDown();
                all.await();
                return caller.call(number);
            }));
        }
        return answers;
    }

    private static List<Integer> statuses(List<Future<Answered>> answers) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (Future<Answered> each : answers) {
            statuses.add(each.get().status());
        }
        return statuses;
    }

    @Test
    void ofThoseWhoChangeOneTextOneDoes() throws Exception {
        String tag = server.get("/v2/flows/orders").send().header("ETag");
        List<Future<Answered>> answers = atOnce(
                6,
                number -> server.put("/v2/flows/orders")
                        .header("If-Match", tag)
                        .toml("name = \"by " + number + "\"\n" + ServerHarness.export("orders"))
                        .send());
        assertThat(statuses(answers)).containsOnlyOnce(200).contains(412).containsOnly(200, 412);
        Answered now = server.get("/v2/flows/orders").send();
        for (Future<Answered> each : answers) {
            assertThat(each.get().header("ETag")).isEqualTo(now.header("ETag"));
        }
    }

    @Test
    void ofThoseWhoAddAFlowOneDoes() throws Exception {
        assertThat(statuses(atOnce(
                        6,
                        number -> server.put("/v2/flows/new")
                                .toml("name = \"by " + number + "\"\n" + ServerHarness.export("new"))
                                .send())))
                .containsOnlyOnce(201)
                .doesNotContain(200);
    }

    @Test
    void whoeverPlansLeavesRoomForOthers() throws Exception {
        List<Connection> taken = new ArrayList<>();
        List<Future<Answered>> planning;
        try {
            for (int i = 0; i < server.database().getMaximumPoolSize(); i++) {
                taken.add(server.database().getConnection());
            }
            planning = atOnce(8, number -> server.get("/v2/flows/orders/plan").send());
            await().until(() -> server.database().getHikariPoolMXBean().getThreadsAwaitingConnection() == 8);
            assertThat(server.get("/v2/flows/orders/plan").send().refused(503)).isEqualTo("8 plans are made already");
        } finally {
            for (Connection each : taken) {
                each.close();
            }
        }
        assertThat(statuses(planning)).containsOnly(200);
        assertThat(server.get("/v2/flows/orders/plan").send().status()).isEqualTo(200);
    }

    @Test
    void whoeverHoldsAllItsThreadsTheServerSaysThatItLives() throws Exception {
        List<Future<Answered>> waiting;
        synchronized (server.desk().files()) {
            waiting = atOnce(40, number -> server.get("/v2/flows").send());
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("vert.x-worker")
                                    && thread.getState() == Thread.State.BLOCKED)
                            .count()
                    >= 32);
            assertThat(callers.submit(() -> server.get("/health/live").send())
                            .get(1, java.util.concurrent.TimeUnit.MINUTES)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(statuses(waiting)).containsOnly(200);
    }
}
