package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.ledger.RunEntry;
import io.waybill.server.ServerHarness.Answered;
import io.waybill.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose files are kept, decided about by the API: as the commands do it, in the caller's name. */
class KeptRunsApiIT {

    private static final String STRICT = ServerHarness.export("strict") + """

            [[properties.export.expect]]
            column = "id"
            between = [1, 40]
            """;

    private static final String FAR = """
            [properties.export]
            source_dataset_id = "orders"
            file_path = "s3://later/far/orders.csv"
            connection = "far"
            """;

    @TempDir
    private static Path buckets;

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFlow("strict", STRICT)
            .withFlow("far", FAR)
            .withProperties(s3.connection("far"));

    private static S3Server s3;

    @BeforeAll
    static void startS3() throws Exception {
        s3 = S3Server.start(buckets, "lake");
    }

    @AfterAll
    static void stopS3() throws Exception {
        s3.close();
    }

    @AfterEach
    void removeBucket() throws Exception {
        if (Files.exists(buckets.resolve("later"))) {
            TestFiles.delete(buckets.resolve("later"));
        }
    }

    private String quarantined() throws Exception {
        JsonNode run = server.post("/v2/flows/strict/run?wait=true").send().json(200);
        assertThat(run.get("status").asText()).isEqualTo("quarantined");
        return run.get("run_id").asText();
    }

    private Answered release(String id, String reason, String token) throws Exception {
        return server.post("/v2/runs/" + id + "/release?wait=true")
                .as(token)
                .json("{\"reason\": \"" + reason + "\"}")
                .send();
    }

    @Test
    void aReleaseDeliversInTheNameOfWhoCalls() throws Exception {
        String id = quarantined();
        String token = server.token("create@*");

        JsonNode released = release(id, "the ids are known", token).json(200);

        assertThat(released.get("status").asText()).isEqualTo("done");
        assertThat(server.file("exports/strict")).isDirectoryContaining("glob:**.csv");
        assertThat(server.ledger().audit().of(id)).anySatisfy(entry -> {
            assertThat(entry.action()).isEqualTo("release");
            assertThat(entry.actor()).startsWith("token ").endsWith(" a test's");
            assertThat(entry.detail()).isEqualTo("the ids are known");
        });
        JsonNode result =
                server.get("/v2/runs/" + id + "/result").as(token).send().json(200);
        assertThat(result.at("/files/0/path").asText())
                .startsWith("strict/orders_")
                .endsWith(".csv");
        assertThat(server.get("/v2/runs/" + id)
                        .as(token)
                        .send()
                        .json(200)
                        .at("/expectations/0/state")
                        .asText())
                .isEqualTo("violated");
        assertThat(release(id, "again", token).refused(409)).isEqualTo("run " + id + " is not quarantined: it is done");
    }

    @Test
    void whileARunIsQuarantinedItsFlowBeginsNoOtherAndADiscardLetsIt() throws Exception {
        String id = quarantined();
        Answered next = server.post("/v2/flows/strict/run").send();
        assertThat(next.refused(409)).startsWith("flow \"strict\" begins no run while run " + id + " is quarantined");
        assertThat(next.json().get("quarantined_run").asText()).isEqualTo(id);

        JsonNode discarded = server.post("/v2/runs/" + id + "/discard")
                .json("{\"reason\": \"the source is mended\"}")
                .send()
                .json(200);

        assertThat(discarded.get("status").asText()).isEqualTo("discarded");
        assertThat(discarded.get("undelivered").asBoolean()).isFalse();
        assertThat(server.file("dead-letter").resolve(id)).doesNotExist();
        assertThat(server.ledger().audit().of(id).toString()).contains("discard", "the source is mended");
        TestDatabases.execute(server.database(), "DELETE FROM orders WHERE id > 40");
        assertThat(server.run("strict").get("rows").asInt()).isEqualTo(40);
        assertThat(server.post("/v2/runs/" + id + "/discard")
                        .json("{\"reason\": \"again\"}")
                        .send()
                        .refused(409))
                .isEqualTo("run " + id + " is not quarantined: it is discarded");
    }

