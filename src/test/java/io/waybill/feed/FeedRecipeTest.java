package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What docs/feeds.md shows is what happens. */
class FeedRecipeTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over();

    private static List<String> blocks(String kind) throws IOException {
        return Pattern.compile("^```" + kind + "\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("docs/feeds.md")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    @Test
    void aTablesChangesBecomeFiles() throws Exception {
        List<String> sql = blocks("sql");
        TestDatabases.execute(
                harness.database(),
                sql.get(0),
                "INSERT INTO orders VALUES (1, 'open', 20), (2, 'open', 30), (3, 'sent', 40)");
        harness.property("waybill.triggers", "false"); // each fifth minute one would fire beside the test
        int number = 0;
        for (String flow : blocks("toml")) {
            harness.load("flow" + ++number + ".toml", flow.replace("\"exports/", "\"{{root}}/exports/"));
        }

        harness.run("orders");
        assertThat(Files.readAllLines(harness.file("exports/orders_1.jsonl"))).hasSize(3);
        TestDatabases.execute(harness.database(), sql.get(1).split("\n"));

        assertThat("orders: batch 2 in 0.1 s: "
                        + harness.run("orders").changes().words())
                .isEqualTo(blocks("console").get(0).lines().skip(1).findFirst().orElseThrow());
        assertThat(Files.readString(harness.file("exports/orders_2.jsonl")))
                .isEqualTo(blocks("json").get(0));
    }
}
