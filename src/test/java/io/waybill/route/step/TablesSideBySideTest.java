package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.LogHeard;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.Verb;
import io.waybill.run.ActiveRun;
import io.waybill.settings.SettingsReload;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two tables that are exported at once: the one is about to write its file, and the other has just begun. */
class TablesSideBySideTest {

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE a AS SELECT 1 AS id", "CREATE TABLE b AS SELECT 2 AS id");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch beginning = new CountDownLatch(1);
    private final CountDownLatch write = new CountDownLatch(1);
    private final CountDownLatch begin = new CountDownLatch(1);
    private SettingsReload reload;

    @BeforeEach
    void load() throws Exception {
        harness.context().getRegistry().bind("held", new RunWatch() {
            @Override
            public void begun(ActiveRun run) {
                if (run.flow().equals("both/public.b")) {
                    beginning.countDown();
                    await(begin);
                }
            }

            @Override
            public void before(ActiveRun run, Verb step, String delivery) {
                if (run.flow().equals("both/public.a") && step == Verb.STAGE) {
                    writing.countDown();
                    await(write);
                }
            }
        });
        settings("before");
        harness.context().getPropertiesComponent().addLocation("file:" + harness.file("application.properties"));
        reload = Reload.of(harness.context());
        harness.load("both.toml", """
                [properties.export]
                source_dataset_id = "public.*"
                file_path = "file:{{root}}/{{place}}/{table}.csv"
                tables_at_once = 2
                """);
    }

    @AfterEach
    void stop() {
        write.countDown();
        begin.countDown();
        threads.shutdownNow();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void settings(String place) throws Exception {
        Files.writeString(harness.file("application.properties"), "place = " + place + "\n");
    }

    private Future<Exchange> run() {
        Future<Exchange> run = threads.submit(() -> {
            try (ProducerTemplate template = harness.context().createProducerTemplate()) {
                return StartedExchange.send(template, "direct:both", started -> {});
            }
        });
        await(writing);
        await(beginning);
        return run;
    }

    @Test
    void noRouteThatDeliversIsMadeAnewUnderATableThatGoesByIt() throws Exception {
        Future<Exchange> run = run();
        settings("after");
        reload.reload();
        try (LogHeard heard = LogHeard.of(OutdatedRoutes.class)) {
            begin.countDown();
            Awaitility.await().until(() -> !heard.told().isEmpty());
            assertThat(heard.told())
                    .singleElement()
                    .asString()
                    .startsWith("Flow both/public.b: run ")
                    .endsWith(" waits until the routes that deliver can be made of the settings of now");
            write.countDown();

            RunResult result = run.get().getMessage().getBody(RunResult.class);
            assertThat(result.status()).isEqualTo(Status.DONE);
            assertThat(result.tables()).hasSize(2).allMatch(table -> table.status() == Status.DONE);
            assertThat(heard.told()).contains("Flow both: the routes that deliver are made of the settings of now");
        }
        assertThat(harness.file("before/a.csv")).hasContent("id\n1\n");
    }

    @Test
    void theTablesAreLeftWithTheRunOfAllOfThem() throws Exception {
        Future<Exchange> run = run();
        ActiveRun whole = harness.component().activeRuns().stream()
                .filter(each -> each.tables() != null)
                .findFirst()
                .orElseThrow();

        whole.leave();
        write.countDown();
        begin.countDown();

        assertThat(run.get().getException()).isNotNull();
        assertThat(harness.component().activeRuns()).isEmpty();
        assertThat(harness.ledger().run(whole.runId()).orElseThrow().status())
                .as("as a kill would leave it")
                .isEqualTo(Status.RUNNING);
        assertThat(harness.ledger().tables().of(whole.runId()))
                .hasSize(2)
                .extracting(RunEntry::status)
                .containsOnly(Status.RUNNING);
    }
}
