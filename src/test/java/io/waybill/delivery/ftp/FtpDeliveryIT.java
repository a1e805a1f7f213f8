package io.waybill.delivery.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.facts.FileContent;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import io.waybill.servers.Certificates;
import io.waybill.servers.FtpServer;
import io.waybill.servers.Ports;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports to FTP servers. */
class FtpDeliveryIT {

    private static final String NO_REDELIVERY = "redelivery = { maximum_redeliveries = 0 }\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @TempDir
    private Path home;

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
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id > 2");
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
        Path keys = Certificates.valid(harness.folder());
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
        Path keys = Certificates.valid(harness.folder());
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
            assertThat(server.commands()).filteredOn("PASS"::equals).hasSize(1);
        }
    }

    /** Line ends of all kinds, and a file that is no text. */
    private void loadAnything(Map<String, String> connection, String scheme, String file, String keys)
            throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE lines AS SELECT x AS id, 'a' || CHAR(13) || 'b' || CHAR(10) || 'c' || CHAR(13) || CHAR(10)"
                        + " || CHAR(233) || repeat(CHAR(13) || CHAR(10), 40) AS text FROM system_range(1, 500)");
        connection.forEach(harness::property);
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"lines\"\nfile_path = \"" + scheme + ":" + file
                        + "\"\nconnection = \"partner\"\n" + NO_REDELIVERY + keys);
    }

    private void assertArrived(RunResult result, String file) throws Exception {
        assertThat(result.status()).isEqualTo(RunEntry.Status.DONE);
        try (InputStream in = Files.newInputStream(home.resolve(file))) {
            assertThat(FileContent.of(in).sha256())
                    .isEqualTo(result.files().get(0).sha256());
        }
        assertThat(files()).containsExactlyInAnyOrder(file, file + ".waybill.json");
    }

    @Test
    void filesArriveAsTheyAreThoughTheServerChangesText() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            loadAnything(server.connection("partner", "ftp"), "ftp", "in/lines.csv", "");
            assertArrived(harness.run("t"), "in/lines.csv");
            assertThat(server.commands()).contains("TYPE I").last().isNotEqualTo("TYPE A");
        }
    }

    @Test
    void aCompressedFileArrivesAsItIs() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            loadAnything(server.connection("partner", "ftp"), "ftp", "in/lines.csv.gz", "compression = \"gzip\"\n");
            assertArrived(harness.run("t"), "in/lines.csv.gz");
        }
    }

    @Test
    void filesArriveAsTheyAreThroughTls() throws Exception {
        Path keys = Certificates.valid(harness.folder());
        try (FtpServer server = FtpServer.startWithTls(home, keys, Certificates.PASSWORD)) {
            Map<String, String> connection = server.connection("partner", "ftps");
            connection.put("waybill.connection.partner.trust-store", keys.toString());
            connection.put("waybill.connection.partner.trust-store-password", Certificates.PASSWORD);
            loadAnything(connection, "ftps", "in/lines.csv", "");

            assertArrived(harness.run("t"), "in/lines.csv");
        }
    }

    @Test
    void aServerWithoutBinaryModeIsRefused() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            server.takesTextOnly();
            load("ftp", server.connection("partner", "ftp"), "");

            assertThat(harness.fail("t").error())
                    .contains("the server does not take files as they are, in binary mode (TYPE I): \"504 Binary");
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void textModeIsRefusedAsAnOption() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            Map<String, String> connection = server.connection("partner", "ftp");
            connection.put("waybill.connection.partner.option.binary", "false");

            assertThatThrownBy(() -> load("ftp", connection, ""))
                    .hasStackTraceContaining(
                            "option binary: \"false\" has the server change files on their way; only true is allowed");
        }
    }

    @Test
    void aRouteThatWasPrintedForCamelsOwnEndpointSendsFilesAsTheyAre() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            loadAnything(server.connection("partner", "ftp"), "ftp", "in/lines.csv", "");
            FlowFolder read = harness.flows();
            String yaml = new RouteYaml(harness.context())
                    .print(read.flows().get("t"), null)
                    .replace("uri: waybill-ftp\n", "uri: ftp\n");
            assertThat(yaml).contains("uri: ftp\n");
            Files.delete(harness.file("t.toml"));
            try (FlowHarness printed = new FlowHarness(harness.folder(), harness.database())) {
                server.connection("partner", "ftp").forEach(printed::property);
                printed.load("t.camel.yaml", yaml);

                assertArrived(printed.run("t"), "in/lines.csv");
            }
        }
    }

    @Test
    void aFileThatIsDamagedOnItsWayNeverGetsItsName() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            load("ftp", server.connection("partner", "ftp"), "");
            harness.run("t");
            TestDatabases.execute(harness.database(), "UPDATE t SET id = id + 100");
            server.truncates(true);

            RunResult failed = harness.fail("t");

            assertThat(failed.error())
                    .isEqualTo("inbox/2026-01-15/.waybill-" + failed.runId() + "-t_1.csv has 10 bytes after"
                            + " it was sent with 11; it was not renamed");
            assertThat(files()).containsExactly("inbox/2026-01-15/t_1.csv", "inbox/2026-01-15/t_2.csv");
            assertThat(home.resolve("inbox/2026-01-15/t_1.csv")).hasContent("id\n1\n2\n");

            server.truncates(false);
            harness.redrive("t", failed.runId());
            assertThat(home.resolve("inbox/2026-01-15/t_1.csv")).hasContent("id\n101\n102\n");
        }
    }

    @Test
    void aServerThatTellsNoLengthsIsWrittenTo() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            server.knowsNoSize();
            load("ftp", server.connection("partner", "ftp"), "");

            assertDeliveredTwice();
        }
    }

    @Test
    void whatTheServerHasTakenWithoutAnAnswerIsSentOnce() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            server.connection("partner", "ftp").forEach(harness::property);
            harness.load(
                    "t.toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"ftp:in/t.csv\"\n"
                            + "connection = \"partner\"\nif_exists = \"fail\"\n"
                            + "redelivery = { maximum_redeliveries = 3, redelivery_delay = \"20ms\" }\n");
            server.dropTransfers(1);
            server.loseTransfers(1);
            server.loseRenames(1);

            assertThat(harness.run("t").status()).isEqualTo(RunEntry.Status.DONE);
            assertThat(files()).containsExactly("in/t.csv", "in/t.csv.waybill.json");
            assertThat(home.resolve("in/t.csv")).hasContent("id\n1\n2\n3\n4\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"in/größe 1 #2 100% a+b.csv", "in/日本/données & co;v=1.csv", "a b/[x] (y)~'q'.csv"})
    void namesStayAsTheyAre(String name) throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            loadAnything(server.connection("partner", "ftp"), "ftp", name, "");

            assertArrived(harness.run("t"), name);
            assertThat(harness.run("t").status()).isEqualTo(RunEntry.Status.DONE);
            assertThat(files()).containsExactlyInAnyOrder(name, name + ".waybill.json");
        }
    }

    @Test
    void filesGoToAServerThatOpensTheConnectionForThem() throws Exception {
        try (FtpServer server = FtpServer.start(home)) {
            Map<String, String> connection = server.connection("partner", "ftp");
            connection.put("waybill.connection.partner.passive", "false");
            load("ftp", connection, "");

            assertDeliveredTwice();
            assertThat(server.commands()).anyMatch(command -> command.matches("(PORT|EPRT) .*"));
        }
    }

    @Test
    void filesGoByIpVersion6() throws Exception {
        assumeTrue(Ports.hasIpVersion6(), "this machine has no IPv6");
        try (FtpServer server = FtpServer.startAt("::1", home)) {
            load("ftp", server.connection("partner", "ftp"), "");

            assertDeliveredTwice();
        }
    }
}
