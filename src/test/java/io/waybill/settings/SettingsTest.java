package io.waybill.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is set and not understood is refused, all of it, with its place. */
class SettingsTest {

    @TempDir
    private Path folder;

    /** Java takes the last of two, and the mark for a part of a name: by it, files would wait as they are. */
    @Test
    void refusesWhatWouldHoldOtherwiseThanItSeems() throws Exception {
        String text = """
                \uFEFFwaybill.staging.cipher = AES/CTR/NoPadding
                waybill.retention-days = 30
                other.twice = 1
                other.twice = 2
                waybill.retention-days = 3
                """;

        String file = folder.resolve("application.properties") + ":";
        assertThatThrownBy(() -> settings(text, Map.of()).check())
                .hasMessage(file
                        + "1: waybill.staging.cipher stands behind a byte order mark, by which it is another name; save the"
                        + " file without one\n"
                        + file + "5: waybill.retention-days is set in line 2 already; leave one of them");
        settings("\uFEFF# a comment\nwaybill.retention-days = 30\n", Map.of()).check();
    }

    @Test
    void refusesAllThatIsNotUnderstoodAtOnceWithFileAndLine() throws Exception {
        String text = """
                # a comment \\
                waybill.ledgr.url = jdbc:postgresql://db/ledger

                waybill.datasource.shop.url = jdbc:h2:mem:x
                waybill.datasource.shop.passwort: s3cr3t
                waybill.datasource.shop.maximum-pool-size = 8k
                waybill.datasource.shop.property.applicationName = a long \\
                    name
                waybill.datasource.other.url = postgres://u:s3cr3t@db/other
                waybill.retention-days = thirty
                waybill.triggers = nope
                waybill.connection.lake.type = s4
                waybill.connection.lake.option.anything = x
                waybill.connection.mail.type = smtp
                waybill.connection.mail.tls = ssl
                waybill.connection.mail.port = 70000
                waybill.connection.mail.password = s3cr3t
                waybill.staging.cypher = none
                waybill.foo = bar
                """;

        String file = folder.resolve("application.properties") + ":";
        assertThatThrownBy(() -> settings(text, Map.of()).check())
                .satisfies(e -> assertThat(e.getMessage().lines())
                        .containsExactly(
                                file + "2: waybill.ledgr.url is not a setting; did you mean \"waybill.ledger.url\"?",
                                file
                                        + "5: waybill.datasource.shop.passwort is not a setting; allowed: connection-timeout-ms,"
                                        + " driver, maximum-pool-size, password, schema, url, username, property.<driver's"
                                        + " own>; did you mean \"password\"?",
                                file
                                        + "6: waybill.datasource.shop.maximum-pool-size: \"8k\" is not a number of connections;"
                                        + " 1 to 10000 is allowed",
                                file
                                        + "9: waybill.datasource.other.url: a JDBC URL is expected, which begins with jdbc:;"
                                        + " write jdbc:postgresql:…",
                                file
                                        + "10: waybill.retention-days: \"thirty\" is not a number of days; 1 to 99999 is allowed",
                                file + "11: waybill.triggers: \"nope\" is not known; allowed: true, false",
                                file
                                        + "12: waybill.connection.lake.type \"s4\" is not known; allowed: s3, sftp, ftp, ftps,"
                                        + " http, smtp, kinesis, firehose, iceberg; did you mean \"s3\"?",
                                file
                                        + "15: waybill.connection.mail.tls: \"ssl\" is not known; allowed: starttls, implicit,"
                                        + " none",
                                file
                                        + "16: waybill.connection.mail.port: \"70000\" is not a number; 1 to 65535 is allowed",
                                file + "18: waybill.staging.cypher is not a setting; did you mean"
                                        + " \"waybill.staging.cipher\"?",
                                file + "19: waybill.foo is not a setting; allowed: waybill.connection.<name>.…,"
                                        + " waybill.datasource.<name>.…, waybill.dead-letter, waybill.default-datasource,"
                                        + " waybill.ledger.…, waybill.log.format, waybill.opentelemetry.enabled, waybill.privacy-keys.<id>,"
                                        + " waybill.reads-for-others, waybill.reload-on-change, waybill.retention-days, waybill.server.…, waybill.staging,"
                                        + " waybill.staging.cipher, waybill.staging.key, waybill.triggers"))
                .hasMessageNotContaining("s3cr3t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WAYBILL_LEDGR_URL | jdbc:h2:mem:x | is not a setting; did you mean \"WAYBILL_LEDGER_URL\"?",
                "WAYBILL_RETENTION_DAY | 3 | is not a setting; did you mean \"WAYBILL_RETENTION_DAYS\"?",
                "WAYBILL_RETENTIONDAYS | 3 | is not a setting; did you mean \"WAYBILL_RETENTION_DAYS\"?",
                "WAYBILL_TRIGGER | false | is not a setting; did you mean \"WAYBILL_TRIGGERS\"?",
                "WAYBILL_DATA_SOURCE_SHOP_URL | jdbc:h2:mem:x | is not a setting; did you mean \"WAYBILL_DATASOURCE_SHOP_URL\"?",
                "WAYBILL_DATASOURCE_SHOP_FETCH | 1 | is not a setting",
                "WAYBILL_RETENTION_DAYS | thirty | waybill.retention-days: \"thirty\" is not a number of days; 1 to 99999 is allowed",
            })
    void refusesVariablesOfTheEnvironmentThatAreMeantAndNotUnderstood(String variable, String value, String message)
            throws Exception {
        Settings settings = settings("", Map.of(variable, value));
        if (variable.equals("WAYBILL_RETENTION_DAYS")) { // Camel asks the process, which has no such variable
            settings = settings("waybill.retention-days = " + value, Map.of(variable, value));
        }

        assertThatThrownBy(settings::check).hasMessage("environment variable " + variable + ": " + message);
    }

