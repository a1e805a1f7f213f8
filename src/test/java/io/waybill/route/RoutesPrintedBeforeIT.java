package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.ledger.RunResult;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        printed(id).load(harness, id);
    }

    private static PrintedRoute printed(String id) throws Exception {
        String text = Files.readString(PRINTED.resolve(id + ".camel.yaml"))
                .replace("change_feed_orders", "t")
                .replaceAll("(datasource|dataSourceName): demo", "$1: db")
                .replace("filePath: exports/orders.csv", "filePath: \"{{root}}/exports/orders.csv\"")
                .replace("directoryName: exports", "directoryName: \"{{root}}/exports\"")
                .replace("mode: batch", "mode: full")
                .replaceAll("(?m)^ +batchId: .*\n", "")
                .replace("{batch_id}", "{ds}");
        return new PrintedRoute(text);
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

    private void loadInsteadOf(String step, String other) throws Exception {
        printed("orders_to_sftp").replace(step, other).load(harness, "orders_to_sftp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "publish-manifest"})
    void aStepThatSendsNothingDeliversNothing(String step, @TempDir Path home) throws Exception {
        try (SftpServer sftp = SftpServer.start(home)) {
            sftp.connection("partner").forEach(harness::property);
            loadInsteadOf(
                    "orders_to_sftp." + step,
                    "- log:\n    id: orders_to_sftp." + step + "\n    message: \"${header.CamelFileName}\"");

            assertThatThrownBy(() -> harness.run("orders_to_sftp"))
                    .hasMessage("not delivered: route orders_to_sftp.delivery: step orders_to_sftp." + step
                            + " (log) sends nothing; let it be the one that publishes, or give it another id");

            assertThat(TestFiles.below(home)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "publish-manifest"})
    void anOwnStepThatLeavesNoFileThereDeliversNothing(String step, @TempDir Path home) throws Exception {
        try (SftpServer sftp = SftpServer.start(home)) {
            sftp.connection("partner").forEach(harness::property);
            harness.context().getRegistry().bind("nothing", (Processor) exchange -> {});
            loadInsteadOf(
                    "orders_to_sftp." + step, "- process:\n    id: orders_to_sftp." + step + "\n    ref: nothing");
            String file = "orders_2026-01-15.csv.gz" + (step.equals("publish") ? "" : ".waybill.json");

            RunResult failed = harness.fail("orders_to_sftp");

            assertThat(failed.error())
                    .startsWith("not delivered: step orders_to_sftp." + step + " (process")
                    .contains(": it has ended, and sftp://")
                    .endsWith("/inbox/" + file + " is not there as it was staged");
            assertThat(TestFiles.below(home)).isEmpty();
        }
    }
}
