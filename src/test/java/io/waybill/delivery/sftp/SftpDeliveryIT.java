package io.waybill.delivery.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.ledger.RunResult;
import io.waybill.servers.Ports;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.NotifyBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports to an SFTP server. */
class SftpDeliveryIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @TempDir
    private Path home;

    private SftpServer server;
    private int flows;
    private Map<String, String> connection;

    @BeforeEach
    void start() throws Exception {
        server = SftpServer.start(home);
        connection = server.connection("partner");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static final String QUICKLY =
            "redelivery = { maximum_redeliveries = 3, redelivery_delay = \"20ms\", maximum_redelivery_delay = \"20ms\" }\n";

    private String flow(String path, String keys) {
        connection.forEach(harness::property);
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"sftp:" + path
                + "\"\nconnection = \"partner\"\n" + QUICKLY + keys;
    }

    private RunResult export(String path, String keys) throws Exception {
        String flow = "t" + (++flows == 1 ? "" : flows);
        harness.load(flow + ".toml", flow(path, keys));
        return harness.run(flow);
    }

    private RunResult fail(String path, String keys) throws Exception {
        harness.load("t.toml", flow(path, keys));
        return harness.fail("t");
    }

    private List<String> files() throws Exception {
        return TestFiles.below(home);
    }

    private void set(String key, String value) {
        connection.put("waybill.connection.partner." + key, value);
    }

    @Test
    void filesAndTheirWaybillAreWrittenInFoldersThatAreMade() throws Exception {
        RunResult result = export("inbox/{ds}/t_{part}.csv", "max_rows_per_file = 2\n");

        assertThat(files())
                .containsExactly(
                        "inbox/2026-01-15/t.csv.waybill.json", "inbox/2026-01-15/t_1.csv", "inbox/2026-01-15/t_2.csv");
        assertThat(home.resolve("inbox/2026-01-15/t_2.csv")).hasContent("id\n3\n4\n");
        assertThat(result.files().get(0).name())
                .isEqualTo("sftp://127.0.0.1:" + server.port() + "/inbox/2026-01-15/t_1.csv");
    }

    @Test
    void aSecondSlashBeginsAtTheRoot() throws Exception {
        server.showsAll();

        export("//127.0.0.1:" + server.port() + "/" + home + "/in/t.csv", "");
        export(home + "/in/u.csv", "");

        assertThat(files()).containsExactly("in/t.csv", "in/t.csv.waybill.json", "in/u.csv", "in/u.csv.waybill.json");
    }

    @Test
    void aFileThatIsThereIsReplaced() throws Exception {
        export("t.csv", "");
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (5)");

        harness.run("t");

        assertThat(home.resolve("t.csv")).hasContent("id\n1\n2\n3\n4\n5\n");
        assertThat(files()).containsExactly("t.csv", "t.csv.waybill.json");
    }

    @Test
    void aServerThatDoesNotRenameOverAFileIsHelped() throws Exception {
        server.doesNotRenameOver();
        export("t.csv", "");
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (5)");

        harness.run("t");

        assertThat(home.resolve("t.csv")).hasContent("id\n1\n2\n3\n4\n5\n");
    }

    @Test
    void aKeyWithAPassphraseLogsIn() throws Exception {
        Path key = harness.file("id_ecdsa");
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ecdsa", "-N", "key-secret-Vb55", "-f", key.toString())
                .inheritIO()
                .start()
                .waitFor();
        server.knows(org.apache.sshd.common.config.keys.AuthorizedKeyEntry.parseAuthorizedKeyEntry(
                        Files.readString(Path.of(key + ".pub")))
                .resolvePublicKey(null, null));
        connection.remove("waybill.connection.partner.password");
        set("private-key", key.toString());
        set("private-key-passphrase", "key-secret-Vb55");

        assertThat(export("t.csv", "").rows()).isEqualTo(4);
        assertThat(server.logins()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a&b=c", "50%+more %2B", "#?/\\ {x}", "(raw)", "ends with )", "ü ✓"})
    void aPasswordMayHoldAnything(String password) throws Exception {
        server.password(password);
        set("password", password);

        assertThat(export("t.csv", "").rows()).isEqualTo(4);
    }

    @Test
    void aServerIsKnownByItsLineOfKnownHosts() throws Exception {
        Path known = Files.writeString(harness.file("known_hosts"), server.knownHost());
        connection.remove("waybill.connection.partner.host-key");
        set("known-hosts", known.toString());

        assertThat(export("t.csv", "").rows()).isEqualTo(4);
    }

    @Test
    void aServerWithAnotherKeyGetsNoPasswordAndIsNotTriedAgain() throws Exception {
        set("host-key", "SHA256:" + "A".repeat(43));

        RunResult failed = fail("t.csv", "");

        assertThat(failed.error())
                .startsWith(
                        "the key of 127.0.0.1:" + server.port() + " is " + server.fingerprint() + ", and not SHA256:"
                                + "A".repeat(43) + ", as host-key says; another server may have answered: ")
                .endsWith("HostKey has been changed: [127.0.0.1]:" + server.port());
        assertThat(server.logins()).isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void aServerThatIsNotInKnownHostsIsToldByItsKey() throws Exception {
        Path known = Files.writeString(harness.file("known_hosts"), "");
        connection.remove("waybill.connection.partner.host-key");
        set("known-hosts", known.toString());

        assertThat(fail("t.csv", "").error())
                .contains("is " + server.fingerprint() + ", which is not the key that " + known + " has for it");
        assertThat(server.logins()).isZero();
    }

    @Test
    void aWrongPasswordIsShownOnceInARun() throws Exception {
        set("password", "sftp-wrong-Kw73");
        set("upload-ahead", "0");

        assertThat(fail("t_{part}.csv", "max_rows_per_file = 1\n").error())
                .contains("Auth fail")
                .doesNotContain("Kw73");
        assertThat(server.logins()).isEqualTo(1);

        harness.fail("t"); // the next run asks again, once
        assertThat(server.logins()).isEqualTo(2);
    }

    @Test
    void aWrongPasswordIsShownOnceBesideAKeyThatIsNotKnown() throws Exception {
        Path key = harness.file("id_ecdsa");
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", key.toString())
                .inheritIO()
                .start()
                .waitFor();
        set("private-key", key.toString());
        set("password", "sftp-wrong-Kw73");

        assertThat(fail("t.csv", "").error()).contains("Auth fail");
        assertThat(server.logins()).isEqualTo(1);

        server.password("sftp-wrong-Kw73");
        assertThat(harness.run("t").rows()).isEqualTo(4);
    }

    /** What it fails with, whichever run it is whose temporary names that shows. */
    private String failure(String path) throws Exception {
        RunResult failed = fail(path, "");
        return failed.error().replace(".waybill-" + failed.runId() + "-", ".waybill-RUN-");
    }

    @Test
    void aFileThatIsDamagedOnItsWayNeverGetsItsName() throws Exception {
        server.truncatesEarly();

        assertThat(failure("in/t.csv"))
                .isEqualTo(
                        "delivery of t.csv failed, 4 times: in/.waybill-RUN-t.csv has 10 bytes after it was sent with"
                                + " 11; it was not renamed");
        assertThat(files()).isEmpty();
    }

    @Test
    void aRenameThatIsForbiddenIsTriedAgain() throws Exception {
        server.forbidRenames(2);

        assertThat(export("t.csv", "").rows()).isEqualTo(4);
    }

    @Test
    void aRenameThatStaysForbiddenIsNamed() throws Exception {
        server.forbidRenames(1000);

        assertThat(failure("in/t.csv"))
                .isEqualTo(
                        "delivery of t.csv failed, 4 times: the server does not rename in/.waybill-RUN-t.csv to in/t.csv:"
                                + " \"Permission denied\" (the user may write there, and not rename, or not over what is there)");
    }

    @Test
    void aFullDiskIsNamed() throws Exception {
        server.roomLeft(5);

        assertThat(failure("in/t.csv"))
                .isEqualTo("delivery of t.csv failed, 4 times: the server does not write in/.waybill-RUN-t.csv:"
                        + " \"General failure\" (its disk may be full, or a quota used up)");
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws Exception {
        server.forbidFolders();

        assertThat(failure("in/{ds}/t.csv"))
                .contains(
                        "the server does not write in/2026-01-15/.waybill-RUN-t.csv: \"No such file or directory\" (folder"
                                + " in/2026-01-15 is not there, and could not be made: the user may not write above it)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"in/größe 1 #2 100% a+b.csv", "in/日本/données & co;v=1.csv", "a b/[x] (y)~'q'.csv"})
    void namesStayAsTheyAre(String name) throws Exception {
        export(name, "");
        assertThat(harness.run("t").rows()).isEqualTo(4);

        assertThat(files()).containsExactlyInAnyOrder(name, name + ".waybill.json");
    }

    @Test
    void aNameThatStandsForOtherFilesIsRefused() throws Exception {
        assertThat(fail("in/*.csv", "").error())
                .contains("file_path: \"*.csv\" has one of * ? \\, which stand for other files at sftp://");
    }

    @Test
    void filesGoByIpVersion6() throws Exception {
        assumeTrue(Ports.hasIpVersion6(), "this machine has no IPv6");
        try (SftpServer six = SftpServer.startAt("::1", home)) {
            connection = six.connection("partner");
            assertThat(export("in/t.csv", "").rows()).isEqualTo(4);
            assertThat(files()).containsExactly("in/t.csv", "in/t.csv.waybill.json");
        }
    }

    @Test
    void aLostAnswerToARenameIsNoFailure() throws Exception {
        server.loseRenames(1);

        assertThat(export("t.csv", "").rows()).isEqualTo(4);

        assertThat(files()).containsExactly("t.csv", "t.csv.waybill.json");
    }

    @Test
    void aLostAnswerToARenameIsNoFailureWhereNothingMayBeReplacedEither() throws Exception {
        server.loseRenames(1);

        assertThat(export("t.csv", "if_exists = \"fail\"\n").rows()).isEqualTo(4);

        assertThat(files()).containsExactly("t.csv", "t.csv.waybill.json");
    }

    @Test
    void whatSomebodyElseHasPutThereMeanwhileStays() throws Exception {
        harness.load("t.toml", flow("t.csv", "if_exists = \"fail\"\n"));
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                route -> route.weaveById("t.part")
                        .before()
                        .process(exchange -> Files.writeString(home.resolve("t.csv"), "somebody else's")));

        RunResult failed = harness.fail("t");

        assertThat(failed.error()).startsWith("delivery of t.csv failed: File already exist");
        assertThat(home.resolve("t.csv")).hasContent("somebody else's");
        assertThat(files()).containsExactly("t.csv");
    }

    @Test
    void whatWasSentIsTakenBackWhenALaterFileFails() throws Exception {
        server.roomLeft(8); // the first file has 7 bytes

        RunResult failed = fail("t_{part}.csv", "max_rows_per_file = 2\n");

        assertThat(failed.error()).startsWith("delivery of t_2.csv failed, 4 times: ");
        assertThat(files()).isEmpty();
        assertThat(failed.deadLetter()).isNotNull();
    }

    @Test
    void aStreamThatLooksForNewRowsLeavesTheServerAlone() throws Exception {
        harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        harness.load(
                "t.toml",
                flow("t.csv", "since_last_export = true\n[[triggers]]\nid = \"rows\"\ntype = \"stream\"\n")
                        + "max_delay = \"1h\"\nmax_rows = 5\n");
        NotifyBuilder looks = new NotifyBuilder(harness.context())
                .fromRoute("t.trigger.rows")
                .whenDone(2)
                .create();
        assertThat(looks.matches(5, TimeUnit.MINUTES)).isTrue();
        assertThat(server.logins()).isZero();

        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (5)");

        await().until(() -> files().equals(List.of("t.csv", "t.csv.waybill.json")));
    }
}
