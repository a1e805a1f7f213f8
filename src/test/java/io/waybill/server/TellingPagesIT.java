package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.TestDatabases;
import io.waybill.server.ServerHarness.Answered;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What pages tell of flows, runs and data sets. */
class TellingPagesIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFiles(folder -> Files.writeString(folder.resolve("routes/datasets.toml"), """
                    [[dataset]]
                    id = "people"
                    datasource = "db"
                    table = "people"
                    columns = [{ name = "customer", pii = true }]
                    """));

    private Answered browse(String path) throws Exception {
        return server.get(path).header("Accept", "text/html").send();
    }

    @Test
    void tellsOfTheFirstRowsWhichColumnsAreNotShownAndWhy() throws Exception {
        TestDatabases.execute(
                server.database(), "CREATE TABLE people AS SELECT x AS id, 'c' AS customer FROM system_range(1, 3)");
        String token = server.token("download@*");
        assertThat(server.get("/datasets/people/preview").as(token).send().text())
                .contains("1 column not shown", "<code>customer</code>", "Marked as personal data", "download@* pii");
    }

    @Test
    void tellsOnAFlowsPageWhyItHasFailedAndWhatToDo() throws Exception {
        server.put("/v2/flows/broken")
                .toml(ServerHarness.export("broken").replace("\"orders\"", "\"nothing_there\"")
                        + "\n[[triggers]]\ntype = \"weekly\"\nat = \"03:00\"\non = [\"monday\"]\n")
                .send()
                .json(201);
        server.post("/v2/flows/broken/run?wait=true").send();
        assertThat(browse("/flows/broken").text())
                .contains(
                        "is no table or view of data source db",
                        "Mend what the message names, then run the flow again.",
                        "each Monday at 03:00; clocks of UTC");
        assertThat(browse("/flows/orders").text())
                .doesNotContain("The last run")
                .contains("It runs when somebody asks for it.", "Add a trigger");
    }

    @Test
    void tellsOfARunWhatHasBecomeOfColumnsAndOfWhatWasExpected() throws Exception {
        server.put("/v2/flows/masked")
                .toml(ServerHarness.export("masked") + """

                [[properties.export.transform]]
                columns = ["customer"]
                method = "mask"

                [[properties.export.expect]]
                min_rows = 1
                """)
                .send()
                .json(201);
        server.run("masked");
        String run = server.ledger().runs("masked", null, 1).get(0).runId();
        assertThat(browse("/runs/" + run).text())
                .contains("Columns that left in another form", "<dt><code>customer</code></dt><dd>mask")
                .contains("What was expected", "at least 1 row (100 rows)");
    }

    @Test
    void givesAScriptThatFiltersRunsARefusalThatItShows() throws Exception {
        Answered answered =
                server.get("/runs?status=lost").header("HX-Request", "true").send();
        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.text()).contains("id=\"runs-found\"", "is not a status");
    }

    @Test
    void showsDataSetsWithTheirColumns() throws Exception {
        assertThat(browse("/datasets").text()).contains("href=\"/datasets/orders\"");
        assertThat(browse("/datasets/orders").text()).containsIgnoringCase("<code>customer</code>");
        assertThat(browse("/flows/orders/plan").text()).contains("SELECT");
        assertThat(browse("/datasets/orders/preview").text()).contains("customer 20<", "20 rows; there are more");
    }

    @Test
    void showsADataSetInTheDataSourceThatItsFlowNamesWhereThereAreSeveral() throws Exception {
        TestDatabases.execute(server.database(), "CREATE TABLE named AS SELECT 1 AS id");
        server.context().getRegistry().bind("second", server.database());
        server.put("/v2/flows/named")
                .toml(ServerHarness.export("named").replace("\"orders\"", "\"named\"\ndatasource = \"second\""))
                .send()
                .json(201);
        assertThat(browse("/datasets").text())
                .contains("data source second", "in no data source that anybody has named");
        assertThat(browse("/datasets/named").text()).contains("<dd>second</dd>");
        Answered orders = browse("/datasets/orders");
        assertThat(orders.status()).isEqualTo(409);
        assertThat(orders.text()).contains("nobody says in which data source it is");
    }

    @Test
    void saysWhetherTheRecordIsAsItWasWritten() throws Exception {
        server.ledger().audit().write("watermark set", "orders", "from 1 to 2");
        assertThat(browse("/audit?verify=true&action=watermark+set").text())
                .contains("are as they were written", "from 1 to 2");
    }

    @Test
    void leadsToOlderEntriesOfTheRecordWithTheSameFilter() throws Exception {
        for (int i = 1; i <= 101; i++) {
            server.ledger().audit().write("counted", "orders", "number " + i + ".");
        }
        Answered latest = browse("/audit?action=counted");
        assertThat(latest.text()).contains("number 101.", "number 2.").doesNotContain("number 1.");
        Matcher older = Pattern.compile("href=\"(/audit\\?action=counted&amp;before=\\d+)\"")
                .matcher(latest.text());
        assertThat(older.find()).isTrue();
        assertThat(browse(older.group(1).replace("&amp;", "&")).text())
                .contains("number 1.", "Older entries")
                .doesNotContain("number 2.", "rel=\"next\"");
        assertThat(browse("/audit?before=soon").text()).contains("is not the number of an entry");
    }

    @Test
    void tellsWhatIsWrongWithAFilter() throws Exception {
        Answered answered = browse("/runs?status=lost&since=");
        assertThat(answered.status()).isEqualTo(400);
        assertThat(answered.text()).contains("status: ", "is not a status");
        assertThat(browse("/audit?since=soon").text()).contains("Since: ");
    }
}
