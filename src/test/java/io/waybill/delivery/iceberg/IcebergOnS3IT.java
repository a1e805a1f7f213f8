package io.waybill.delivery.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.servers.Lake;
import io.waybill.servers.S3Server;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A table whose files lie in a bucket, on a server that checks signatures. */
class IcebergOnS3IT {

    private static final String TABLE = "sales.orders";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @TempDir
    private Path buckets;

    private S3Server s3;
    private Lake lake;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        s3.connection("store").forEach(harness::property);
        lake = Lake.inBucket("lake", buckets);
        lake.connection().forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        lake.close();
        s3.close();
    }

    private void load() throws Exception {
        load("create = true");
    }

    private void load(String options) throws Exception {
        harness.load("orders.toml", """
                [properties.export]
                source_dataset_id = "t"
                format = "parquet"
                max_rows_per_file = 3
                redelivery = { maximum_redeliveries = 0 }
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { %s }
                """.formatted(options));
    }

    @Test
    void runsAreAddedToATableInABucket() throws Exception {
        harness.property("waybill.connection.lake.files", "store");
        load();
        harness.run("orders");
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id < 4");
        RunResult second = harness.run("orders");

        assertThat(second.status()).isEqualTo(Status.DONE);
        assertThat(second.files().get(0).name()).startsWith("iceberg://lake/sales.orders/orders/");
        assertThat(lake.values(TABLE, "id")).containsExactly(1L, 2L, 3L, 4L, 4L);
        assertThat(lake.snapshots(TABLE)).hasSize(2);
        assertThat(lake.orphans(TABLE, buckets)).isEmpty();
        assertThat(s3.openUploads("lake")).isEmpty();
    }

    @Test
    void rowsTakeThePlaceOfOthersInABucket() throws Exception {
        harness.property("waybill.connection.lake.files", "store");
        TestDatabases.execute(
                harness.database(), "ALTER TABLE t ALTER COLUMN id SET NOT NULL", "ALTER TABLE t ADD PRIMARY KEY (id)");
        load("create = true, write = \"upsert\"");
        harness.run("orders");
        harness.run("orders");

        assertThat(lake.values(TABLE, "id")).containsExactly(1L, 2L, 3L, 4L);
        assertThat(lake.orphans(TABLE, buckets)).isEmpty();
        assertThat(s3.openUploads("lake")).isEmpty();
    }

    @Test
    void aConnectionThatDoesNotSayHowToGetToBucketsIsRefused() throws Exception {
        load();

        assertThat(harness.failure("orders"))
                .hasMessageContaining(
                        "iceberg: the table lies in bucket lake, and the connection does not say by which one"
                                + " files get there; set files = <a connection of type s3>");
    }
}
