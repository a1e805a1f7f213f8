package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.toml.OwnRoute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A printed route beside its flow's file is the flow, and the file is not loaded: there is no moment with both of them, or neither. */
class OwnRouteTest {

    @TempDir
    private Path folder;

    private HikariDataSource database;

    @BeforeEach
    void createTable() throws Exception {
        database = TestDatabases.h2();
        TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 10)");
        write("limit = 1");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Path flow() {
        return folder.resolve("one.toml");
    }

    private Path route() {
        return OwnRoute.of(flow(), "one");
    }

    private void write(String keys) throws Exception {
        Files.writeString(flow(), """
                [properties.export]
                source_dataset_id = "t"
                file_path = "{{root}}/out/one.csv"
                """ + keys + "\n");
    }

    /** The route as it is printed, with another limit. */
    private String edited(int limit) throws Exception {
        try (FlowHarness harness = new FlowHarness(folder, database)) {
            return new RouteYaml(harness.context())
                    .print(harness.flows().flows().get("one"), null)
                    .replace("limit: 1", "limit: " + limit);
        }
    }

    private FlowHarness load() throws Exception {
        FlowHarness harness = new FlowHarness(folder, database);
        harness.load("one.toml", Files.readString(flow()));
        if (Files.exists(route())) {
            harness.load("one.camel.yaml", Files.readString(route()));
        }
        return harness;
    }

    @Test
    void isTheFlowAsLongAsItIsThere() throws Exception {
        Files.writeString(route(), edited(3));
        try (FlowHarness harness = load()) {
            assertThat(harness.run("one").rows()).isEqualTo(3);
            assertThat(harness.flows().flows()).doesNotContainKey("one");
            assertThat(harness.flows().replaced()).containsOnlyKeys("one");
        }

        Files.delete(route());
        try (FlowHarness harness = load()) {
            assertThat(harness.run("one").rows()).isEqualTo(1);
            assertThat(harness.flows().replaced()).isEmpty();
        }
    }

    @Test
    void isTheFlowWhicheverIsLoadedFirst() throws Exception {
        String yaml = edited(3);
        try (FlowHarness harness = new FlowHarness(folder, database)) {
            harness.load("one.camel.yaml", yaml);
            harness.load("one.toml", Files.readString(flow()));

            assertThat(harness.run("one").rows()).isEqualTo(3);
        }
    }

    @Test
    void aFileOfThatNameWhichBeginsAnotherFlowIsNone() throws Exception {
        Files.writeString(
                route(),
                edited(3)
                        .replace("/one", "/one_more")
                        .replace("one.", "one_more.")
                        .replace("id: one\n", "id: one_more\n"));

        assertThat(OwnRoute.find(flow(), "one")).isEmpty();
        Files.writeString(route(), "# begins waybill:begin/one-more\n");
        assertThat(OwnRoute.find(flow(), "one")).isEmpty();
        Files.writeString(route(), "- route:\n    # was: uri: waybill:begin/one\n# name: begin/one\n");
        assertThat(OwnRoute.find(flow(), "one")).isEmpty();
        Files.writeString(route(), "- uri: waybill://begin/one\n");
        assertThat(OwnRoute.find(flow(), "one")).contains(route());
    }

    @Test
    void comesAndGoesWhileOthersLoadWhatHasChanged() throws Exception {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.copy(flow(), routes.resolve("one.toml"));
        String yaml = edited(3);
        Main main = new Main();
        main.bind("db", database);
        main.addInitialProperty("root", folder.toString());
        main.addInitialProperty("waybill.ledger.url", "jdbc:h2:mem:own" + folder.getFileName());
        main.addInitialProperty("waybill.staging", folder.resolve("staging").toString());
        main.addInitialProperty("waybill.dead-letter", folder.resolve("letters").toString());
        main.addInitialProperty("camel.main.routesIncludePattern", "file:" + routes + "/*");
        main.addInitialProperty("camel.main.routesReloadEnabled", "true");
        main.addInitialProperty("camel.main.routesReloadDirectory", routes.toString());
        main.addInitialProperty("camel.main.routesReloadPattern", "*.toml,*.yaml");
        main.addInitialProperty("camel.main.routesReloadRemoveAllRoutes", "false");
        main.start();
        try {
            assertThat(rows(main)).isEqualTo(1);

            Files.writeString(routes.resolve("one.camel.yaml"), yaml);
            patiently(() -> assertThat(rows(main)).isEqualTo(3));

            Files.delete(routes.resolve("one.camel.yaml"));
            Files.setLastModifiedTime(
                    routes.resolve("one.toml"), FileTime.from(Instant.now().plusSeconds(1)));
            patiently(() -> assertThat(rows(main)).isEqualTo(1));
        } finally {
            WatchedRoutes.stop(main);
        }
    }

    private static long rows(Main main) {
        try (var template = main.getCamelContext().createProducerTemplate()) {
            return template.requestBody("waybill:one", null, io.waybill.ledger.RunResult.class)
                    .rows();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The folder is looked at every few seconds; while a flow is loaded again, it cannot be run. */
    private static void patiently(org.awaitility.core.ThrowingRunnable check) {
        await().pollInterval(Duration.ofMillis(500)).ignoreExceptions().untilAsserted(check);
    }
}
