package io.waybill.delivery.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.facts.FileContent;
import io.waybill.ledger.RunResult;
import io.waybill.servers.VsftpdServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports to vsftpd, which changes the line ends of what a client sends as text. */
class VsftpdIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE lines AS SELECT x AS id, 'a' || CHAR(13) || 'b' || CHAR(10) || 'c' || CHAR(13) || CHAR(10)"
                    + " || CHAR(233) || repeat(CHAR(13) || CHAR(10), 40) AS text FROM system_range(1, 500)");

    @TempDir
    private Path home;

    @TempDir
    private Path settings;

    private VsftpdServer server;

    @BeforeEach
    void start() throws Exception {
        server = VsftpdServer.start(home, settings);
        server.connection("partner").forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            home.toFile().setWritable(true);
            harness.close();
            harness.database().close();
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lines.csv, none",
        "lines.csv.gz, gzip",
        "lines.csv.zst, zstd",
        "lines.csv.zip, zip",
        "lines.parquet, none",
        "new/folder/lines.jsonl, none",
    })
    void aFileArrivesAsItIs(String file, String compression) throws Exception {
        RunResult done = harness.export("source_dataset_id = \"lines\"\nfile_path = \"ftp:in/" + file
                + "\"\nconnection = \"partner\"\ncompression = \"" + compression
                + "\"\nredelivery = { maximum_redeliveries = 0 }\n");

        try (InputStream in = Files.newInputStream(home.resolve("in").resolve(file))) {
            assertThat(FileContent.of(in).sha256())
                    .isEqualTo(done.files().get(0).sha256());
        }
        assertThat(TestFiles.below(home)).containsExactly("in/" + file, "in/" + file + ".waybill.json");
    }
}
