package io.waybill.starter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with Actuator, whose DataSource bean is a flow's database. */
class ActuatorTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "orders"
            datasource = "shop"
            file_path = "{{root}}/%s.csv"
            columns = ["%s"]
            """;

    @TempDir
    private Path folder;

    private ConfigurableApplicationContext application;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {

        @Bean
        DataSource shop() throws SQLException {
            JdbcDataSource shop = new JdbcDataSource();
            shop.setUrl("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE");
            shop.setUser("sa");
            try (Connection connection = shop.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE IF NOT EXISTS orders AS SELECT 1 AS id, 'ink' AS item");
            }
            return shop;
        }
    }

    @BeforeEach
    void start() throws IOException {
        write("orders", "item");
        write("others", "id");
        application = SpringApplication.run(
                Shop.class,
                "--server.port=0",
                "--root=" + folder,
                "--camel.main.routes-include-pattern=file:" + folder + "/*.toml",
                "--camel.main.routes-reload-enabled=true",
                "--camel.main.routes-reload-remove-all-routes=false",
                "--camel.health.exposure-level=full",
                "--camel.main.routes-reload-directory=" + folder,
                "--camel.main.routes-reload-pattern=*.toml",
                "--management.endpoints.web.exposure.include=health,metrics,prometheus",
                "--management.endpoint.health.show-details=always",
                "--management.endpoint.health.probes.enabled=true",
                "--waybill.ledger.url=jdbc:h2:mem:ledger" + System.nanoTime() + ";DB_CLOSE_DELAY=-1",
                "--waybill.staging=" + folder.resolve("staging"),
                "--waybill.dead-letter=" + folder.resolve("dead-letter"));
    }

    @AfterEach
    void stop() {
        application.close();
    }

    @Test
    void showsHealthAndMetricsOfRuns() {
        run("orders");

        assertThat(get("health")).contains("waybill-ledger", "waybill-databases", "\"status\":\"UP\"");
        assertThat(get("health/readiness")).contains("\"status\":\"UP\"");
        assertThat(get("health/liveness")).contains("\"status\":\"UP\"");
        assertThat(get("prometheus"))
                .contains(
                        "waybill_runs_total{flow=\"orders\",status=\"done\"} 1.0",
                        "waybill_runs_total{flow=\"orders\",status=\"failed\"} 0.0",
                        "waybill_run_rows_total{flow=\"orders\",status=\"done\"} 1.0",
                        "waybill_run_duration_seconds_count{flow=\"orders\",status=\"done\"} 1",
                        "waybill_run_bytes_total{flow=\"orders\"} 9.0",
                        "waybill_last_success_timestamp_seconds{flow=\"orders\"} 1.",
                        "waybill_active_runs{flow=\"others\"} 0.0",
                        "waybill_waiting_firings 0.0");
        assertThat(get("metrics/waybill.runs?tag=flow:orders")).contains("\"value\":1.0");
    }

    @Test
    void aChangedFlowIsLoadedAnewAndAWrongOneLeavesItRunning() throws IOException {
        CamelContext camel = application.getBean(CamelContext.class);
        var other = camel.getRoute("others");

        write("orders", "id");
        Awaitility.await().atMost(5, TimeUnit.MINUTES).ignoreExceptions().untilAsserted(() -> {
            run("orders");
            assertThat(folder.resolve("orders.csv")).hasContent("id\n1");
        });
        assertThat(camel.getRoute("others"))
                .as("the route of a flow whose file is as it was")
                .isSameAs(other);

        var running = camel.getRoute("orders");
        Files.writeString(folder.resolve("orders.toml"), "[properties.export]\nsource_dataset = 1\n");
        Awaitility.await()
                .atMost(5, TimeUnit.MINUTES)
                .until(() -> camel.hasService(FileWatcherResourceReloadStrategy.class)
                                .getFailedCounter()
                        > 0);
        run("orders");

        assertThat(camel.getRoute("orders")).isSameAs(running);
        assertThat(folder.resolve("orders.csv")).hasContent("id\n1");
    }

    private void run(String flow) {
        application.getBean(ProducerTemplate.class).requestBody("waybill:" + flow, (Object) null);
    }

    private void write(String flow, String column) throws IOException {
        Files.writeString(folder.resolve(flow + ".toml"), FLOW.formatted(flow, column));
    }

    private String get(String path) {
        int port = ((ServletWebServerApplicationContext) application)
                .getWebServer()
                .getPort();
        return new TestRestTemplate().getForObject("http://localhost:" + port + "/actuator/" + path, String.class);
    }
}
