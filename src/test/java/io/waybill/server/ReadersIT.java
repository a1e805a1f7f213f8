package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many who read at once, over a ledger with many runs, and with one connection for them and for runs. */
class ReadersIT {

    private static final int RUNS = 10_000;
    private static final int READERS = 50;

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withProperty("waybill.ledger.maximum-pool-size", "1")
            .withProperty("waybill.ledger.connection-timeout-ms", "1000")
            .withProperty("waybill.server.calls-a-minute", "10000");

    @Test
    void fiftyReadersPageThroughTenThousandRunsWhileFlowsRun() throws Exception {
        fill();
        String token = server.token("create@*");
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<Integer>> read = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                int reader = i;
                read.add(readers.submit(() -> pages(token, reader)));
            }
            assertThat(server.run("orders", token).get("rows").asInt()).isEqualTo(100);
            for (Future<Integer> each : read) {
                assertThat(each.get(5, TimeUnit.MINUTES)).isEqualTo(5 * 100);
            }
        } finally {
            readers.shutdownNow();
        }
    }

    private int pages(String token, int reader) throws Exception {
        Set<String> seen = new HashSet<>();
        String cursor = "";
        for (int i = 0; i < 5; i++) {
            // each begins elsewhere
            JsonNode page = server.get("/v2/runs?flow=old" + reader % 4 + "&limit=100" + cursor)
                    .as(token)
                    .send()
                    .json(200);
            page.get("runs").forEach(run -> seen.add(run.get("run_id").asText()));
            cursor = "&cursor=" + page.get("next_cursor").asText();
        }
        return seen.size();
    }

    private void fill() throws Exception {
        try (Connection connection = server.ledgerDatabase().getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO waybill_run (run_id, flow, owner, status, stage, row_count, started_ms, ended_ms)"
                                + " SELECT ?, ?, owner, 'DONE', 'END', 1, ?, ? FROM waybill_run WHERE run_id = ?")) {
            String like = server.run("orders").get("run_id").asText();
            for (int i = 0; i < RUNS; i++) {
                insert.setString(1, "run-" + i);
                insert.setString(2, "old" + i % 4);
                insert.setLong(3, 1_700_000_000_000L + i / 3); // some began in the same millisecond
                insert.setLong(4, 1_700_000_000_500L + i);
                insert.setString(5, like);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
