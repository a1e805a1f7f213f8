package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.servers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that cannot be had: what is said, and how often it is tried. */
class DatabasePoolIT {

    @TempDir
    private Path folder;

    private HikariDataSource other;
    private FlowHarness harness;

    @BeforeEach
    void start() {
        other = TestDatabases.h2();
        harness = new FlowHarness(folder, other);
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        other.close();
    }

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
        HikariDataSource database = TestDatabases.h2();
        try (FlowHarness lost = new FlowHarness(folder, database)) {
            lost.context()
                    .getPropertiesComponent()
                    .addOverrideProperty("waybill.ledger.url", "jdbc:postgresql://db.nosuch.invalid/ops");
            lost.load("t.toml", "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\n");

            assertThatThrownBy(() -> lost.run("t"))
                    .hasMessageStartingWith("the ledger cannot be opened: the host \"db.nosuch.invalid\" is not known");
        } finally {
            database.close();
        }
    }

    @Test
    void logsInOnceWithAPasswordThatIsWrong() throws Exception {
        try (HikariDataSource postgres = TestDatabases.postgres();
                CountedConnections counted = new CountedConnections(portOf(postgres))) {
            TestDatabases.execute(
                    postgres, "DROP ROLE IF EXISTS guarded", "CREATE ROLE guarded LOGIN PASSWORD 'another'");
            askForPasswords(postgres, "guarded");

            String failure = failure(
                    urlWithoutUser(postgres).replaceFirst(":\\d+/", ":" + counted.port() + "/"),
                    Map.of("username", "guarded", "password", "s3cr3t"));

            assertThat(failure)
                    .isEqualTo("data source shop: FATAL: password authentication failed for user \"guarded\"");
            assertThat(counted.count()).isEqualTo(1);
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
    void saysWhyAServerDoesNotAnswer() throws Exception {
        int port = Ports.free();

        assertThat(failure("jdbc:postgresql://127.0.0.1:" + port + "/shop", Map.of("connection-timeout-ms", "300")))
                .startsWith("data source shop: Connection to 127.0.0.1:" + port + " refused");
    }

    @Test
    void waitsForADatabaseThatIsNotThereYet() throws Exception {
        int port = Ports.free();
        harness.property(
                "waybill.datasource.late.url", "jdbc:h2:tcp://127.0.0.1:" + port + "/" + folder.resolve("late"));
        harness.property("waybill.datasource.late.connection-timeout-ms", "300000");
        DatabasePool late = (DatabasePool) DataSources.find(harness.context(), "late");

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
                        + " com.microsoft.sqlserver:mssql-jdbc into target/lib, or among your application's dependencies",
                "jdbc:postgres://db/shop | no driver for jdbc:postgres: is on the class path; put its jar into target/lib, or"
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
                                + " class path; put the driver's jar into target/lib, or among your application's dependencies");
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

    private static int portOf(HikariDataSource postgres) {
        return Integer.parseInt(postgres.getJdbcUrl().replaceFirst(".*:(\\d+)/.*", "$1"));
    }

    private static String urlWithoutUser(HikariDataSource postgres) {
        return postgres.getJdbcUrl().replaceFirst("\\?.*", "");
    }

    /** The server of the tests lets everybody in; from now on, not this role without its password. */
    private static void askForPasswords(HikariDataSource postgres, String role) throws Exception {
        try (Connection connection = postgres.getConnection();
                Statement statement = connection.createStatement()) {
            Path rules;
            try (ResultSet found = statement.executeQuery("SHOW hba_file")) {
                found.next();
                rules = Path.of(found.getString(1));
            }
            Files.writeString(rules, "host all " + role + " all scram-sha-256\n" + Files.readString(rules));
            statement.execute("SELECT pg_reload_conf()");
        }
        Awaitility.await().until(() -> {
            try {
                DriverManager.getConnection(postgres.getJdbcUrl(), role, "not it")
                        .close();
                return false;
            } catch (SQLException e) {
                return e.getSQLState().equals("28P01");
            }
        });
    }

    /** Hands connections on to a server, and counts them. */
    private static final class CountedConnections implements AutoCloseable {

        private final ServerSocket entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicInteger count = new AtomicInteger();

        CountedConnections(int port) throws IOException {
            daemon(() -> {
                while (true) {
                    Socket client = entry.accept();
                    count.incrementAndGet();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                    daemon(() -> hand(client, server));
                    daemon(() -> hand(server, client));
                }
            });
        }

        private static Object hand(Socket from, Socket to) throws IOException {
            try (from;
                    to) {
                return from.getInputStream().transferTo(to.getOutputStream());
            }
        }

        private static void daemon(Callable<?> work) {
            Thread thread = new Thread(() -> {
                try {
                    work.call();
                } catch (Exception e) {
                    // one of both has closed the connection
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return entry.getLocalPort();
        }

        int count() {
            return count.get();
        }

        @Override
        public void close() throws IOException {
            entry.close();
        }
    }
}
