package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.route.RouteYaml;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is told of a feed's batches, as of an export's runs. */
class FeedNoticesTest {

    private static final String FEED = """
            id = "orders_change_feed"
            [properties.change_feed]
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE orders (id integer PRIMARY KEY, note varchar)",
            "INSERT INTO orders VALUES (1, 'a'), (2, 'b'), (3, 'c')");

    private static String told(String name, String events) {
        return "[[properties.change_feed.notifications]]\nuri = \"file:{{root}}/" + name
                + "?fileName=${header.WaybillRunId}.json\"\non = " + events + "\n";
    }

    private List<JsonNode> notices(String name) throws Exception {
        List<JsonNode> notices = new ArrayList<>();
        if (Files.isDirectory(harness.file(name))) {
            for (String file : TestFiles.below(harness.file(name))) {
                notices.add(new ObjectMapper()
                        .readTree(harness.file(name).resolve(file).toFile()));
            }
        }
        return notices;
    }

    @Test
    void aBatchIsToldOfWithItsNumberAndItsChanges() throws Exception {
        harness.load("orders.toml", FEED + told("all", "[\"success\", \"failure\"]") + told("bad", "[\"failure\"]"));

        assertThat(harness.run("orders_change_feed").changes().newRows()).isEqualTo(3);

        assertThat(notices("bad")).isEmpty();
        assertThat(notices("all")).singleElement().satisfies(notice -> {
            assertThat(notice.get("status").asText()).isEqualTo("done");
            assertThat(notice.get("batch_id").asLong()).isEqualTo(1);
            assertThat(notice.get("rows").asLong()).isEqualTo(3);
            assertThat(notice.get("changes").toString())
                    .isEqualTo("{\"new_rows\":3,\"changed_rows\":0,\"deleted_rows\":0,\"unchanged_rows\":0}");
        });
    }

    @Test
    void aBatchThatStopsIsToldOfOnce() throws Exception {
        harness.load("orders.toml", FEED + told("bad", "[\"failure\"]"));
        harness.run("orders_change_feed");
        TestDatabases.execute(harness.database(), "DELETE FROM orders");

        String error = harness.failure("orders_change_feed").getMessage();

        assertThat(error).contains("--accept-deletes");
        assertThat(notices("bad")).singleElement().satisfies(notice -> {
            assertThat(notice.get("status").asText()).isEqualTo("failed");
            assertThat(notice.get("error").asText()).isEqualTo(error);
        });
    }

    @Test
    void aColumnThatIsGoneIsToldOfOnce() throws Exception {
        harness.load("orders.toml", FEED + told("columns", "[\"schema_change\"]"));
        harness.run("orders_change_feed");
        TestDatabases.execute(harness.database(), "ALTER TABLE orders DROP COLUMN note");

        harness.run("orders_change_feed");
        harness.run("orders_change_feed");

        assertThat(notices("columns"))
                .singleElement()
                .satisfies(notice ->
                        assertThat(notice.get("schema_change").asText()).isEqualTo("removed note"));
    }

    @Test
    void thePrintedRouteTellsToo() throws Exception {
        harness.load("orders.toml", FEED + told("all", "\"success\""));
        String yaml =
                new RouteYaml(harness.context()).print(harness.flows().flows().get("orders_change_feed"), null);
        Files.delete(harness.file("orders.toml"));
        harness.open(
                TestDatabases.h2(), "CREATE TABLE orders (id integer PRIMARY KEY)", "INSERT INTO orders VALUES (1)");

        harness.load("orders.camel.yaml", yaml);
        harness.run("orders_change_feed");

        assertThat(notices("all")).hasSize(1);
    }
}