    @Test
    void nothingIsDecidedWithoutAReasonNorByWhoMayNot() throws Exception {
        String id = quarantined();
        String missing = "reason: is missing; say why, it is kept with the run";
        for (String verb : List.of("release", "discard")) {
            String path = "/v2/runs/" + id + "/" + verb;
            assertThat(server.post(path).send().refused(400)).isEqualTo(missing);
            assertThat(server.post(path).json("{\"reason\": \" \"}").send().refused(400))
                    .isEqualTo(missing);
            assertThat(server.post(path).json("{\"reason\": 7}").send().refused(400))
                    .isEqualTo(missing);
            assertThat(server.post(path)
                            .json("{\"reason\": \"" + "x".repeat(2001) + "\"}")
                            .send()
                            .refused(400))
                    .isEqualTo("reason: has more than 2000 characters");
            assertThat(server.post(path).json("{\"why\": \"x\"}").send().refused(400))
                    .startsWith("why: is not known; allowed: reason");
        }
        assertThat(server.post("/v2/runs/" + id + "/redrive").send().refused(409))
                .startsWith("run " + id + " is quarantined: ");
        assertThat(server.post("/v2/runs/" + id + "/redrive?discard=true")
                        .send()
                        .refused(409))
                .startsWith("run " + id + " is quarantined; waybill discard " + id);
        assertThat(release(id, "x", server.token("view@*")).refused(403))
                .isEqualTo("run \"" + id + "\": role create is needed");
        assertThat(release(id, "x", server.token("admin@namespace:other")).refused(404))
                .isEqualTo("there is no run \"" + id + "\"");
        assertThat(server.ledger().run(id).orElseThrow().status()).isEqualTo(RunEntry.Status.QUARANTINED);
    }

    private String undelivered() throws Exception {
        JsonNode run = server.post("/v2/flows/far/run?wait=true").send().json(200);
        assertThat(run.get("status").asText()).as(run.toString()).isEqualTo("failed");
        assertThat(run.get("undelivered").asBoolean()).isTrue();
        return run.get("run_id").asText();
    }

    @Test
    void whatCouldNotBeDeliveredIsDeliveredAgain() throws Exception {
        String id = undelivered();
        assertThat(server.get("/v2/runs?undelivered=true")
                        .send()
                        .json(200)
                        .at("/runs/0/run_id")
                        .asText())
                .isEqualTo(id);
        Files.createDirectory(buckets.resolve("later"));

        JsonNode delivered =
                server.post("/v2/runs/" + id + "/redrive?wait=true").send().json(200);

        assertThat(delivered.get("status").asText()).as(delivered.toString()).isEqualTo("done");
        assertThat(server.get("/v2/runs/" + id + "/result")
                        .send()
                        .json(200)
                        .at("/files/0/path")
                        .asText())
                .isEqualTo("s3://later/far/orders.csv");
        assertThat(server.post("/v2/runs/" + id + "/redrive").send().refused(409))
                .isEqualTo("run " + id + " has no dead letter: it is done");
    }

    @Test
    void whatALaterRunHasDeliveredIsNotDeliveredAgainAndCanBeGivenUp() throws Exception {
        String id = undelivered();
        Files.createDirectory(buckets.resolve("later"));
        String later = server.run("far").get("run_id").asText();

        Answered refused = server.post("/v2/runs/" + id + "/redrive").send();
        assertThat(refused.refused(409)).startsWith("run " + id + " must not be delivered any more: ");
        assertThat(refused.json().get("superseded").asText())
                .isEqualTo("run " + later + " has delivered a newer orders.csv");

        JsonNode given =
                server.post("/v2/runs/" + id + "/redrive?discard=true").send().json(200);
        assertThat(given.get("undelivered").asBoolean()).isFalse();
        assertThat(server.file("dead-letter").resolve(id)).doesNotExist();
        assertThat(server.post("/v2/runs/" + id + "/redrive?discard=true")
                        .send()
                        .refused(409))
                .isEqualTo("run " + id + " has no dead letter");
    }

    @Test
    void aFileIsKeptAsLongAsItsRunIsRememberedWhichTheAnswerSays() throws Exception {
        JsonNode run = server.run("orders");
        assertThat(Instant.parse(run.at("/files/0/kept_until").asText()))
                .isEqualTo(Instant.parse(run.get("ended_at").asText()).plus(Duration.ofDays(30)));
        String undelivered = undelivered();
        assertThat(server.get("/v2/runs/" + undelivered)
                        .send()
                        .json(200)
                        .at("/files/0/kept_until")
                        .isNull())
                .isTrue();
    }
}
