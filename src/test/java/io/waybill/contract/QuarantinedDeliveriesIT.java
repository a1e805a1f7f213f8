package io.waybill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** A quarantined run that goes to other machines, part of which is there already where nobody sees it. */
class QuarantinedDeliveriesIT {

    private static final String EXPORT = """
            [properties.export]
            source_dataset_id = "t"
            max_rows_per_file = 40000
            redelivery = { maximum_redeliveries = 0 }
            """;

    private static final String EXPECT = "[[properties.export.expect]]\nmax_rows = 99999\n";

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 100000)");

    @TempDir
    private Path home;

    private SftpServer sftp;
    private S3Server s3;

    @BeforeEach
    void start() throws Exception {
        sftp = SftpServer.start(home);
        s3 = S3Server.start(home.resolve("buckets"), "lake");
        sftp.connection("partner").forEach(harness::property);
        s3.connection("lake").forEach(harness::property);
        harness.property("waybill.connection.partner.upload-ahead", "0");
        harness.property("waybill.connection.lake.upload-ahead", "0");
    }

    @AfterEach
    void stop() throws Exception {
        sftp.close();
        s3.close();
    }

    private List<String> objects() {
        try (S3Client client = s3.client()) {
            return client.listObjectsV2(request -> request.bucket("lake")).contents().stream()
                    .map(object -> object.key())
                    .sorted()
                    .toList();
        }
    }

    private int uploadsUnderWay() {
        try (S3Client client = s3.client()) {
            return client.listMultipartUploads(request -> request.bucket("lake"))
                    .uploads()
                    .size();
        }
    }

    private RunEntry run(RunResult result) {
        return harness.ledger().run(result.runId()).orElseThrow();
    }

    private RunResult release(RunResult quarantined) throws Exception {
        return harness.run(
                "t.redrive", Map.of(WaybillConstants.RUN_ID, quarantined.runId(), WaybillConstants.REASON, "known"));
    }

    private static String file(int from, int to) {
        StringBuilder file = new StringBuilder("id\n");
        for (int id = from; id <= to; id++) {
            file.append(id).append('\n');
        }
        return file.toString();
    }

    @Test
    void whatWasSentAheadBySftpIsTakenBackAndSentWithTheRelease() throws Exception {
        harness.load("t.toml", EXPORT + "file_path = \"sftp:out/t_{part}.csv\"\nconnection = \"partner\"\n" + EXPECT);

        RunResult result = harness.fail("t");

        assertThat(run(result).status()).isEqualTo(Status.QUARANTINED);
        assertThat(TestFiles.below(home.resolve("out"))).isEmpty();
        assertThat(harness.file("staging").resolve(result.runId())).doesNotExist();
        assertThat(release(result).status()).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(home.resolve("out")))
                .containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv");
        assertThat(home.resolve("out/t_1.csv")).hasContent(file(1, 40_000));
        assertThat(home.resolve("out/t_3.csv")).hasContent(file(80_001, 100_000));
    }

    @Test
    void whatWasSentAheadToS3IsTakenBackAndSentWithTheRelease() throws Exception {
        harness.load("t.toml", EXPORT + "file_path = \"s3://lake/t_{part}.csv\"\nconnection = \"lake\"\n" + EXPECT);

        RunResult result = harness.fail("t");

        assertThat(run(result).status()).isEqualTo(Status.QUARANTINED);
        assertThat(objects()).isEmpty();
        assertThat(uploadsUnderWay()).isZero();
        assertThat(release(result).status()).isEqualTo(Status.DONE);
        assertThat(objects()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv");
        assertThat(uploadsUnderWay()).isZero();
        try (S3Client client = s3.client()) {
            assertThat(client.getObjectAsBytes(request -> request.bucket("lake").key("t_2.csv"))
                            .asString(StandardCharsets.UTF_8))
                    .isEqualTo(file(40_001, 80_000));
        }
    }

    @Test
    void anOlderExportThatIsThereStaysUntilTheRelease() throws Exception {
        harness.load("t.toml", EXPORT + "file_path = \"sftp:out/t_{part}.csv\"\nconnection = \"partner\"\n");
        harness.run("t");
        Map<String, String> before = contents();
        harness.load(
                "u.toml",
                EXPORT + "file_path = \"sftp:out/t_{part}.csv\"\nconnection = \"partner\"\n"
                        + "order_by = [\"id desc\"]\n" + EXPECT);

        RunResult result = harness.fail("u");

        assertThat(contents()).isEqualTo(before);
        harness.run("u.redrive", Map.of(WaybillConstants.RUN_ID, result.runId(), WaybillConstants.REASON, "known"));
        assertThat(contents()).hasSize(4).doesNotContainEntry("t_1.csv", before.get("t_1.csv"));
    }

    private Map<String, String> contents() throws Exception {
        Map<String, String> contents = new java.util.TreeMap<>();
        for (String name : TestFiles.below(home.resolve("out"))) {
            contents.put(name, Files.readString(home.resolve("out").resolve(name)));
        }
        return contents;
    }

    @Test
    void noneOfSeveralDestinationsGetsAnythingUntilAllDo() throws Exception {
        harness.load(
                "t.toml",
                EXPORT + "file_path = \"{{root}}/out/t_{part}.csv\"\n" + EXPECT
                        + "[[properties.export.delivery]]\nuri = \"sftp:out/\"\nconnection = \"partner\"\n"
                        + "[[properties.export.delivery]]\nuri = \"s3://lake/\"\nconnection = \"lake\"\n");

        RunResult result = harness.fail("t");

        assertThat(run(result).status()).isEqualTo(Status.QUARANTINED);
        assertThat(run(result).planned().deliveries())
                .extracting(RecordedDelivery::status)
                .containsOnly(RecordedDelivery.Status.OPEN);
        assertThat(TestFiles.below(harness.file("out"))).isEmpty();
        assertThat(TestFiles.below(home.resolve("out"))).isEmpty();
        assertThat(objects()).isEmpty();
        assertThat(uploadsUnderWay()).isZero();

        assertThat(release(result).deliveries()).hasSize(3).allMatch(RunResult.DeliveryResult::delivered);
        assertThat(TestFiles.below(harness.file("out"))).hasSize(4);
        assertThat(TestFiles.below(home.resolve("out"))).hasSize(4);
        assertThat(objects()).hasSize(4);
    }

    @Test
    void aServerThatIsAwayMeanwhileHindersNobodyFromKeepingTheFiles() throws Exception {
        harness.load("t.toml", EXPORT + "file_path = \"sftp:out/t_{part}.csv\"\nconnection = \"partner\"\n" + EXPECT);
        org.apache.camel.builder.AdviceWith.adviceWith(
                harness.context(),
                "t",
                route -> route.weaveById("t.stage").before().process(exchange -> {
                    // what is sent ahead fails, and what takes it back too
                    sftp.close();
                }));

        RunResult result = harness.fail("t");

        assertThat(run(result).status()).isEqualTo(Status.QUARANTINED);
        assertThat(Path.of(run(result).deadLetter())).isDirectory();
        assertThatThrownBy(() -> release(result)).isNotNull();
        assertThat(run(result).status()).isEqualTo(Status.QUARANTINED);
        assertThat(Path.of(run(result).deadLetter())).isDirectory();
    }

    @Test
    void filesThatAreEncryptedWhileTheyWaitAreKeptSoAndReleasedAsTheyAre() throws Exception {
        harness.property("waybill.staging.cipher", "AES/CTR/NoPadding");
        harness.property("waybill.staging.key", Base64.getEncoder().encodeToString(new byte[32]));
        harness.load(
                "t.toml",
                EXPORT + "file_path = \"{{root}}/out/t_{part}.csv\"\n" + EXPECT
                        + "[[properties.export.expect]]\ncolumn = \"id\"\nunique = true\n");

        RunResult result = harness.fail("t");

        Path letter = Path.of(result.deadLetter());
        assertThat(Files.readAllBytes(letter.resolve("1-t_1.csv"))).startsWith(0, 'w', 'a', 'y');
        assertThat(release(result).status()).isEqualTo(Status.DONE);
        assertThat(harness.file("out/t_1.csv")).hasContent(file(1, 40_000));
        assertThat(letter).doesNotExist();
    }
}
