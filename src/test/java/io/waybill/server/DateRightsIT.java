package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.TestDatabases;
import io.waybill.facts.DeliveryFacts;
import io.waybill.server.ServerHarness.Answered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of which days the rows are that leave by grants with date limits. */
class DateRightsIT {

    private static final String FROM_2025 = "create@namespace:sales not-before=2025-01-01";

    private final SetClock clock = new SetClock();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with()
            .withClock(clock)
            .withFiles(folder -> Files.writeString(folder.resolve("routes/datasets.toml"), """
                    [[dataset]]
                    id = "dated"
                    table = "sales.dated"
                    time = "ordered_at"

                    [[dataset]]
                    id = "fed"
                    table = "sales.dated"
                    watermark = "ordered_at"

                    [[dataset]]
                    id = "numbered"
                    table = "sales.dated"
                    watermark = "id"
                    """))
            .withFlow("dated", flow("dated", "dated", ""))
            .withFlow("bare", flow("bare", "sales.dated", ""))
            .withFlow("numbered", flow("numbered", "numbered", ""))
            .withFlow("fresh", flow("fresh", "fed", "since_last_export = true\n"))
            .withFlow("steady", flow("steady", "dated", "\n[[properties.export.expect]]\nchange_of_rows = \"10%\"\n"))
            .withFlow("whole", flow("whole", "dated", "").replace("{run_id}", "whole"))
            .withFlow(
                    "versions",
                    flow("versions", "dated", "if_exists = \"version\"\n").replace("{run_id}", "versions"))
            .withFlow(
                    "strict",
                    flow("strict", "dated", "\n[[properties.export.expect]]\ncolumn = \"id\"\nbetween = [1, 3]\n"));

    private static String flow(String folder, String dataset, String more) {
        return """
                namespace = "sales"
                [properties.export]
                source_dataset_id = "%s"
                file_path = "{{files}}/%s/{run_id}.csv"
                %s""".formatted(dataset, folder, more);
    }

