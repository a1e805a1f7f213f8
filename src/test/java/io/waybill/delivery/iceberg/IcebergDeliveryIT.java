package io.waybill.delivery.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.ledger.RunResult;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.iceberg.Snapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exports to tables of a catalog in PostgreSQL, read back by Iceberg's own reader. */
class IcebergDeliveryIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    private Lake lake;

    @BeforeEach
    void start() {
        lake = Lake.in(harness.file("warehouse"));
        lake.connection().forEach(harness::property);
    }

    @AfterEach
    void stop() {
        lake.close();
    }

    private static String flow(String options, String keys) {
        return """
                [properties.export]
                source_dataset_id = "t"
                format = "parquet"
                %s
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { %s }
                """.formatted(keys, options);
    }

    private RunResult export(String options, String keys) throws Exception {
        harness.loadAgain("orders.toml", flow(options, keys));
        return harness.run("orders");
    }

    private static Object[] numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toArray();
    }

    @Test
    void aRunBecomesOneSnapshot() throws Exception {
        RunResult result = export("create = true", "max_rows_per_file = 2");

        assertThat(lake.values("sales.orders", "id")).containsExactly(numbers(1, 4));
        List<Snapshot> snapshots = lake.snapshots("sales.orders");
        assertThat(snapshots).hasSize(1);
        assertThat(snapshots.get(0).summary())
                .containsEntry("waybill.run", result.runId())
                .containsEntry("waybill.flow", "orders")
                .containsEntry("added-data-files", "2")
                .containsEntry("added-records", "4");
        String ledger = harness.ledger().identity();
        assertThat(lake.table("sales.orders").properties())
                .containsEntry("waybill." + ledger + ".orders.run", result.runId());
        assertThat(lake.orphans("sales.orders", harness.file("warehouse"))).isEmpty();
        assertThat(harness.file("staging")).doesNotExist();
    }
}