    @Test
    void aPrivacyKeyIsASettingByItselfWhoeverSetsIt() throws Exception {
        String key = "00".repeat(32);
        Settings right = settings(
                "waybill.privacy-keys.customers-2026 = " + key,
                Map.of("WAYBILL_PRIVACY_KEYS_CUSTOMERS_2026", key, "WAYBILL_PRIVACY_KEYS_OLDER", key));

        right.check();

        assertThat(right.privacyKeys()).containsExactly("customers-2026", "older");
        assertThatThrownBy(settings("waybill.privacy-keys.short = c2VjcmV0", Map.of())::check)
                .hasMessageEndingWith(
                        "application.properties:1: waybill.privacy-keys.short: the key has 6 bytes; 32 bytes or more are expected,"
                                + " in hex or base64, as of: openssl rand -hex 32");
        assertThatThrownBy(settings("waybill.privacy-keys. = " + key, Map.of())::check)
                .hasMessageEndingWith("waybill.privacy-keys. names none of them; write waybill.privacy-keys.<id>");
    }

    @Test
    void takesVariablesThatOthersSet() throws Exception {
        Map<String, String> environment = Map.of(
                "WAYBILL_SERVICE_HOST", "10.0.0.1",
                "WAYBILL_SERVICE_PORT_HTTP", "8080",
                "WAYBILL_PORT", "tcp://10.0.0.1:8080",
                "WAYBILL_PORT_8080_TCP_ADDR", "10.0.0.1",
                "WAYBILL_LEDGER_PASSWORT", "x",
                "WAYBILL_BUCKET", "lake");

        settings(
                        "waybill.ledger.url = jdbc:h2:mem:l\nwaybill.ledger.password = {{env:WAYBILL_LEDGER_PASSWORT}}\n",
                        environment)
                .check();
    }

    @Test
    void namesWhatTheEnvironmentAloneSets() throws Exception {
        Settings settings = settings(
                "waybill.datasource.My-Shop.url = jdbc:h2:mem:x\n",
                Map.of(
                        "WAYBILL_DATASOURCE_MY_SHOP_MAXIMUM_POOL_SIZE", "2",
                        "WAYBILL_DATASOURCE_OTHER_URL", "jdbc:h2:mem:y",
                        "WAYBILL_CONNECTION_LAKE_TYPE", "s3"));

        assertThat(settings.dataSources()).containsExactly("My-Shop", "other");
        assertThat(settings.connections()).containsExactly("lake");
    }

    @Test
    void namesTheFileTheKeyAndTheVariableThatIsNotSet() throws Exception {
        Settings settings = settings(
                "waybill.datasource.shop.url = jdbc:h2:mem:x\n"
                        + "waybill.datasource.shop.password = a{{env:WAYBILL_TEST_HOME_IS_NOT_SET}}\n"
                        + "waybill.datasource.shop.username = {{shop.user}}\n",
                Map.of());
        settings.check(); // other flows do not need it

        String file = folder.resolve("application.properties").toString();
        assertThatThrownBy(() -> settings.dataSource("shop"))
                .hasMessage(file + ":2: waybill.datasource.shop.password: the environment variable"
                        + " WAYBILL_TEST_HOME_IS_NOT_SET is not set");
        assertThatThrownBy(() -> settings.value("waybill.datasource.shop.username"))
                .hasMessage(file + ":3: waybill.datasource.shop.username: {{shop.user}} has no value; set shop.user in"
                        + " application.properties or the environment");
    }

    @Test
    void aNameMayHaveDots() throws Exception {
        Settings settings = settings(
                "waybill.datasource.eu.shop.url = jdbc:h2:mem:x\nwaybill.datasource.eu.shop.property.a.b = c\n",
                Map.of());
        settings.check();

        assertThat(settings.dataSources()).containsExactly("eu.shop");
        assertThat(settings.dataSource("eu.shop")).containsEntry("property.a.b", "c");
    }

    @Test
    void findsTheLineOfAProperty() throws Exception {
        String text = "! comment\\\n\n  a = 1\\\n    , 2\nb\\ c:3\nd\ne   f \\\\\ng=h\na=again";

        assertThat(PropertyLines.lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo(Map.of("a", 9, "b c", 5, "d", 6, "e", 7, "g", 8));
    }

    @Test
    void everyTypeOfConnectionHasItsSettings() {
        assertThat(SettingsTable.connectionTypes())
                .containsExactly("s3", "sftp", "ftp", "ftps", "http", "smtp", "kinesis", "firehose", "iceberg");
    }

    private Settings settings(String text, Map<String, String> environment) throws Exception {
        Path file = folder.resolve("application.properties");
        Files.writeString(file, text);
        DefaultCamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().addLocation("file:" + file);
        context.build();
        ServiceHelper.startService(context.getPropertiesComponent());
        return new Settings(context, environment);
    }
}
