package io.waybill.delivery.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.ConnectionCheck.Finding;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.ledger.RunResult;
import io.waybill.servers.OpenSshServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Exports to OpenSSH's server, which most partners have. */
class OpenSshIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 9000)");

    @TempDir
    private Path home;

    @TempDir
    private Path keys;

    private OpenSshServer server;

    @BeforeEach
    void start() throws Exception {
        server = OpenSshServer.start(keys);
        server.connection("partner").forEach(harness::property);
        harness.property("waybill.connection.partner.upload-ahead", "0");
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            harness.close();
            harness.database().close();
            server.close();
        }
    }

    private List<String> files() throws Exception {
        return TestFiles.below(home);
    }

    @Test
    void filesAreSentAndReplaced() throws Exception {
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"sftp:" + home
                        + "/{ds}/t_{part}.csv\"\nconnection = \"partner\"\nmax_rows_per_file = 4000\n");

        harness.run("t");
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id > 5000");
        RunResult result = harness.run("t");

        assertThat(result.rows()).isEqualTo(5000);
        assertThat(files())
                .containsExactly("2026-01-15/t.csv.waybill.json", "2026-01-15/t_1.csv", "2026-01-15/t_2.csv");
        assertThat(Files.readAllLines(home.resolve("2026-01-15/t_2.csv")))
                .hasSize(1001)
                .endsWith("5000");
    }

    @Test
    void aCheckFindsNothingWrong() throws Exception {
        List<Finding> findings = new ConnectionCheck(harness.context())
                .run(new Delivery(
                        "partner",
                        PathTemplate.parse("sftp:" + home + "/"),
                        "partner",
                        IfExists.OVERWRITE,
                        Map.of(),
                        Map.of()));

        assertThat(findings).allMatch(Finding::isGood).hasSize(5);
        assertThat(files()).isEmpty();
    }
}
