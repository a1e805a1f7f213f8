package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.LogHeard;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a database tells while nobody asks. */
class ListenIT {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{batch_id}.csv"
            [[triggers]]
            id = "fresh"
            type = "on_new_data"
            every = "1 day"
            channel = "Loaded"
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private List<String> done() {
        return harness.ledger().runs("t", Status.DONE, 100).stream()
                .map(RunEntry::planned)
                .map(planned -> planned.batchId())
                .sorted()
                .toList();
    }

    private int listening() throws Exception {
        try (Connection connection = harness.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")) {
            count.next();
            return count.getInt(1);
        }
    }

    @Test
    void itLooksWhenItIsToldAndWhenItMayHaveMissedThat() throws Exception {
        harness.open(TestDatabases.postgres(), "CREATE TABLE t AS SELECT 1 AS id, 41 AS xt_batch_id");
        harness.load("t.toml", FLOW);
        await().until(() -> done().equals(List.of("41")));
        await().until(() -> listening() == 1);

        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (2, 42)", "NOTIFY \"Loaded\"");
        await().until(() -> done().equals(List.of("41", "42")));

        // it is not told of these
        TestDatabases.execute(
                harness.database(),
                "INSERT INTO t VALUES (3, 43)",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                        + " AND datname = current_database()");
        await().until(() -> done().equals(List.of("41", "42", "43")));
        assertThat(harness.ledger().runs("t", null, 100)).hasSize(3);
    }

    @Test
    void aDatabaseWithoutChannelsIsTold() throws Exception {
        try (LogHeard heard = LogHeard.of(ListenConsumer.class)) {
            harness.open(TestDatabases.h2(), "CREATE TABLE t AS SELECT 1 AS id, 41 AS xt_batch_id");
            harness.load("t.toml", FLOW);

            await().until(
                            () -> heard.told()
                                    .contains(
                                            "Flow t: channel: H2 has no channels to listen to; PostgreSQL has. It goes on looking by itself"));
            await().until(() -> done().equals(List.of("41")));
        }
    }
}
