package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.ledger.RunResult;
import io.waybill.servers.Certificates;
import io.waybill.servers.FtpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports to FTP servers. */
class FtpDeliveryIT {

    private static final String NO_REDELIVERY = "redelivery = { maximum_redeliveries = 0 }\n";

    @TempDir
    private Path folder;

    @TempDir
    private Path home;

    private HikariDataSource database;
    private FlowHarness harness;

    @BeforeEach
    void start() {
        database = TestDatabases.h2();
        TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");
        harness = new FlowHarness(folder, database);
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        database.close();
    }

    private void load(String scheme, Map<String, String> connection, String keys) throws Exception {
        connection.forEach(harness::property);
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + scheme
                        + ":inbox/{ds}/t_{part}.csv\"\nconnection = \"partner\"\nmax_rows_per_file = 2\n"
                        + NO_REDELIVERY
                        + keys);
    }

    private List<String> files() throws Exception {
        return TestFiles.below(home);
    }

    private void assertDeliveredTwice() throws Exception {
        harness.run("t");
        TestDatabases.execute(database, "DELETE FROM t WHERE id > 2");
        RunResult second = harness.run("t");

        assertThat(second.rows()).isEqualTo(2);
        assertThat(files()).containsExactly("inbox/2026-01-15/t.csv.waybill.json", "inbox/2026-01-15/t_1.csv");
        assertThat(home.resolve("inbox/2026-01-15/t_1.csv")).hasContent("id\n1\n2\n");
    }

    @Test
    void filesAreWrittenInFoldersThatAreMadeAndReplaceOlderOnes() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            load("ftp", server.connection("partner", "ftp"), "");
            assertDeliveredTwice();
        }
    }

    @Test
    void filesGoThroughTls() throws Exception {
        Path keys = Certificates.valid(folder);
        try (FtpServer server = FtpServer.startWithTls(home, keys, Certificates.PASSWORD)) {
            Map<String, String> connection = server.connection("partner", "ftps");
            connection.put("waybill.connection.partner.trust-store", keys.toString());
            connection.put("waybill.connection.partner.trust-store-password", Certificates.PASSWORD);
            load("ftps", connection, "");
            assertDeliveredTwice();
        }
    }

    @Test
    void aServerWhoseCertificateNobodyVouchesForGetsNoPassword() throws Exception {
        Path keys = Certificates.valid(folder);
        try (FtpServer server = FtpServer.startWithTls(home, keys, Certificates.PASSWORD)) {
            load("ftps", server.connection("partner", "ftps"), "");

            assertThat(harness.fail("t").error()).contains("certif");

            assertThat(files()).isEmpty();
        }
    }

    @Test
    void aWrongPasswordIsNotTriedAgain() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            Map<String, String> connection = server.connection("partner", "ftp");
            connection.put("waybill.connection.partner.password", "wrong-secret");
            load("ftp", connection, "");

            assertThat(harness.fail("t").error()).contains("530").doesNotContain("wrong-secret");
        }
    }
}