    @BeforeEach
    void hasRowsOfSomeDays() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.dated (id INT PRIMARY KEY, ordered_at TIMESTAMP(6))",
                "INSERT INTO sales.dated VALUES (1, TIMESTAMP '2024-12-31 23:59:59.999999'),"
                        + " (2, TIMESTAMP '2025-01-01 00:00:00'), (3, TIMESTAMP '2025-06-01 12:00:00'), (4, NULL)");
    }

    private JsonNode run(String flow, String token, String options) throws Exception {
        return server.post("/v2/flows/" + flow + "/run?wait=true")
                .as(token)
                .json(options)
                .send()
                .json(200);
    }

    private String file(JsonNode run) {
        String id = run.get("run_id").asText();
        return "/v2/runs/" + id + "/files/"
                + server.ledger().run(id).orElseThrow().files().get(0).name();
    }

    private List<String> ids(JsonNode run) throws Exception {
        assertThat(run.get("status").asText()).as(run.toString()).isEqualTo("done");
        String admin = server.token("admin@*");
        return Stream.of(server.get(file(run)).as(admin).send().text().split("\r?\n"))
                .skip(1)
                .map(line -> line.split(",")[0])
                .toList();
    }

    @Test
    void aRunHasNoRowsOfDaysBeforeThoseOfTheGrant() throws Exception {
        String token = server.token(FROM_2025);
        JsonNode run = run("dated", token, "{}");
        assertThat(ids(run)).containsExactly("2", "3");
        assertThat(run.get("first_day").asText()).isEqualTo("2025-01-01");
        assertThat(run.get("first_day_by").asText()).isEqualTo("grant");
        String id = run.get("run_id").asText();
        DeliveryFacts there =
                server.ledger().run(id).orElseThrow().planned().delivery().facts();
        assertThat(ServerHarness.JSON
                        .readTree(Path.of(there.place(), there.waybill()).toFile())
                        .get("first_day")
                        .asText())
                .as("who reads the files is told, too")
                .isEqualTo("2025-01-01");
        assertThat(server.get("/runs/" + id)
                        .header("Accept", "text/html")
                        .as(token)
                        .send()
                        .text())
                .contains("all rows; of these, rows from 2025-01-01 on, by the grant");
        assertThat(ids(run("dated", server.token("create@*"), "{}"))).containsExactly("1", "2", "3", "4");
        assertThat(ids(run("dated", token, "{\"mode\": \"full\"}"))).containsExactly("2", "3");
        assertThat(ids(run(
                        "dated",
                        token,
                        "{\"from\": \"2024-01-01\", \"to\": \"2025-02-01\", \"column\": \"ordered_at\"}")))
                .containsExactly("2");
    }

    @Test
    void theLastDaysAreCountedFromTodayInUtc() throws Exception {
        LocalDate today = LocalDate.now(clock);
        TestDatabases.execute(
                server.database(),
                "INSERT INTO sales.dated VALUES (90, TIMESTAMP '" + today.minusDays(90) + " 00:00:00'),"
                        + " (91, TIMESTAMP '" + today.minusDays(91) + " 23:59:59')");
        assertThat(ids(run("dated", server.token("create@namespace:sales last-days=90"), "{}")))
                .containsExactly("90");
        assertThat(ids(run("dated", server.token("create@namespace:sales last-days=90"), "{\"date\": \"2025-06-30\"}")))
                .as("whatever date a run is asked for by")
                .containsExactly("90");
    }

    @Test
    void theRowsOfAnEarlierRunAreNoMoreThanThoseOfTheGrant() throws Exception {
        String admin = server.token("admin@*");
        String limited = server.token(FROM_2025);
        String all = run("dated", admin, "{}").get("run_id").asText();
        JsonNode few = run("dated", limited, "{\"rerun\": \"" + all + "\"}");
        assertThat(ids(few)).containsExactly("2", "3");
        JsonNode again =
                run("dated", admin, "{\"rerun\": \"" + few.get("run_id").asText() + "\"}");
        assertThat(ids(again)).as("those of that run").containsExactly("2", "3");
        assertThat(again.get("first_day_by").asText()).isEqualTo("grant");
    }

    @Test
    void nothingIsClaimedOfRunsOfBeforeItWasKeptWhoLimitsThem() throws Exception {
        String limited = server.token(FROM_2025);
        String id = run("dated", limited, "{}").get("run_id").asText();
        TestDatabases.execute(server.ledgerDatabase(), "UPDATE waybill_run SET first_day_by = NULL");
        JsonNode old = server.get("/v2/runs/" + id).as(limited).send().json(200);
        assertThat(old.get("first_day").asText()).isEqualTo("2025-01-01");
        assertThat(old.has("first_day_by")).isFalse();
        assertThat(server.get("/runs/" + id)
                        .header("Accept", "text/html")
                        .as(limited)
                        .send()
                        .text())
                .contains("rows from 2025-01-01 on<");

        JsonNode again = run("dated", server.token("admin@*"), "{\"rerun\": \"" + id + "\"}");

        assertThat(ids(again)).containsExactly("2", "3");
        assertThat(again.has("first_day_by")).isFalse();
        assertThat(run("dated", limited, "{\"rerun\": \"" + id + "\"}")
                        .get("first_day_by")
                        .asText())
                .as("the one who asks now has a grant")
                .isEqualTo("grant");
    }

    @Test
    void ofSeveralGrantsForTheSameTheOneThatAllowsMostHolds() throws Exception {
        assertThat(ids(run("dated", server.token(FROM_2025 + ", create@flow:dated not-before=2024-12-31"), "{}")))
                .containsExactly("1", "2", "3");
        assertThat(ids(run("dated", server.token(FROM_2025 + ", create@flow:dated"), "{}")))
                .containsExactly("1", "2", "3", "4");
        assertThat(ids(run("dated", server.token(FROM_2025 + ", create@flow:other"), "{}")))
                .containsExactly("2", "3");
    }

    @Test
    void thePlanSaysSo() throws Exception {
        JsonNode plan = server.get("/v2/flows/dated/plan")
                .as(server.token(FROM_2025))
                .send()
                .json(200);
        assertThat(plan.get("rows_from").asText())
                .isEqualTo("rows from 2025-01-01 on, by the grant (ordered_at, in UTC)");
        assertThat(plan.get("sql").asText()).contains("\"ordered_at\" >= ?").doesNotContain("2025");
        assertThat(plan.get("parameters")).extracting(JsonNode::asText).containsExactly("2025-01-01T00:00");
        assertThat(server.get("/v2/flows/dated/plan")
                        .as(server.token("view@*"))
                        .send()
                        .json(200)
                        .get("rows_from")
                        .isNull())
                .isTrue();
    }

    @Test
    void thePlanSaysWhatARunIsRefusedForThatItsReaderAsksFor() throws Exception {
        String limited = server.token(FROM_2025 + " max-rows=1000");
        JsonNode whole = plan("whole", limited);
        assertThat(whole.get("refused").asText())
                .startsWith("if_exists: rows from 2025-01-01 on, by the grant (ordered_at, in UTC), and delivery");
        assertThat(whole.get("most_rows").asLong()).isEqualTo(1000);
        assertThat(plan("dated", limited).has("refused")).isFalse();
        assertThat(plan("whole", server.token("create@*")).has("refused")).isFalse();
        assertThat(plan("whole", server.token("view@*")).has("most_rows"))
                .as("who may not run it has no such limit")
                .isFalse();
        String feed = "namespace = \"sales\"\n[properties.change_feed]\nsource_dataset_id = \"dated\"\n[input]\n"
                + "primary_key = \"id\"\n";
        assertThat(put(feed, server.token("admin@*"), "fed").status()).isEqualTo(201);
        assertThat(plan("fed", limited).get("refused").asText())
                .isEqualTo("flow \"fed\" finds what has changed in all rows, and the caller's grants are for those from"
                        + " 2025-01-01 on");
        assertThat(server.get("/flows/whole/plan")
                        .header("Accept", "text/html")
                        .as(limited)
                        .send()
                        .text())
                .contains("A run that you ask for is refused", "if_exists: rows from", "1,000 rows, by the grant");
    }

    private JsonNode plan(String flow, String token) throws Exception {
        return server.get("/v2/flows/" + flow + "/plan").as(token).send().json(200);
    }

    @Test
    void aDataSetWithoutATimeIsNotForSuchAGrant() throws Exception {
        String token = server.token(FROM_2025);
        String undeclared = "rows from 2025-01-01 on, by the grant: nobody has declared which column of data set"
                + " \"sales.dated\" tells the day of a row; write time = \"<a column of dates or times>\" there, in"
                + " datasets.toml";
        assertThat(server.post("/v2/flows/bare/run").as(token).send().refused(403))
                .isEqualTo(undeclared);
        assertThat(run("numbered", token, "{}").get("error").asText())
                .contains("rows from 2025-01-01 on, by the grant: column id of data set \"numbered\" is integer, which"
                        + " tells no day; ");
        assertThat(server.get("/v2/datasets/numbered/preview")
                        .as(server.token("download@* last-days=9"))
                        .send()
                        .refused(403))
                .contains("column id of data set \"numbered\" is integer, which tells no day");
    }

    @Test
    void noRunMovesAWatermarkPastRowsThatItLeavesOut() throws Exception {
        String token = server.token(FROM_2025);
        assertThat(run("fresh", token, "{}").get("error").asText())
                .contains("since_last_export: rows from 2025-01-01 on, by the grant (ordered_at, in UTC), and the rows"
                        + " that are new begin earlier, or nobody knows that they do not");
        assertThat(server.ledger().watermarks().find("fresh")).isEmpty();
        assertThat(ids(run("fresh", server.token("create@*"), "{}"))).containsExactly("1", "2", "3");
        TestDatabases.execute(server.database(), "INSERT INTO sales.dated VALUES (5, TIMESTAMP '2025-07-01 00:00:00')");
        assertThat(ids(run("fresh", token, "{}")))
                .as("all that is new is of later days")
                .containsExactly("5");
    }

    @Test
    void aFlowThatIsWrittenHasTheLimitItself() throws Exception {
        String token =
                server.token("create@namespace:sales not-before=2025-01-01, create@namespace:sales last-days=90");
        String refused = "by the caller's grants, flow \"new\" is for rows from 2025-01-01 on: the flow has to say"
                + " not_before = \"2025-01-01\" or a later day";
        String all = flow("new", "dated", "");
        assertThat(put(all, token).refused(403)).isEqualTo(refused);
        assertThat(put(all + "not_before = \"2024-12-31\"\n", token).refused(403))
                .isEqualTo(refused);
        assertThat(server.post("/v2/plan?id=new")
                        .as(token)
                        .toml(own(all))
                        .send()
                        .refused(403))
                .isEqualTo(refused);
        assertThat(put(all + "last_days = 91\n", token).refused(403)).isEqualTo(refused);
        String limited = all + "not_before = \"2025-01-01\"\n";
        Answered written = put(limited, token);
        assertThat(written.status()).as(written.text()).isEqualTo(201);
        JsonNode run = run("new", server.token("admin@*"), "{}");
        assertThat(ids(run)).as("whoever has it run").containsExactly("2", "3");
        assertThat(run.get("first_day_by").asText()).isEqualTo("flow");
        assertThat(server.get("/v2/flows/new/plan")
                        .as(token)
                        .send()
                        .json(200)
                        .get("rows_from")
                        .asText())
                .isEqualTo("rows from 2025-01-01 on, by the flow (ordered_at, in UTC)");
        assertThat(server.put("/v2/flows/new")
                        .as(token)
                        .header("If-Match", written.header("ETag"))
                        .toml(own(all))
                        .send()
                        .refused(403))
                .as("nor is it taken out again")
                .isEqualTo(refused);
        assertThat(put(flow("last", "dated", "") + "last_days = 90\n", token, "last")
                        .status())
                .isEqualTo(201);
    }

    private Answered put(String toml, String token) throws Exception {
        return put(toml, token, "new");
    }

    private Answered put(String toml, String token, String id) throws Exception {
        return server.put("/v2/flows/" + id).as(token).toml(own(toml)).send();
    }

    /** Without a placeholder, which is an administrator's to write. */
    private String own(String toml) {
        return toml.replace("{{files}}", server.file("exports").toString());
    }

    @Test
    void theGrantForADataSetLimitsWhatIsWrittenToo() throws Exception {
        String token = server.token("create@flow:new, create@dataset:dated last-days=30, create@dataset:none");
        assertThat(put(flow("new", "dated", ""), token).refused(403))
                .isEqualTo("by the caller's grants, data set \"dated\" is for rows from "
                        + LocalDate.now(clock).minusDays(30)
                        + " on: the flow has to say last_days = 30 or less");
        assertThat(put(flow("new", "dated", "last_days = 30\n"), token).status())
                .isEqualTo(201);
        String by = server.token("create@flow:by_schema, " + FROM_2025);
        assertThat(put(flow("by_schema", "dated", ""), by, "by_schema").refused(403))
                .startsWith("by the caller's grants, data set \"dated\" is for rows from 2025-01-01 on");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not_before = \"2025-02-30\"; routes/new.toml:5: not_before: \"2025-02-30\" is text; a date such as \"2025-01-01\" is expected",
                "last_days = 0; routes/new.toml:5: last_days: ",
                "since_last_export = \"changes\"\\nlast_days = 9; does not go with since_last_export = \"changes\""
            })
    void aLimitThatIsNotUnderstoodIsRefused(String each) throws Exception {
        String[] written = each.split("; ", 2);
        assertThat(put(flow("new", "dated", written[0].replace("\\n", "\n") + "\n"), server.token("admin@*"))
                        .refused(422))
                .contains(written[1]);
    }

    @Test
    void aLimitOfADataSetWithoutTimeIsRefusedWhereItIsWritten() throws Exception {
        Files.writeString(
                server.file("routes/datasets.toml"),
                "\n[[dataset]]\nid = \"timeless\"\ntable = \"sales.dated\"\n",
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(put(flow("new", "timeless", "last_days = 9\n"), server.token("admin@*"))
                        .refused(422))
                .contains("lastDays: nobody has declared which column of data set \"timeless\" tells the day of a row");
    }

    @Test
    void whoMayNotHaveAllRowsHasNothingToDoWithChanges() throws Exception {
        String feed = "namespace = \"sales\"\n[properties.change_feed]\nsource_dataset_id = \"dated\"\n[input]\n"
                + "primary_key = \"id\"\n";
        String token = server.token(FROM_2025);
        String refused = "flow \"new\" finds what has changed in all rows, and the caller's grants are for those from"
                + " 2025-01-01 on";
        assertThat(put(feed, token).refused(403)).isEqualTo(refused);
        assertThat(put(feed, server.token("admin@*")).status()).isEqualTo(201);
        assertThat(server.post("/v2/flows/new/run").as(token).send().refused(403))
                .isEqualTo(refused);
        String before = server.token("create@flow:first, create@dataset:dated, " + FROM_2025);
        assertThat(put(feed.replace("[input]", "then = [\"dated\"]\n[input]"), before, "first")
                        .refused(403))
                .isEqualTo("then: flow \"dated\": the caller's grants are for rows from 2025-01-01 on, and a flow that"
                        + " runs after another has all that it lets leave");
    }

    @Test
    void filesOfRunsThatMayHaveOlderRowsAreNotFetched() throws Exception {
        String admin = server.token("admin@*");
        String limited = server.token("download@namespace:sales not-before=2025-01-01");
        JsonNode all = run("dated", admin, "{}");
        assertThat(server.get(file(all)).as(limited).send().refused(403))
                .isEqualTo("run \"" + all.get("run_id").asText() + "\" may have rows of before 2025-01-01, and the"
                        + " caller's grants of role download are for those from then on");
        JsonNode few = run("dated", server.token(FROM_2025), "{}");
        assertThat(server.get(file(few)).as(limited).send().status()).isEqualTo(200);
        JsonNode later =
                run("dated", admin, "{\"from\": \"2025-01-02\", \"to\": \"2025-07-01\", \"column\": \"ordered_at\"}");
        assertThat(server.get(file(later)).as(limited).send().status())
                .as("its window begins then")
                .isEqualTo(200);
        JsonNode earlier =
                run("dated", admin, "{\"from\": \"2024-12-31\", \"to\": \"2025-07-01\", \"column\": \"ordered_at\"}");
        assertThat(server.get(file(earlier)).as(limited).send().status()).isEqualTo(403);
        assertThat(server.get(file(all))
                        .as(server.token("download@*, download@namespace:sales last-days=1"))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void keptFilesThatMayHaveOlderRowsAreNotDelivered() throws Exception {
        JsonNode run = run("strict", server.token("admin@*"), "{}");
        assertThat(run.get("status").asText()).isEqualTo("quarantined");
        String id = run.get("run_id").asText();
        String why = "{\"reason\": \"why\"}";
        assertThat(server.post("/v2/runs/" + id + "/release")
                        .as(server.token(FROM_2025))
                        .json(why)
                        .send()
                        .refused(403))
                .contains("may have rows of before 2025-01-01");
        assertThat(server.post("/v2/runs/" + id + "/release?wait=true")
                        .as(server.token("create@*"))
                        .json(why)
                        .send()
                        .json(200)
                        .get("status")
                        .asText())
                .isEqualTo("done");
    }

    /** It has fewer rows, which says nothing of those of the flow. */
    @Test
    void aRunOfFewerDaysIsComparedWithNoneOfAll() throws Exception {
        String admin = server.token("admin@*");
        String limited = server.token(FROM_2025);
        assertThat(ids(run("steady", admin, "{}"))).hasSize(4);
        assertThat(ids(run("steady", limited, "{}"))).hasSize(2);
        assertThat(ids(run("steady", admin, "{}"))).hasSize(4);
        TestDatabases.execute(server.database(), "DELETE FROM sales.dated WHERE id = 3");
        assertThat(run("steady", limited, "{}").get("status").asText())
                .as("with the last of its kind it is")
                .isEqualTo("quarantined");
    }

    /** Who reads them would have fewer rows than before, and not know it. */
    @Test
    void aRunByAGrantTakesThePlaceOfNoFilesWithAllRows() throws Exception {
        String limited = server.token("create@namespace:sales not-before=2025-01-01, download@*, view@*");
        JsonNode all = run("whole", server.token("admin@*"), "{}");
        assertThat(ids(all)).hasSize(4);
        JsonNode refused = run("whole", limited, "{}");
        assertThat(refused.get("status").asText()).isEqualTo("failed");
        assertThat(refused.get("error").asText())
                .contains("if_exists: rows from 2025-01-01 on, by the grant (ordered_at, in UTC), and delivery \"")
                .contains(
                        "overwrites files of that name, which may have all rows; have the flow say {run_id} in file_path,"
                                + " or if_exists = \"version\"");
        assertThat(ids(all)).as("they are as they were").hasSize(4);
        assertThat(server.get("/v2/flows/whole/preview").as(limited).send().status())
                .as("a look writes nothing")
                .isEqualTo(200);
        assertThat(ids(run("versions", server.token("admin@*"), "{}"))).hasSize(4);
        assertThat(ids(run("versions", limited, "{}"))).hasSize(2);
    }

    @Test
    void thePreviewHasTheRowsOfTheGrant() throws Exception {
        JsonNode seen = server.get("/v2/datasets/dated/preview")
                .as(server.token("download@* not-before=2025-01-01"))
                .send()
                .json(200);
        assertThat(seen.get("rows")).extracting(row -> row.get("id").asInt()).containsExactly(2, 3);
        assertThat(server.get("/v2/datasets/dated/preview")
                        .as(server.token("download@*"))
                        .send()
                        .json(200)
                        .get("rows"))
                .hasSize(4);
    }

    @Test
    void thePreviewOfAFlowHasTheRowsOfTheGrantToo() throws Exception {
        String limited = server.token("download@namespace:sales not-before=2025-01-01");
        assertThat(server.get("/v2/datasets/dated/preview?flow=dated")
                        .as(limited)
                        .send()
                        .json(200)
                        .get("rows"))
                .extracting(row -> row.get("id").asInt())
                .containsExactly(2, 3);
        String all = server.get("/v2/flows/dated/preview")
                .as(server.token("download@*"))
                .send()
                .json(200)
                .toString();
        String few = server.get("/v2/flows/dated/preview")
                .as(limited)
                .send()
                .json(200)
                .toString();
        assertThat(all).contains("2024-12-31");
        assertThat(few).contains("2025-01-01").doesNotContain("2024-12-31");
    }

    @Test
    void thePageShowsThePlanOfWhoLooks() throws Exception {
        var created = server.ledger()
                .server()
                .tokens()
                .create("ann", FROM_2025, null, io.waybill.ledger.Tokens.DailyLimits.NONE);
        String session =
                server.ledger().server().sessions().begin(created.token().id());
        Answered page = server.get("/flows/dated/plan")
                .header("Cookie", "waybill-session=" + session)
                .header("Accept", "text/html")
                .send();
        assertThat(page.text()).contains("rows from 2025-01-01 on, by the grant");
    }
}
