package io.waybill.delivery.nothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.delivery.DeliveryFailure;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A destination is added by its class and a line in a list: here both are the tests' own. */
class NullKindTest {

    @TempDir
    private Path folder;

    @Test
    void takesFilesAndKeepsNothing() throws Exception {
        try (HikariDataSource database = TestDatabases.h2();
                FlowHarness harness = new FlowHarness(folder, database)) {
            TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");
            harness.load("t.toml", flow("file_path = \"null:\""));

            RunResult result = harness.run("t");

            assertThat(result.files()).hasSize(1);
            assertThat(result.files().get(0).rows()).isEqualTo(4);
            assertThat(folder.toFile().listFiles((in, name) -> name.endsWith(".csv")))
                    .isEmpty();
            assertThat(harness.context().hasEndpoint("log:io.waybill.null?level=OFF"))
                    .isNotNull();
        }
    }

    @Test
    void itsRulesAreThoseOfItsClassAndOfAllKinds() throws Exception {
        try (HikariDataSource database = TestDatabases.h2();
                FlowHarness harness = new FlowHarness(folder, database)) {
            assertThatThrownBy(
                            () -> harness.load("t.toml", flow("file_path = \"null:somewhere\"\nif_exists = \"fail\"")))
                    .hasMessageContaining("t.toml:4: file_path: \"null:somewhere\" names a place; write null:")
                    .hasMessageContaining("if_exists: is for places that keep files");
        }
    }

    @Test
    void itSaysWhichFailuresLast() {
        assertThat(DeliveryFailure.mayPass(new UnsupportedOperationException("no")))
                .isFalse();
        assertThat(DeliveryFailure.mayPass(new IOException("later"))).isTrue();
    }

    private static String flow(String destination) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nformat = \"csv\"\n" + destination + "\n";
    }
}
