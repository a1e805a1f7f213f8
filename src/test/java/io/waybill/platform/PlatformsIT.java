package io.waybill.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.servers.SftpServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Applications of other platforms, built from examples/, that run a flow with settings of their own properties. */
class PlatformsIT {

    private static final Path BUILT = Path.of("target/examples").toAbsolutePath();

    @TempDir
    private Path work;

    private HikariDataSource shop;
    private HikariDataSource ledger;
    private SftpServer partner;

    private enum Platform {
        SPRING_BOOT("application.properties"),
        QUARKUS("config/application.properties");

        /** Where it looks for properties beside those in its jar. */
        private final String properties;

        Platform(String properties) {
            this.properties = properties;
        }

        String profile() {
            return this == SPRING_BOOT ? "SPRING_PROFILES_ACTIVE" : "QUARKUS_PROFILE";
        }

        List<String> command(Path more) throws Exception {
            Path application = BUILT.resolve(name().toLowerCase(Locale.ROOT).replace('_', '-') + "/target");
            assertThat(application)
                    .as("mvn pre-integration-test builds the applications")
                    .exists();
            return switch (this) {
                case SPRING_BOOT ->
                    List.of(
                            "-cp",
                            String.join(
                                    File.pathSeparator,
                                    more.toString(),
                                    application.resolve("classes").toString(),
                                    Files.readString(application.resolve("classpath.txt"))
                                            .strip()),
                            "shop.Shop");
                case QUARKUS ->
                    List.of(
                            "-jar",
                            application.resolve("quarkus-app/quarkus-run.jar").toString());
            };
        }
    }

    private record Ended(int exitCode, String output) {}

    @BeforeEach
    void startServers() throws Exception {
        shop = TestDatabases.postgres();
        ledger = TestDatabases.postgres();
        TestDatabases.execute(
                shop, "CREATE TABLE orders (id integer, item text)", "INSERT INTO orders VALUES (1, 'ink')");
        partner = SftpServer.start(work.resolve("partner"));
        Files.createDirectories(work.resolve("routes"));
        Files.writeString(work.resolve("routes/orders.toml"), """
                [properties.export]
                source_dataset_id = "orders"
                datasource = "shop"
                file_path = "exports/orders.csv"

                [[properties.export.delivery]]
                uri = "sftp:orders.csv"
                connection = "partner"

                [[triggers]]
                id = "nightly"
                type = "schedule"
                schedule = "0 2 * * *"
                """);
    }

    @AfterEach
    void stopServers() throws Exception {
        partner.close();
        ledger.close();
        shop.close();
    }

    @ParameterizedTest
    @EnumSource
    void exportsWithSettingsOfItsOwnProperties(Platform platform) throws Exception {
        Ended ended = run(platform, Map.of("LEDGER_URL", ledger.getJdbcUrl(), platform.profile(), "nightly"));

        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(work.resolve("exports/orders.csv")).hasContent("id,item\n1,ink");
        assertThat(work.resolve("partner/orders.csv")).hasContent("id,item\n1,ink");
        assertThat(tables(ledger)).contains("waybill_run");
        assertThat(work.resolve("data")).doesNotExist();
        assertThat(work.resolve("nightly"))
                .as("the folder of staged files that the profile names")
                .exists();
        assertThat(tables(shop))
                .as("what the application has no migrations for")
                .containsExactly("orders");
        assertThat(ended.output()).doesNotContain(SftpServer.PASSWORD);
    }

