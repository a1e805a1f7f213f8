package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.step.Planning;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that would write other files of the same rows do not take each other for the same. */
class PlanDigestTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id BIGINT PRIMARY KEY, email VARCHAR(50))",
            "INSERT INTO t SELECT x, 'a' || x FROM system_range(1, 100)",
            "CREATE TABLE u (id BIGINT PRIMARY KEY, email VARCHAR(50))",
            "INSERT INTO u SELECT x, 'a' || x FROM system_range(1, 100)");

    private String digest(String keys, Instant time) throws Exception {
        String path = keys.contains("format =") ? "" : "format = \"csv\"\n";
        Files.writeString(
                harness.file("big.toml"),
                "[properties.export]\nfile_path = \"{{root}}/out/\"\nprocesses = 2\nsnapshot = \"per_range\"\n" + path
                        + (keys.contains("source_dataset_id") ? "" : "source_dataset_id = \"t\"\n") + keys);
        FlowFolder flows = FlowFolder.read(harness.folder(), FlowRoutesLoader.placeholders(harness.context()));
        assertThat(flows.problems()).isEmpty();
        return Planning.of(harness.context(), flows.flows().get("big"), null)
                .plan(Planner.Request.look("r1", time.atZone(ZoneOffset.UTC)))
                .digest();
    }

    private String digest(String keys) throws Exception {
        return digest(keys, FlowHarness.NOW);
    }

    @Test
    void theSamePlanHasTheSame() throws Exception {
        assertThat(digest("max_rows_per_file = 9\n")).hasSize(64).isEqualTo(digest("max_rows_per_file = 9\n"));
    }

    @Test
    void anotherPlanHasAnother() throws Exception {
        List<String> plans = List.of(
                "",
                "source_dataset_id = \"u\"\n",
                "columns = [\"id\"]\n",
                "columns = [\"email\", \"id\"]\n",
                "format = \"jsonl\"\n",
                "exporter_config = { delimiter = \";\" }\n",
                "compression = \"gzip\"\n",
                "max_rows_per_file = 9\n",
                "max_rows_per_file = 10\n",
                "filters = [{ column = \"id\", op = \">\", value = 1 }]\n",
                "filters = [{ column = \"id\", op = \">\", value = 2 }]\n",
                "transform = [{ column = \"email\", method = \"mask\" }]\n",
                "transform = [{ column = \"email\", method = \"mask\", keep_last = 2 }]\n");
        Set<String> digests = new HashSet<>();
        for (String plan : plans) {
            digests.add(digest(plan));
        }
        assertThat(digests).hasSize(plans.size());
        assertThat(digest("", FlowHarness.NOW.plusSeconds(1))).isNotIn(digests);
    }

    @Test
    void anotherUserOfTheDatabaseHasAnother() throws Exception {
        String first = digest("");
        TestDatabases.execute(harness.database(), "CREATE USER \"BOB\" PASSWORD 'b' ADMIN");
        HikariDataSource bob = new HikariDataSource();
        bob.setJdbcUrl(harness.database().getJdbcUrl());
        bob.setUsername("bob");
        bob.setPassword("b");
        harness.open(bob);

        assertThat(digest("")).isNotEqualTo(first);
    }

    @Test
    void anotherKeyOfTheSameNameHasAnother() throws Exception {
        String hashed = "transform = [{ column = \"email\", method = \"hash\", key = \"k\" }]\n";
        harness.property("waybill.privacy-keys.k", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
        String first = digest(hashed);

        harness.property("waybill.privacy-keys.k", "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");

        assertThat(digest(hashed)).isNotEqualTo(first);
    }
}
