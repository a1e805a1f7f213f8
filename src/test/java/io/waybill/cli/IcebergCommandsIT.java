package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.cli.Launcher.Ended;
import io.waybill.servers.Lake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of somebody whose flows go to tables of Iceberg, each a process of its own. */
class IcebergCommandsIT {

    @TempDir
    private Path work;

    private Lake lake;

    @BeforeEach
    void makeFlow() throws Exception {
        lake = Lake.in(work.resolve("warehouse"));
        try (var connection = DriverManager.getConnection(lake.url(), "postgres", "")) {
            connection.createStatement().execute("CREATE TABLE t AS SELECT n AS id FROM generate_series(1, 3) n");
        }
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/orders.toml"), """
                [properties.export]
                source_dataset_id = "t"
                file_path = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { create = true }
                """);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private void settings(Map<String, String> more) throws Exception {
        List<String> settings = new ArrayList<>(
                List.of("waybill.datasource.db.url = " + lake.url(), "waybill.datasource.db.username = postgres"));
        more.forEach((name, value) -> settings.add(name + " = " + value));
        Files.write(work.resolve("application.properties"), settings);
    }

    @Test
    void aTableIsPlannedWrittenVerifiedAndTriedOut() throws Exception {
        settings(lake.connection());
        Launcher waybill = Launcher.in(work);

        assertThat(waybill.run("plan", "orders").out()).contains("exactly once: one snapshot of the table a run");
        assertThat(lake.has("sales.orders")).isFalse();
        Ended run = waybill.run("run", "orders");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("orders: 3 rows").contains("iceberg://lake/sales.orders/orders/");
        String runId = lake.snapshots("sales.orders").get(0).summary().get("waybill.run");
        assertThat(waybill.run("verify", runId).out()).contains("ok  part-00000.parquet  3 rows");
        assertThat(waybill.run("check", "lake").out()).contains("finds the table: sales.orders, 1 columns");
        assertThat(lake.values("sales.orders", "id")).containsExactly(1, 2, 3);
    }

    @Test
    void aConnectionOfTheEnvironmentHasItsJars() throws Exception {
        settings(Map.of());
        Ended run = Launcher.in(work)
                .with(Map.of(
                        "WAYBILL_CONNECTION_LAKE_TYPE",
                        "iceberg",
                        "WAYBILL_CONNECTION_LAKE_CATALOG",
                        "jdbc",
                        "WAYBILL_CONNECTION_LAKE_URL",
                        lake.url(),
                        "WAYBILL_CONNECTION_LAKE_WAREHOUSE",
                        lake.warehouse()))
                .run("run", "orders");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void jarsThatAreMissingAreNamedWhenTheFlowIsLoaded() throws Exception {
        // of which the launcher does not see that it is a table's
        settings(Map.of(
                "kind",
                "iceberg",
                "waybill.connection.lake.type",
                "{{kind}}",
                "waybill.connection.lake.catalog",
                "jdbc",
                "waybill.connection.lake.url",
                lake.url(),
                "waybill.connection.lake.warehouse",
                lake.warehouse()));
        Ended validated = Launcher.in(work).run("run", "orders");

        assertThat(validated.exitCode()).isNotZero();
        assertThat(validated.err())
                .contains("iceberg: org.apache.iceberg:iceberg-api is not on the class path; tables of Iceberg need"
                        + " org.apache.iceberg:iceberg-core and org.apache.iceberg:iceberg-parquet");
    }
}
