package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.ledger.RunResult;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Routes that versions before have printed go on working, and deliver to where they did. They say their destination in three places:
 * for {@code waybill:begin}, where files are published, and where the waybill is.
 */
class RoutesPrintedBeforeIT {

    private static final Path PRINTED = Path.of("src/test/resources/printed-before");

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE t AS SELECT x AS order_id, 'paid' AS status FROM system_range(1, 4)");

    /** Over this test's data source and folder, as its owner would have it. */
    private void load(String id) throws Exception {
        String text = Files.readString(PRINTED.resolve(id + ".camel.yaml"))
                .replace("change_feed_orders", "t")
                .replaceAll("(datasource|dataSourceName): demo", "$1: db")
                .replace("filePath: exports/orders.csv", "filePath: \"{{root}}/exports/orders.csv\"")
                .replace("directoryName: exports", "directoryName: \"{{root}}/exports\"")
                .replace("mode: batch", "mode: full")
                .replaceAll("(?m)^ +batchId: .*\n", "")
                .replace("{batch_id}", "{ds}");
        harness.load(id + ".camel.yaml", text);
    }

    @Test
    void toAFolder() throws Exception {
        load("orders_full");

        RunResult done = harness.run("orders_full");

        assertThat(TestFiles.below(harness.file("exports"))).containsExactly("orders.csv", "orders.csv.waybill.json");
        assertThat(done.waybill())
                .isEqualTo(harness.file("exports/orders.csv.waybill.json").toString());
    }

    @Test
    void toS3(@TempDir Path buckets) throws Exception {
        try (S3Server s3 = S3Server.start(buckets, "lake")) {
            s3.connection("lake").forEach(harness::property);
            load("orders_to_s3");

            RunResult done = harness.run("orders_to_s3");

            assertThat(TestFiles.below(buckets.resolve("lake")))
                    .containsExactly(
                            "orders/2026-01-15/orders_to_s3.waybill.json", "orders/2026-01-15/part-00000.parquet");
            assertThat(done.waybill()).isEqualTo("s3://lake/orders/2026-01-15/orders_to_s3.waybill.json");
        }
    }

    @Test
    void toSftp(@TempDir Path home) throws Exception {
        try (SftpServer sftp = SftpServer.start(home)) {
            sftp.connection("partner").forEach(harness::property);
            load("orders_to_sftp");

            harness.run("orders_to_sftp");

            assertThat(TestFiles.below(home))
                    .containsExactly("inbox/orders_2026-01-15.csv.gz", "inbox/orders_2026-01-15.csv.gz.waybill.json");
        }
    }
}
