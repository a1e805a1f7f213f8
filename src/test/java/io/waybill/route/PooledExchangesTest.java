package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.step.WaybillComponent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code camel.main.exchangeFactory = pooled}: exchanges that have ended are used again, so nothing of a run may hang on to one. */
class PooledExchangesTest {

    private static final String EXPORT = """
            [properties.export]
            source_dataset_id = "t"
            """;

    @TempDir
    private Path folder;

    private HikariDataSource database;
    private Main main;

    @BeforeEach
    void prepare() throws Exception {
        database = TestDatabases.h2();
        TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 10)");
        main = new Main();
        main.bind("db", database);
        main.addInitialProperty("root", folder.toString());
        main.addInitialProperty("waybill.ledger.url", "jdbc:h2:mem:pooled" + folder.getFileName());
        main.addInitialProperty("waybill.staging", folder.resolve("staging").toString());
        main.addInitialProperty("waybill.dead-letter", folder.resolve("letters").toString());
        main.addInitialProperty("camel.main.routesIncludePattern", "file:" + folder.resolve("routes") + "/*");
        main.addInitialProperty("camel.main.exchangeFactory", "pooled");
        main.addInitialProperty("camel.main.exchangeFactoryStatisticsEnabled", "true");
    }

    @AfterEach
    void stop() throws Exception {
        main.stop();
        database.close();
    }

    private void write(String flow, String text) throws IOException {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/" + flow + ".toml"), text);
    }

    private RunResult run(String flow) throws IOException {
        try (var template = main.getCamelContext().createProducerTemplate()) {
            return template.requestBody("waybill:" + flow, null, RunResult.class);
        }
    }

    private Ledger ledger() {
        return main.getCamelContext()
                .getComponent("waybill", WaybillComponent.class)
                .ledger();
    }

    private List<RunEntry> done(String flow) {
        return ledger().runs(flow, Status.DONE, 100);
    }

    @Test
    void runsOfPartsAndOfSeveralDestinationsAreAsEver() throws Exception {
        write("parts", EXPORT + """
                file_path = "{{root}}/parts/t_{part}.csv"
                max_rows_per_file = 3
                """);
        write("both", EXPORT + """
                file_path = "{{root}}/one/t.csv"
                [[properties.export.delivery]]
                uri = "{{root}}/two/"
                """);
        main.start();

        for (int i = 0; i < 3; i++) {
            assertThat(run("parts").files()).hasSize(4);
            assertThat(run("both").deliveries()).hasSize(2).allMatch(delivery -> delivery.delivered());
        }
        for (String file : List.of("parts/t_1.csv", "parts/t_4.csv", "one/t.csv", "two/t.csv")) {
            assertThat(folder.resolve(file)).isNotEmptyFile();
        }
    }

    @Test
    void aDeliveryThatIsTriedAgainSendsTheSameFile() throws Exception {
        write("again", EXPORT + """
                file_path = "{{root}}/out/t.csv"
                redelivery = { maximum_redeliveries = 3, redelivery_delay = "1ms" }
                """);
        main.start();
        AtomicInteger tries = new AtomicInteger();
        AdviceWith.adviceWith(
                main.getCamelContext(),
                "again.delivery",
                route -> route.interceptSendToEndpoint("file:*").process(exchange -> {
                    if (tries.incrementAndGet() < 3) {
                        throw new java.net.ConnectException("Connection refused");
                    }
                }));

        assertThat(run("again").rows()).isEqualTo(10);
        assertThat(folder.resolve("out/t.csv")).content().startsWith("id\n1\n").endsWith("10\n");
    }

    /** The consumers that are Waybill's own make their exchanges by the pool. */
    @Test
    void triggersStartTheirFlowsAgainAndAgain() throws Exception {
        write("timed", EXPORT + """
                file_path = "{{root}}/timed/t_{run_id}.csv"
                [[triggers]]
                type = "interval"
                every = "1s"
                """);
        write("fresh", EXPORT + """
                since_last_export = true
                order_by = ["id"]
                file_path = "{{root}}/fresh/t_{run_id}.csv"
                [[triggers]]
                type = "on_new_data"
                every = "1s"
                """);
        Files.writeString(folder.resolve("routes/datasets.toml"), """
                [[dataset]]
                id = "t"
                table = "t"
                watermark = "id"
                """);
        main.start();

        await().until(() -> done("timed").size() >= 3 && !done("fresh").isEmpty());
        TestDatabases.execute(database, "INSERT INTO t VALUES (11)");
        await().until(() -> done("fresh").size() == 2);
        assertThat(done("timed")).extracting(RunEntry::rows).allMatch(rows -> rows >= 10);
        assertThat(done("fresh")).extracting(RunEntry::rows).containsExactly(1L, 10L);
        assertThat(main.getCamelContext()
                        .getCamelContextExtension()
                        .getExchangeFactoryManager()
                        .getStatistics()
                        .getAcquiredCounter())
                .isPositive();
    }
}
