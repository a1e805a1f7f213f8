package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.delivery.Transfer;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Owner;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the flow's next run makes of a delivery elsewhere whose process was killed: it goes on with it, and sends nothing twice that has come. */
class DeliveryGoesOnIT {

    private static final List<String> TEXTS = List.of("id\n1\n2\n", "id\n3\n4\n", "id\n5\n");

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 5)");

    @TempDir
    private Path home;

    private SftpServer server;

    @BeforeEach
    void start() throws Exception {
        server = SftpServer.start(home);
        server.connection("partner").forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void load(String keys) throws Exception {
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nformat = \"csv\"\nmax_rows_per_file = 2\n"
                        + "skip_empty = true\nredelivery = { maximum_redeliveries = 0 }\n" + keys);
    }

    private Ledger ledger() {
        return harness.ledger();
    }

    private RunEntry dead() {
        return ledger().find("dead").get(0);
    }

    /** A run like the last one, whose process was killed when so many of its files had been sent, or begun to be. */
    private void killed(RunResult like, int begun) throws Exception {
        PlannedRun planned = ledger().find(like.runId()).get(0).planned();
        Path staging = Files.createDirectories(harness.file("staging/dead"));
        List<FileFacts> files = new ArrayList<>();
        for (int part = 1; part <= TEXTS.size(); part++) {
            String name = planned.delivery().facts().names().get(part - 1);
            Path staged = staging.resolve(part + "-" + name.substring(name.lastIndexOf('/') + 1));
            Files.writeString(staged, TEXTS.get(part - 1));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(staged));
            files.add(new FileFacts(name, 2, Files.size(staged), HexFormat.of().formatHex(hash)));
        }
        Files.writeString(staging.resolve("waybill.json"), "{\"run_id\": \"dead\"}");
        ledger().begin("t", "dead");
        ledger().planned("dead", planned);
        ledger().staged("dead", 1, files, List.of());
        ledger().delivering("dead", planned.delivery().id(), begun, 0, RecordedDelivery.Status.OPEN, null);
        if (begun > files.size()) {
            ledger().committing("dead");
        }
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        try (Connection connection = DriverManager.getConnection(harness.ledgerUrl(), "", "");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE waybill_lock SET owner = '" + gone + "'");
        }
        TestDatabases.execute(harness.database(), "DELETE FROM t");
    }

    private void assertGoneOn() throws Exception {
        assertThat(harness.run("t").rows()).isZero();

        assertThat(dead().status()).isEqualTo(Status.DONE);
        assertThat(dead().planned().delivery().status()).isEqualTo(RecordedDelivery.Status.DELIVERED);
        assertThat(harness.file("staging")).doesNotExist();
        assertThat(harness.file("dead-letter")).doesNotExist();
    }

    @Test
    void aMessageThatWasJustBeingSentGoesAgainAndTheOnesBeforeDoNot() throws Exception {
        List<String> messages = new ArrayList<>();
        List<Object> keys = new ArrayList<>();
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:there").process(exchange -> {
                    messages.add(exchange.getMessage().getBody(String.class));
                    keys.add(exchange.getMessage().getHeader(WaybillConstants.IDEMPOTENCY_KEY));
                });
            }
        });
        load("file_path = \"direct:there\"\n");
        RunResult like = harness.run("t");
        messages.clear();
        killed(like, 2);

        assertGoneOn();

        assertThat(messages).containsExactly(TEXTS.get(1), TEXTS.get(2));
        assertThat(keys.subList(3, 5)).isEqualTo(keys.subList(1, 3));
    }

    private RunResult sftp() throws Exception {
        load("file_path = \"sftp:in/t_{part}.csv\"\nconnection = \"partner\"\n");
        return harness.run("t");
    }

    @Test
    void theFileThatWasJustBeingSentIsSentAgainWhereItHasNotCome() throws Exception {
        RunResult like = sftp();
        Files.delete(home.resolve("in/t.csv.waybill.json"));
        Files.delete(home.resolve("in/t_3.csv"));
        Files.delete(home.resolve("in/t_2.csv"));
        Files.writeString(home.resolve("in").resolve(Transfer.first("dead").temporary("t_2.csv")), "id\n3");
        Files.delete(home.resolve("in/t_1.csv")); // a reader has taken it
        killed(like, 2);

        assertGoneOn();

        assertThat(TestFiles.below(home)).containsExactly("in/t.csv.waybill.json", "in/t_2.csv", "in/t_3.csv");
        assertThat(home.resolve("in/t.csv.waybill.json")).hasContent("{\"run_id\": \"dead\"}");
    }

    @Test
    void aSetThatAReaderHasTakenIsNotSentAgain() throws Exception {
        RunResult like = sftp();
        for (String name : TestFiles.below(home)) {
            Files.delete(home.resolve(name));
        }
        killed(like, 4);

        assertGoneOn();

        // whether the waybill had come nobody can say: it comes again, and names the run that the reader knows
        assertThat(TestFiles.below(home)).containsExactly("in/t.csv.waybill.json");
        assertThat(home.resolve("in/t.csv.waybill.json")).hasContent("{\"run_id\": \"dead\"}");
    }

    @Test
    void nothingIsLeftOfAWaybillThatWasJustBeingSent() throws Exception {
        RunResult like = sftp();
        Files.delete(home.resolve("in/t.csv.waybill.json"));
        Files.writeString(home.resolve("in").resolve(Transfer.first("dead").temporary("t.csv.waybill.json")), "{\"run");
        killed(like, 4);

        assertGoneOn();

        assertThat(TestFiles.below(home))
                .containsExactly("in/t.csv.waybill.json", "in/t_1.csv", "in/t_2.csv", "in/t_3.csv");
    }

    @Test
    void whatIsAllThereIsDoneWithoutARoute() throws Exception {
        RunResult like = sftp();
        Files.writeString(home.resolve("in/t.csv.waybill.json"), "{\"run_id\": \"dead\"}");
        killed(like, 4);

        assertGoneOn();

        assertThat(TestFiles.below(home))
                .containsExactly("in/t.csv.waybill.json", "in/t_1.csv", "in/t_2.csv", "in/t_3.csv");
    }

    @Test
    void aPlaceThatIsAwayFailsTheRunAndKeepsItsFiles() throws Exception {
        RunResult like = sftp();
        killed(like, 2);
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (6)");
        server.close();

        harness.fail("t");

        assertThat(dead().status()).isIn(Status.FAILED, Status.INTERRUPTED);
        assertThat(TestFiles.below(Path.of(dead().deadLetter())))
                .contains("1-t_1.csv", "2-t_2.csv", "3-t_3.csv", "waybill.json");
    }
}
