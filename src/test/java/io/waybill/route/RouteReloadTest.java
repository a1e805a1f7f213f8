package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Route;
import org.apache.camel.main.Main;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Camel's dev mode: a flow's file is edited while it runs. */
class RouteReloadTest {

    @TempDir
    private Path folder;

    private HikariDataSource database;
    private Main main;

    @BeforeEach
    void start() throws Exception {
        database = TestDatabases.h2();
        TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 10)");
        write("one", "limit = 1");
        write("two", "limit = 2");
    }

    private void start(boolean removeAll) throws Exception {
        main = new Main();
        main.bind("db", database);
        main.addInitialProperty("root", folder.toString());
        main.addInitialProperty("waybill.ledger.url", "jdbc:h2:mem:reload" + folder.getFileName());
        main.addInitialProperty("waybill.staging", folder.resolve("staging").toString());
        main.addInitialProperty("waybill.dead-letter", folder.resolve("letters").toString());
        main.addInitialProperty("camel.main.routesIncludePattern", "file:" + folder.resolve("routes") + "/*");
        main.addInitialProperty("camel.main.routesReloadEnabled", "true");
        main.addInitialProperty(
                "camel.main.routesReloadDirectory", folder.resolve("routes").toString());
        main.addInitialProperty("camel.main.routesReloadPattern", "*.toml");
        main.addInitialProperty("camel.main.routesReloadRemoveAllRoutes", Boolean.toString(removeAll));
        main.start();
    }

    @AfterEach
    void stop() {
        WatchedRoutes.stop(main);
        database.close();
    }

    private void write(String flow, String keys) throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/" + flow + ".toml"), """
                [properties.export]
                source_dataset_id = "t"
                file_path = "{{root}}/out/%s.csv"
                %s
                """.formatted(flow, keys));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEditedFileChangesItsFlowAndKeepsTheOthers(boolean removeAll) throws Exception {
        start(removeAll);
        assertThat(rows("one")).isEqualTo(1);

        write("one", "limit = 3");

        patiently(() -> assertThat(rows("one")).isEqualTo(3));
        assertThat(rows("two")).isEqualTo(2);
        assertThat(main.getCamelContext().getRoutes()).hasSize(6);
    }

    @Test
    void aTriggerThatIsTakenOutEnds() throws Exception {
        write("one", "[[triggers]]\nid = \"yearly\"\ntype = \"schedule\"\nschedule = \"0 2 1 1 *\"");
        start(false);
        assertThat(main.getCamelContext().getRoute("one.trigger.yearly")).isNotNull();

        write("one", "limit = 4");

        patiently(() -> assertThat(main.getCamelContext().getRoute("one.trigger.yearly"))
                .isNull());
        patiently(() -> assertThat(rows("one")).isEqualTo(4));
    }

    @Test
    void aWrongFileLeavesItsFlowAsItWasUntilItIsRight() throws Exception {
        start(false);
        write("one", "limit = \"many\"");
        // Camel tries the wrong file again with each one that is changed behind it
        patiently(() -> {
            write("two", "limit = 5");
            assertThat(rows("one")).isEqualTo(1);
            assertThat(rows("two")).isEqualTo(2);
        });

        write("one", "limit = 6");

        patiently(() -> assertThat(rows("one")).isEqualTo(6));
        patiently(() -> {
            write("two", "limit = 5");
            assertThat(rows("two")).isEqualTo(5);
        });
    }

    /** They are not stopped and begun again: what counts for them, and for how long, goes on. */
    @Test
    void theRoutesOfOtherFlowsAreNotTouched() throws Exception {
        start(false);
        Map<String, Route> before = routes("two");
        Map<String, Route> own = routes("one");
        assertThat(before).hasSize(3);

        write("one", "limit = \"many\"");
        FileWatcherResourceReloadStrategy watcher = main.getCamelContext().hasService(RouteWatcherReloadStrategy.class);
        patiently(() ->
                assertThat(watcher.getLastError()).hasStackTraceContaining("one.toml:4: limit: \"many\" is text"));
        assertThat(routes("one")).as("the old ones go on").isEqualTo(own);
        assertThat(routes("two")).isEqualTo(before);

        write("one", "limit = 3");
        patiently(() -> assertThat(rows("one")).isEqualTo(3));
        assertThat(routes("one")).doesNotContainEntry("one", own.get("one"));
        assertThat(routes("two")).isEqualTo(before);
    }

    /** Those that run, as they were made. */
    private Map<String, Route> routes(String flow) {
        return main.getCamelContext().getRoutes().stream()
                .filter(route -> route.getRouteId().matches(flow + "(\\..*)?"))
                .collect(Collectors.toMap(Route::getRouteId, route -> route));
    }

    private long rows(String flow) {
        try (var template = main.getCamelContext().createProducerTemplate()) {
            return template.requestBody("waybill:" + flow, null, RunResult.class)
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
