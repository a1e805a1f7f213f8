package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestLedgers;
import io.waybill.server.ServerHarness.Answered;
import io.waybill.servers.S3Server;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of one ledger on PostgreSQL: what one was asked for, the other knows. */
class TwoServersIT {

    @TempDir
    private static Path buckets;

    @RegisterExtension
    private final ServerHarness one = ServerHarness.with("orders").withLedgerIn(TestLedgers::postgres);

    @RegisterExtension
    private final ServerHarness two = ServerHarness.with("orders").withLedgerIn(this::sameLedger);

    private final ExecutorService callers = Executors.newCachedThreadPool();

    private HikariDataSource sameLedger() {
        HikariDataSource same = new HikariDataSource();
        same.setJdbcUrl(one.ledgerDatabase().getJdbcUrl());
        same.setUsername(one.ledgerDatabase().getUsername());
        return same;
    }

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    /** Asks both at once. */
    private List<Answered> both(Callable<Answered> first, Callable<Answered> second) throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        List<Future<Answered>> asked = new ArrayList<>();
        for (Callable<Answered> each : List.of(first, second)) {
            asked.add(callers.submit(() -> {
                both.await();
                return each.call();
            }));
        }
        return List.of(asked.get(0).get(), asked.get(1).get());
    }

    @Test
    void oneKeyThatBothAreAskedByAtOnceIsOneRun() throws Exception {
        for (int time = 0; time < 10; time++) {
            String key = "k" + time;
            List<Answered> answers = both(() -> run(one, key), () -> run(two, key));
            String first = answers.get(0).json().path("run_id").asText();
            assertThat(first).as(answers.get(0).text()).isNotEmpty();
            assertThat(answers.get(1).json().path("run_id").asText())
                    .as(answers.get(1).text())
                    .isEqualTo(first);
        }
        assertThat(one.ledger().runs("orders", null, 100)).hasSize(10);
    }

    private static Answered run(ServerHarness server, String key) throws Exception {
        return server.post("/v2/flows/orders/run?wait=true")
                .header("Idempotency-Key", key)
                .json("{}")
                .send();
    }

    @Test
    void anExportCallThatOneHasDoneTheOtherAnswersTheSame() throws Exception {
        try (S3Server s3 = S3Server.start(buckets, "lake")) {
            for (ServerHarness each : List.of(one, two)) {
                set(each, "type", "s3");
                set(each, "endpoint", s3.endpoint());
                set(each, "bucket", "lake");
            }
            List<Answered> answers = both(() -> export(one, s3), () -> export(two, s3));
            assertThat(answers)
                    .extracting(Answered::status)
                    .isSubsetOf(200, 409)
                    .contains(200);
            JsonNode first = export(one, s3).json(200);
            JsonNode second = export(two, s3).json(200);

            assertThat(second).isEqualTo(first);
            assertThat(first.at("/data/export_result/num_row_groups").asInt()).isEqualTo(1);
            assertThat(first.at("/data/export_result/total_uncompressed_byte_size")
                            .asLong())
                    .isPositive();
            assertThat(one.ledger().runs(null, null, 100)).hasSize(1);
        }
    }

    private static void set(ServerHarness server, String key, String value) {
        server.context().getPropertiesComponent().addOverrideProperty("waybill.connection.lake." + key, value);
    }

    private static Answered export(ServerHarness server, S3Server s3) throws Exception {
        ObjectNode body = (ObjectNode)
                ServerHarness.JSON.readTree("""
                {
                  "dataset": "orders",
                  "export_paths": {
                    "paths": ["exports/orders"],
                    "storage_config": {
                      "storage_type": "S3",
                      "bucket": "lake",
                      "credentials": {"access_key": "%s", "secret_key": "%s"},
                      "options": {"endpoint": "%s", "region": "us-east-1", "allow_http": true, "virtual_hosted_style": false}
                    }
                  },
                  "format": "Parquet"
                }
                """.formatted(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, s3.endpoint()));
        return server.post("/v2/data/export")
                .header("Idempotency-Key", "exported")
                .json(body.toString())
                .send();
    }
}
