package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first rows of data sets, for those who may see them. */
public class PreviewApiIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    /** Called by the database for each of rows that take long; it does nothing meanwhile. */
    public static long dawdle(long x) throws InterruptedException {
        new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
        return x;
    }

    @BeforeEach
    void declare() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE ALIAS DAWDLE FOR \"io.waybill.server.PreviewApiIT.dawdle\"",
                "CREATE TABLE people AS SELECT x AS id, CAST(x AS DECIMAL(20, 2)) / 3 AS share, x = 2 AS chosen,"
                        + " 'p' || x || '@example.com' AS email, DATE '2026-01-15' AS born,"
                        + " CASE WHEN x = 1 THEN NULL ELSE 'é\"' END AS note FROM system_range(1, 30)");
        Files.writeString(server.file("routes/datasets.toml"), """
                [[dataset]]
                id = "people"
                table = "people"
                columns = [{ name = "email", pii = true }]

                [[dataset]]
                id = "wide"
                query = "SELECT x AS id, REPEAT('w', 100000) AS text FROM system_range(1, 100)"

                [[dataset]]
                id = "slow"
                query = "SELECT SUM(DAWDLE(x)) AS s FROM system_range(1, 10000000)"

                [[dataset]]
                id = "endless"
                query = "SELECT 'endless' || x AS text FROM system_range(1, 10000000) WHERE DAWDLE(x) < 0"

                [[dataset]]
                id = "wrong"
                query = "SELECT 1 / (x - 3) AS quotient FROM system_range(1, 10)"
                """);
    }

    private JsonNode preview(String of, String token) throws Exception {
        return server.get("/v2/datasets/" + of).as(token).send().json(200);
    }

    @Test
    void showsTypedValuesAndLeavesOutWhatIsMarked() throws Exception {
        String token = server.token("download@*");
        JsonNode seen = preview("people/preview?rows=2", token);

        assertThat(seen.get("rows")).hasSize(2);
        JsonNode second = seen.at("/rows/1");
        assertThat(second.get("id").isIntegralNumber()).isTrue();
        assertThat(second.get("share").isNumber()).isTrue();
        assertThat(second.get("share").asText()).startsWith("0.66");
        assertThat(second.get("chosen").isBoolean()).isTrue();
        assertThat(second.get("born").asText()).isEqualTo("2026-01-15");
        assertThat(second.get("note").asText()).isEqualTo("é\"");
        assertThat(seen.at("/rows/0/note").isNull()).isTrue();
        assertThat(second.has("email")).isFalse();
        assertThat(seen.get("hidden")).extracting(JsonNode::asText).containsExactly("email");
        assertThat(seen.toString()).doesNotContain("example.com");
        assertThat(seen.get("more").asBoolean()).isTrue();
        assertThat(preview("people/preview?rows=30", token).get("more").asBoolean())
                .isFalse();
    }

    @Test
    void anAdministratorSeesMarkedColumnsAndThatIsOnRecord() throws Exception {
        String admin = server.token("admin@*");
        JsonNode seen = preview("people/preview", admin);
        assertThat(seen.get("rows")).hasSize(20);
        assertThat(seen.at("/rows/0/email").asText()).isEqualTo("p1@example.com");
        assertThat(seen.get("hidden")).isEmpty();
        await().until(() -> server.ledger().audit().latest(10).toString().contains("api previewDataSet"));
    }

    @Test
    void endsWhereItIsManyBytesOrTakesLong() throws Exception {
        JsonNode wide = preview("wide/preview?rows=100", null);
        assertThat(wide.get("rows").size()).isBetween(10, 12);
        assertThat(wide.get("more").asBoolean()).isTrue();
        assertThat(wide.at("/rows/0/text").asText()).hasSize(1000);
        assertThat(wide.get("cut")).extracting(JsonNode::asText).containsExactly("text");
        assertThat(server.get("/v2/datasets/slow/preview").send().refused(503))
                .isEqualTo("the first rows of data set \"slow\" have not come within 10 seconds");
        assertThat(preview("people/preview?rows=1", null).get("rows")).hasSize(1);
    }

    /** Also where it has not come to the rows yet: columns are looked at for a policy before. */
    @Test
    void whatIsNotWaitedForAnyMoreAsksTheDatabaseNoLonger() throws Exception {
        Files.writeString(server.file("routes/looked.toml"), """
                [properties.export]
                source_dataset_id = "endless"
                file_path = "out/endless.csv"
                pii_policy = "strict"
                """);
        for (String path : new String[] {"/v2/flows/looked/preview", "/v2/datasets/endless/preview?flow=looked"}) {
            assertThat(server.get(path).send().refused(503)).endsWith("have not come within 10 seconds");
            await().until(() -> {
                try (Connection connection = server.database().getConnection();
                        ResultSet asking = connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT COUNT(*) FROM information_schema.sessions"
                                                + " WHERE executing_statement LIKE '%endless%' AND session_id <> SESSION_ID()")) {
                    return asking.next() && asking.getInt(1) == 0;
                }
            });
        }
    }

    private void export(String id, String more) throws Exception {
        Files.writeString(server.file("routes/" + id + ".toml"), """
                [properties.export]
                source_dataset_id = "people"
                file_path = "out/people.csv"
                columns = ["id", "email", "share"]
                order_by = ["id"]
                """ + more);
    }

    /** Whoever may fetch the files of an export may see how they begin; what is marked is treated as in these. */
    @Test
    void showsTheFirstRowsOfAnExportAsTheyWouldLeave() throws Exception {
        export("masked", "[properties.export.privacy]\nemail = \"mask\"\n");
        export("open", "pii_policy = \"allow\"\n");
        String token = server.token("download@*");
        JsonNode seen =
                server.get("/v2/flows/masked/preview?rows=2").as(token).send().json(200);

        assertThat(seen.get("text").asText()).startsWith("id,email,share\n1,*").contains("\n2,*");
        assertThat(seen.get("rows")).hasSize(2);
        assertThat(seen.get("more").asBoolean()).isTrue();
        assertThat(seen.toString()).doesNotContain("example.com");
        assertThat(server.get("/v2/flows/masked/preview?rows=1&format=jsonl")
                        .as(token)
                        .send()
                        .json(200)
                        .get("text")
                        .asText())
                .startsWith("{\"id\":1,\"email\":\"*");
        assertThat(server.get("/v2/flows/masked/preview?format=xlsx")
                        .as(token)
                        .send()
                        .refused(400))
                .isEqualTo("format: \"xlsx\" is no format of text; allowed: csv, tsv, json, jsonl");
        assertThat(server.get("/v2/flows/masked/preview")
                        .as(server.token("view@*"))
                        .send()
                        .refused(403))
                .contains("role download is needed");
        assertThat(server.get("/v2/flows/open/preview").as(token).send().refused(403))
                .isEqualTo("flow \"open\": pii_policy = \"allow\" takes a grant of role download with pii");
        assertThat(server.ledger().runs(null, null, 10)).isEmpty();
    }

    /** The namespace of a flow may have the name of a data set mean another table: a grant for the data set is not for that one. */
    @Test
    void aGrantForADataSetShowsNoTableOfAnotherSchemaByAFlow() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE SCHEMA hr",
                "CREATE TABLE hr.people AS SELECT x AS id, 'hr' AS email, 1 AS share FROM system_range(1, 3)");
        Files.writeString(server.file("routes/theirs.toml"), """
                namespace = "hr"
                [properties.export]
                source_dataset_id = "people"
                file_path = "out/theirs.csv"
                """);
        export("own", "[properties.export.privacy]\nemail = \"mask\"\n");
        String token = server.token("download@dataset:people, view@*");
        assertThat(server.get("/v2/datasets/people/preview?flow=theirs")
                        .as(token)
                        .send()
                        .refused(403))
                .isEqualTo("data set \"people\": role download is needed for it itself, or everywhere");
        assertThat(preview("people/preview?flow=own", token).get("rows")).hasSize(20);
        for (String covering : new String[] {"download@namespace:hr", "download@dataset:hr.people"}) {
            assertThat(preview("people/preview?flow=theirs", server.token(covering + ", view@*"))
                            .get("rows"))
                    .hasSize(3);
        }
    }

    @Test
    void whatIsNotUnderstoodOrNotAllowedIsRefused() throws Exception {
        assertThat(server.get("/v2/datasets/people/preview?rows=501").send().refused(400))
                .isEqualTo("rows: \"501\" is not a number; 1 to 500 is allowed");
        assertThat(server.get("/v2/datasets/none/preview").send().refused(404))
                .isEqualTo("there is no data set \"none\"");
        assertThat(server.get("/v2/datasets/wrong/preview").send().refused(409)).contains("Division by zero");
        assertThat(server.get("/v2/datasets/people/preview")
                        .as(server.token("view@*"))
                        .send()
                        .refused(403))
                .isEqualTo("data set \"people\": role download is needed for it itself, or everywhere");
        assertThat(server.get("/v2/datasets/people/preview")
                        .as(server.token("download@dataset:orders"))
                        .send()
                        .refused(404))
                .isEqualTo("there is no data set \"people\"");
    }
}