    @ParameterizedTest
    @EnumSource
    void takesSettingsFromTheEnvironment(Platform platform) throws Exception {
        Ended ended = run(
                platform,
                Map.of(
                        "WAYBILL_LEDGER_URL", ledger.getJdbcUrl(),
                        "WAYBILL_LEDGER_USERNAME", "postgres",
                        "WAYBILL_RETENTION_DAYS", "7",
                        "WAYBILL_DEAD_LETTER", "letters",
                        "WAYBILL_STAGING", "waiting/staging"));

        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(tables(ledger)).contains("waybill_run");
        assertThat(work.resolve("waiting")).exists();
        assertThat(work.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void refusesAllThatIsNotUnderstood(Platform platform) throws Exception {
        Path properties = work.resolve(platform.properties);
        Files.createDirectories(properties.getParent());
        Files.writeString(properties, """
                # of this environment
                waybill.ledgr.url = jdbc:h2:mem:x
                waybill.triggers = nope

                waybill.datasource.shop.passwort = s3cr3t
                """);

        Ended ended = run(platform, Map.of("WAYBILL_RETENTION_DAY", "3"));

        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.output())
                .contains(
                        "application.properties:2: waybill.ledgr.url is not a setting; did you mean"
                                + " \"waybill.ledger.url\"?\n",
                        "application.properties:3: waybill.triggers: \"nope\" is not known; allowed: true, false\n",
                        "application.properties:5: waybill.datasource.shop.passwort is not a setting; allowed: ",
                        "environment variable WAYBILL_RETENTION_DAY: is not a setting; did you mean"
                                + " \"WAYBILL_RETENTION_DAYS\"?\n")
                .doesNotContain("s3cr3t");
        assertThat(work.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void namesTheVariableThatIsNotSet(Platform platform) throws Exception {
        Path properties = work.resolve(platform.properties);
        Files.createDirectories(properties.getParent());
        Files.writeString(properties, "waybill.datasource.shop.password = {{env:SHOP_PASSWORD}}\n");

        Ended ended = run(platform, Map.of());

        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.output())
                .contains("application.properties:1: waybill.datasource.shop.password: the environment variable"
                        + " SHOP_PASSWORD is not set");
    }

    @Test
    void migrationsOfTheApplicationItselfAreRun() throws Exception {
        Path migrations = Files.createDirectories(work.resolve("more/db/migration"));
        Files.writeString(migrations.resolve("V1__items.sql"), "CREATE TABLE items (id integer);");

        Ended ended = run(
                Platform.SPRING_BOOT,
                Map.of("SPRING_FLYWAY_BASELINEONMIGRATE", "true", "SPRING_FLYWAY_BASELINEVERSION", "0"));

        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(tables(shop)).containsExactlyInAnyOrder("orders", "items", "flyway_schema_history");
        assertThat(work.resolve("data/ledger.db"))
                .as("the ledger that is taken where none is named")
                .exists();
    }

    @Test
    void namesOfSpringBootMayBeRelaxed() throws Exception {
        Files.writeString(work.resolve("application.yml"), """
                waybill:
                  retentionDays: many
                  deadLetter: letters
                  datasource:
                    shop:
                      connection_timeout_ms: soon
                """);

        Ended ended = run(Platform.SPRING_BOOT, Map.of("WAYBILL_DEFAULTDATASOURCE", "shop"));

        assertThat(ended.output())
                .contains(
                        "application.yml:2: waybill.retention-days: \"many\" is not a number of days; 1 to 99999 is"
                                + " allowed\n",
                        "application.yml:6: waybill.datasource.shop.connection-timeout-ms: \"soon\" is not a number of"
                                + " milliseconds; 250 or more is allowed\n")
                .doesNotContain("DEFAULTDATASOURCE", "deadLetter");
    }

    private Ended run(Platform platform, Map<String, String> environment) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djsch.check_kexes=",
                "-Djsch.kex=curve25519-sha256",
                "-XX:+UseSerialGC",
                "-Xmx256m"));
        command.addAll(platform.command(work.resolve("more")));
        Path output = work.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("SHOP_URL", shop.getJdbcUrl(), "PARTNER_PASSWORD", SftpServer.PASSWORD));
        builder.environment().putAll(partnerAndUser());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("has ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }

    /** What its properties do not say, which a user starts it by without a partner. */
    private Map<String, String> partnerAndUser() throws Exception {
        return Map.of(
                "SHOP_USERNAME", "postgres",
                "WAYBILL_CONNECTION_PARTNER_TYPE", "sftp",
                "WAYBILL_CONNECTION_PARTNER_HOST", "127.0.0.1",
                "WAYBILL_CONNECTION_PARTNER_PORT", String.valueOf(partner.port()),
                "WAYBILL_CONNECTION_PARTNER_USERNAME", "partner",
                "WAYBILL_CONNECTION_PARTNER_PASSWORD", "{{env:PARTNER_PASSWORD}}",
                "WAYBILL_CONNECTION_PARTNER_HOST_KEY", partner.fingerprint());
    }

    private static List<String> tables(HikariDataSource database) throws Exception {
        List<String> tables = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")) {
            while (found.next()) {
                tables.add(found.getString(1));
            }
        }
        return tables;
    }
}
