package io.waybill.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.flow.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that are read anew while their context goes on. */
class SettingsReloadTest {

    private static final String FIRST = """
            shop.password = s3cr3t-1
            waybill.datasource.shop.url = jdbc:h2:mem:one
            waybill.datasource.shop.password = {{shop.password}}
            waybill.datasource.shop.maximum-pool-size = 3
            waybill.retention-days = 10
            waybill.staging = work/staging
            """;

    @TempDir
    private Path folder;

    private Path file;
    private DefaultCamelContext context;
    private SettingsReload reload;

    @BeforeEach
    void start() throws Exception {
        file = folder.resolve("application.properties");
        Files.writeString(file, FIRST);
        context = new DefaultCamelContext();
        context.getPropertiesComponent().addLocation("file:" + file);
        context.build();
        ServiceHelper.startService(context.getPropertiesComponent());
        reload = new SettingsReload(context);
    }

    private Reloaded reload(String text) throws Exception {
        Files.writeString(file, text);
        return reload.reload();
    }

    private Settings settings() {
        return Settings.of(context);
    }

    @Test
    void whatTheFileSaysNowHoldsAndIsNamedWithoutItsValue() throws Exception {
        Reloaded reloaded = reload("""
                shop.password = s3cr3t-2
                waybill.datasource.shop.url = jdbc:h2:mem:two
                waybill.datasource.shop.password = {{shop.password}}
                waybill.retention-days = 10
                waybill.staging = work/staging
                waybill.datasource.more.url = jdbc:h2:mem:more
                """);

        assertThat(reloaded.words())
                .isEqualTo("changed: shop.password, waybill.datasource.more.url,"
                        + " waybill.datasource.shop.maximum-pool-size, waybill.datasource.shop.password,"
                        + " waybill.datasource.shop.url");
        assertThat(settings().dataSource("shop")).isEqualTo(Map.of("url", "jdbc:h2:mem:two", "password", "s3cr3t-2"));
        assertThat(settings().dataSources()).containsExactly("more", "shop");
        assertThat(context.resolvePropertyPlaceholders("{{shop.password}}")).isEqualTo("s3cr3t-2");
        assertThat(reload.reload().words()).isEqualTo("nothing has changed");
    }

    @Test
    void whatNeedsARestartIsNamedEachTimeAndHoldsAsItWas() throws Exception {
        String text = FIRST.replace("work/staging", "elsewhere")
                + "waybill.staging.cipher = AES/CTR/NoPadding\nwaybill.ledger.url = jdbc:h2:mem:l\n"
                + "waybill.connection.mail.type = smtp\nwaybill.connection.mail.trust-store = trust.p12\n"
                + "camel.main.name = other\n";

        assertThat(reload(text).words())
                .isEqualTo("changed: waybill.connection.mail.type; needs a restart: camel.main.name,"
                        + " waybill.connection.mail.trust-store, waybill.ledger.url, waybill.staging,"
                        + " waybill.staging.cipher");
        assertThat(settings().get(SettingsTable.STAGING)).isEqualTo("work/staging");
        assertThat(settings().get(SettingsTable.STAGING_CIPHER)).isEqualTo("none");
        assertThat(settings().ledger()).isEmpty();
        assertThat(settings().connection("mail")).isEqualTo(Map.of("type", "smtp"));
        assertThat(context.resolvePropertyPlaceholders("{{waybill.staging}}")).isEqualTo("work/staging");

        assertThat(reload(text + "waybill.default-datasource = shop\n").words())
                .startsWith(
                        "changed: waybill.default-datasource; needs a restart: waybill.connection.mail.trust-store,");
        assertThat(reload(FIRST).words()).doesNotContain("waybill.staging");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "waybill.server.port = thirty | 7: waybill.server.port: \"thirty\" is not a number; 0 to 65535 is allowed",
                "waybill.ledgr.url = x | 7: waybill.ledgr.url is not a setting; did you mean \"waybill.ledger.url\"?",
                "waybill.datasource.other.url = x | 7: waybill.datasource.other.url: a JDBC URL is expected, which begins with jdbc:; write jdbc:postgresql:…",
                "a = \\u12 | 7: \\u is not followed by four digits of hex; write \\\\u for a backslash and a u",
            })
    void aWrongLineIsToldWithItsPlaceAndChangesNothing(String line, String message) throws Exception {
        String text = FIRST.replace("mem:one", "mem:two") + line + "\n";

        assertThatThrownBy(() -> reload(text))
                .isInstanceOf(WaybillException.class)
                .hasMessage(file + ":" + message)
                .hasMessageNotContaining("s3cr3t");
        assertThat(settings().dataSource("shop")).containsEntry("url", "jdbc:h2:mem:one");
        assertThat(settings().get(SettingsTable.RETENTION_DAYS)).isEqualTo("10");
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        assertThatThrownBy(() -> reload("waybill.triggers = nope\nwaybill.retention-days = 0\n"))
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(2));
    }

    @Test
    void aFileThatIsGoneChangesNothing() throws Exception {
        Files.delete(file);

        assertThatThrownBy(reload::reload).hasMessage(file + ": is not there any more");
        assertThat(settings().get(SettingsTable.RETENTION_DAYS)).isEqualTo("10");
    }

    @Test
    void whereOneRefusesItNobodyTakesIt() throws Exception {
        StringBuilder taken = new StringBuilder();
        reload.add(reloading -> () -> taken.append("taken"));
        Reloadable refusing = reloading -> {
            assertThat(reloading.settings().get(SettingsTable.RETENTION_DAYS)).isEqualTo("20");
            assertThat(settings().get(SettingsTable.RETENTION_DAYS)).isEqualTo("10");
            throw WaybillException.refusal("20 is too many");
        };
        reload.add(refusing);

        assertThatThrownBy(() -> reload(FIRST.replace("= 10", "= 20"))).hasMessage("20 is too many");
        assertThat(taken).isEmpty();
        assertThat(settings().get(SettingsTable.RETENTION_DAYS)).isEqualTo("10");

        reload.remove(refusing);
        assertThat(reload.reload().changed()).containsExactly("waybill.retention-days");
        assertThat(taken).hasToString("taken");
        assertThat(settings().changes()).isEqualTo(1);
    }

    @Test
    void settingsOfAPlatformAreThePlatformsToReload() {
        context.getRegistry().bind("platform", new PlatformSettings() {
            @Override
            public Optional<Place> place(String name) {
                return Optional.empty();
            }

            @Override
            public boolean takesVariablesWithoutDashes() {
                return true;
            }
        });

        assertThatThrownBy(reload::reload)
                .hasMessage("the settings are the platform's, and read when it starts; start the application again");
    }
}
