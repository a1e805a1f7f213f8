package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Owner;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Files that are sent while the next ones of their run are still written. */
class SentAheadIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::postgres,
            "CREATE TABLE numbers AS SELECT n AS id FROM generate_series(1, 100000) n",
            // a query gets no further than somebody lets it, and may fail then
            "CREATE FUNCTION passed(n int, fails boolean) RETURNS int LANGUAGE plpgsql AS $$ BEGIN"
                    + " IF n = 99990 THEN PERFORM pg_advisory_lock(42); PERFORM pg_advisory_unlock(42);"
                    + " IF fails THEN RAISE EXCEPTION 'the query fails'; END IF; END IF; RETURN n; END $$",
            "CREATE VIEW t AS SELECT passed(id, false) AS id FROM numbers",
            "CREATE VIEW failing AS SELECT passed(id, true) AS id FROM numbers");

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

    private void load(String dataset, String uri) throws Exception {
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"" + dataset
                        + "\"\nmax_rows_per_file = 40000\nfile_path = \"" + uri
                        + "\"\nconnection = \"" + (uri.startsWith("s3") ? "lake" : "partner") + "\"\n"
                        + "redelivery = { maximum_redeliveries = 2, redelivery_delay = \"20ms\" }\n");
    }

    /** What goes on while the last rows of the query are not read yet. */
    private RunResult meanwhile(Callable<Boolean> seen, Runnable then, Callable<RunResult> run) throws Exception {
        CompletableFuture<RunResult> result;
        try (Connection holder = harness.database().getConnection();
                Statement statement = holder.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(42)");
            result = CompletableFuture.supplyAsync(() -> {
                try {
                    return run.call();
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            try {
                await().until(seen);
                then.run();
            } finally {
                statement.execute("SELECT pg_advisory_unlock(42)");
            }
        }
        return result.get();
    }

    /** The files of the SFTP server, those on their way too. */
    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.walk(home.resolve("out"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (java.nio.file.NoSuchFileException e) {
            return List.of();
        }
    }

    private List<String> objects() throws Exception {
        try (S3Client client = s3.client()) {
            return client.listObjectsV2(request -> request.bucket("lake")).contents().stream()
                    .map(object -> object.key())
                    .toList();
        }
    }

    /** By a name that is its run's own. */
    private boolean isOnItsWay(String name, long bytes) throws Exception {
        for (String file : files()) {
            if (file.matches("\\.waybill-\\d{8}T\\d{6}-[0-9a-f]{6}-" + name)) {
                return Files.size(home.resolve("out").resolve(file)) == bytes;
            }
        }
        return false;
    }

    private Ledger ledger() {
        return harness.ledger();
    }

    private boolean areTwoOnTheirWay() throws Exception {
        return isOnItsWay("t_1.csv", length(1, 40_000)) && isOnItsWay("t_2.csv", length(40_001, 80_000));
    }

    private static long length(int from, int to) {
        long length = "id\n".length();
        for (int id = from; id <= to; id++) {
            length += Integer.toString(id).length() + 1;
        }
        return length;
    }

    private RunResult run(String uri) throws Exception {
        load("t", uri);
        return harness.run("t");
    }

    @Test
    void byTheirTemporaryNamesAndOnce() throws Exception {
        load("t", "sftp:out/t_{part}.csv");

        RunResult result = meanwhile(this::areTwoOnTheirWay, () -> {}, () -> harness.run("t"));

        assertThat(files()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv");
        long bytes = result.files().stream().mapToLong(FileFacts::bytes).sum();
        assertThat(sftp.written()).isEqualTo(bytes + Files.size(home.resolve("out/t.csv.waybill.json")));
        RunEntry run = ledger().find(result.runId()).get(0);
        assertThat(run.files()).hasSize(3);
        assertThat(run.rows()).isEqualTo(100_000);
        assertThat(run.planned().delivery().ahead()).isZero();
    }

    @Test
    void asUploadsThatAreNotCompleted() throws Exception {
        load("t", "s3://lake/t_{part}.csv");

        meanwhile(() -> s3.openUploads("lake").size() == 2 && objects().isEmpty(), () -> {}, () -> harness.run("t"));

        assertThat(objects()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv");
        assertThat(s3.openUploads("lake")).isEmpty();
        assertThat(Files.size(home.resolve("buckets/lake/t_1.csv"))).isEqualTo(length(1, 40_000));
    }

    @Test
    void nothingIsLeftOfThemWhenTheQueryFails() throws Exception {
        load("failing", "sftp:out/t_{part}.csv");

        RunResult failed = meanwhile(this::areTwoOnTheirWay, () -> {}, () -> harness.fail("t"));

        assertThat(failed.error()).contains("the query fails");
        assertThat(files()).isEmpty();
        assertThat(harness.file("staging").resolve(failed.runId())).doesNotExist();
        assertThat(ledger().withLeftovers("t")).isEmpty();
    }

    @Test
    void uploadsAreAbortedWhenTheQueryFails() throws Exception {
        load("failing", "s3://lake/t_{part}.csv");

        meanwhile(() -> s3.openUploads("lake").size() == 2, () -> {}, () -> harness.fail("t"));

        assertThat(objects()).isEmpty();
        assertThat(s3.openUploads("lake")).isEmpty();
    }

    @Test
    void whatCouldNotBeRemovedIsRemovedByTheNextRun() throws Exception {
        load("failing", "sftp:out/t_{part}.csv");
        meanwhile(this::areTwoOnTheirWay, () -> sftp.password("another"), () -> harness.fail("t"));
        assertThat(files()).hasSize(2).allMatch(name -> name.startsWith(".waybill-"));
        assertThat(ledger().withLeftovers("t")).hasSize(1);
        sftp.password(SftpServer.PASSWORD);

        TestDatabases.execute(
                harness.database(), "CREATE OR REPLACE VIEW failing AS SELECT id FROM numbers WHERE id < 10");
        harness.run("t");

        assertThat(files()).containsExactly("t.csv.waybill.json", "t_1.csv");
        assertThat(ledger().withLeftovers("t")).isEmpty();
    }

    @Test
    void whatAKilledProcessHasSentIsRemovedAndNothingElse() throws Exception {
        RunResult done = run("sftp:out/t_{part}.csv");
        Ledger ledger = ledger();
        ledger.begin("t", "dead");
        ledger.planned("dead", ledger.find(done.runId()).get(0).planned());
        ledger.ahead(
                "dead",
                1,
                List.of(
                        new FileFacts("t_8.csv", 4, 11, "0".repeat(64)),
                        new FileFacts("t_9.csv", 4, 11, "0".repeat(64))),
                List.of(List.of("t_8.csv", "t_9.csv")),
                List.of("partner"));
        Files.writeString(home.resolve("out/.waybill-dead-t_8.csv"), "1\n2\n");
        Files.writeString(home.resolve("out/.waybill-dead-t_9.csv"), "1\n");
        Files.writeString(home.resolve("out/t_9.csv"), "of an older run");
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        try (Connection connection = DriverManager.getConnection(harness.ledgerUrl(), "", "");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE waybill_lock SET owner = '" + gone + "'");
        }

        harness.run("t");

        RunEntry dead = ledger.find("dead").get(0);
        assertThat(dead.status()).isEqualTo(RunEntry.Status.INTERRUPTED);
        assertThat(dead.planned().delivery().ahead()).isZero();
        assertThat(files()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv", "t_9.csv");
    }

    @Test
    void aConnectionThatDropsMeanwhileIsNoFailure() throws Exception {
        sftp.dropAfter(100_000);

        run("sftp:out/t_{part}.csv");

        assertThat(files()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv");
        assertThat(Files.size(home.resolve("out/t_1.csv"))).isEqualTo(length(1, 40_000));
    }

    @Test
    void aWrongPasswordIsTriedAheadOnce() throws Exception {
        sftp.password("another");

        load("t", "sftp:out/t_{part}.csv");

        RunResult failed = harness.fail("t");

        assertThat(failed.error()).contains("Auth fail");
        assertThat(failed.deadLetter()).isNotNull();
        int logins = sftp.logins();
        harness.property("waybill.connection.partner.upload-ahead", "-1");
        harness.load("u.toml", Files.readString(harness.file("t.toml")));
        harness.fail("u");
        assertThat(logins).isEqualTo(sftp.logins() - logins); // no more of them than without
    }

    @Test
    void ofSeveralDestinationsEachGetsThem() throws Exception {
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nmax_rows_per_file = 40000\n"
                        + "file_path = \"{{root}}/local/t_{part}.csv\"\n"
                        + "[[properties.export.delivery]]\nuri = \"s3://lake/\"\nconnection = \"lake\"\n"
                        + "[[properties.export.delivery]]\nuri = \"sftp:out/\"\nconnection = \"partner\"\n");

        RunResult result = meanwhile(
                () -> s3.openUploads("lake").size() == 2 && areTwoOnTheirWay(), () -> {}, () -> harness.run("t"));

        assertThat(files()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv");
        assertThat(objects()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv");
        assertThat(ledger().find(result.runId()).get(0).planned().deliveries())
                .allMatch(RecordedDelivery::isDelivered)
                .allMatch(delivery -> delivery.ahead() == 0);
    }
}
