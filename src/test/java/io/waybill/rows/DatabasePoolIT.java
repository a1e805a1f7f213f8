package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.servers.Ports;
import io.waybill.servers.RawServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that cannot be had: what is said, and how often it is tried. */
class DatabasePoolIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.nosuch.invalid:5432/shop",
                "jdbc:mariadb://db.nosuch.invalid:3306/shop",
                "jdbc:h2:tcp://db.nosuch.invalid/shop"
            })
    void namesTheHostThatIsNotKnown(String url) throws Exception {
        assertThat(failure(url, Map.of())).isEqualTo("data source shop: the host \"db.nosuch.invalid\" is not known");
    }

    @Test
    void namesTheHostOfTheLedgerThatIsNotKnown() throws Exception {
        try (FlowHarness lost = new FlowHarness(harness.folder(), harness.database())) {
            lost.context()
                    .getPropertiesComponent()
                    .addOverrideProperty("waybill.ledger.url", "jdbc:postgresql://db.nosuch.invalid/ops");
            lost.load("t.toml", "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\n");

            assertThatThrownBy(() -> lost.run("t"))
                    .hasMessageStartingWith("the ledger cannot be opened: the host \"db.nosuch.invalid\" is not known");
        }
    }

    @Test
    void doesNotWaitForADatabaseThatThereIsNot() throws Exception {
        try (HikariDataSource postgres = TestDatabases.postgres()) {
            String url = postgres.getJdbcUrl().replaceFirst("/test\\d+", "/nosuch");

            assertThat(failure(url, Map.of("username", "postgres")))
                    .isEqualTo("data source shop: FATAL: database \"nosuch\" does not exist");
        }
    }

    @Test
    void logsInOnceWithAWrongPassword() throws Exception {
        String file = harness.file("guarded").toString();
        DriverManager.getConnection("jdbc:h2:" + file, "reader", "right").close();
        Server server = Server.createTcpServer("-tcpPort", "0").start();
        try (RawServer relay = RawServer.start((in, out) -> relay(in, out, server.getPort()))) {
            String url = "jdbc:h2:tcp://127.0.0.1:" + relay.port() + "/" + file;

            assertThat(failure(url, Map.of("username", "reader", "password", "wrong-Tz71")))
                    .startsWith("data source shop: Wrong user name or password")
                    .doesNotContain("Tz71");
            assertThat(relay.connections()).isEqualTo(1);
        } finally {
            server.stop();
        }
    }

    private static void relay(InputStream in, OutputStream out, int port) throws Exception {
        try (Socket server = new Socket("127.0.0.1", port)) {
            Thread there = new Thread(() -> copy(in, server));
            there.start();
            server.getInputStream().transferTo(out);
        }
    }

    private static void copy(InputStream in, Socket server) {
        try {
            in.transferTo(server.getOutputStream());
            server.shutdownOutput();
        } catch (IOException e) {
            // it has been closed
        }
    }

    @Test
    void saysWhyAServerDoesNotAnswer() throws Exception {
        int port = Ports.free();

        assertThat(failure("jdbc:postgresql://127.0.0.1:" + port + "/shop", Map.of("connection-timeout-ms", "2000")))
                .startsWith("data source shop: Connection to 127.0.0.1:" + port + " refused");
    }

    @Test
    void waitsForADatabaseThatIsNotThereYet() throws Exception {
        int port = Ports.free();
        harness.property("waybill.datasource.late.url", "jdbc:h2:tcp://127.0.0.1:" + port + "/" + harness.file("late"));
        harness.property("waybill.datasource.late.connection-timeout-ms", "300000");
        DatabasePool late = ((ConfiguredSource) DataSources.find(harness.context(), "late")).pool();

        CompletableFuture<Boolean> connected = CompletableFuture.supplyAsync(() -> {
            try (Connection connection = late.getConnection()) {
                return connection.isValid(1);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        Server server = Server.createTcpServer("-tcpPort", String.valueOf(port), "-ifNotExists")
                .start();
        try {
            assertThat(connected.get(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            server.stop();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:sqlserver://db;databaseName=shop | no driver for jdbc:sqlserver: is on the class path; put the jar of"
                        + " com.microsoft.sqlserver:mssql-jdbc into lib beside waybill.jar, or among your application's dependencies",
                "jdbc:postgres://db/shop | no driver for jdbc:postgres: is on the class path; put its jar into lib beside waybill.jar, or"
                        + " among your application's dependencies; did you mean \"jdbc:postgresql:\"?",
                "jdbc:postgresql:/db/shop | is not as the driver takes it; write jdbc:postgresql://host:5432/database",
            })
    void saysWhatToPutWhereForADriverThatIsNotThere(String url, String message) {
        harness.property("waybill.datasource.shop.url", url);

        assertThatThrownBy(() -> DataSources.find(harness.context(), "shop"))
                .hasMessage("data source \"shop\": waybill.datasource.shop.url: " + message);
    }

    @Test
    void namesADriversClassThatIsNotThere() {
        harness.property("waybill.datasource.shop.url", "jdbc:h2:mem:x");
        harness.property("waybill.datasource.shop.driver", "com.example.Driver");

        assertThatThrownBy(() -> DataSources.find(harness.context(), "shop"))
                .hasMessage(
                        "data source \"shop\": waybill.datasource.shop.driver: there is no class com.example.Driver on the"
                                + " class path; put the driver's jar into lib beside waybill.jar, or among your application's dependencies");
    }

    /** What a run says that reads from a data source of these settings. */
    private String failure(String url, Map<String, String> settings) throws Exception {
        harness.property("waybill.datasource.shop.url", url);
        settings.forEach((key, value) -> harness.property("waybill.datasource.shop." + key, value));
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\ndatasource = \"shop\"\nfile_path = \"{{root}}/t.csv\"\n");
        return harness.fail("t").error();
    }
}
