package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.waybill.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first rows of a data set as a flow has them leave: what its files have, and nothing that these have not. */
class TreatedPreviewIT {

    private static final String KEY = "70726976616379206b6579206f66206120707265766965772031323334353637";

    /** In columns that are marked pii. */
    private static final List<String> CANARIES =
            List.of("canary.person@pii.example", "918273645546372819", "Canaria Person");

    private static final String TRANSFORM = """
            [[properties.export.transform]]
            column = "%s"
            method = "%s"
            %s
            """;

    private static final Map<String, String> FLOWS = new LinkedHashMap<>();

    static {
        String key = "key = \"persons\"";
        FLOWS.put("plain", "");
        FLOWS.put("policy_hash", "pii_policy = \"hash\"\npii_key = \"persons\"\n");
        FLOWS.put("policy_mask", "pii_policy = \"mask\"\n");
        FLOWS.put("policy_tokens", "pii_policy = \"tokenize\"\npii_key = \"persons\"\n");
        FLOWS.put(
                "hashed",
                TRANSFORM.formatted("email", "hash", key)
                        + TRANSFORM.formatted("ssn", "hash", key + "\nencoding = \"base64url\""));
        FLOWS.put(
                "others",
                TRANSFORM.formatted("email", "domain", "")
                        + TRANSFORM.formatted("ssn", "generalize", "bucket = 1000000000000")
                        + TRANSFORM.formatted("born", "generalize", "to = \"year\"")
                        + TRANSFORM.formatted("name", "mask", "keep_first = 1"));
        FLOWS.put(
                "few",
                "columns = [\"id\", \"email\"]\nlimit = 2\norder_by = [\"id desc\"]\n"
                        + TRANSFORM.formatted("email", "mask", "keep_last = 3"));
        FLOWS.put("in_short", "[properties.export.privacy]\nemail = \"domain\"\nname = { transform = \"mask\" }\n");
    }

    @RegisterExtension
    private final ServerHarness server = flows(ServerHarness.with())
            .withFiles(folder -> Files.writeString(folder.resolve("routes/datasets.toml"), """
                    [[dataset]]
                    id = "people"
                    datasource = "db"
                    table = "people"
                    watermark = "id"
                    columns = [{ name = "email", pii = true }, { name = "ssn", pii = true }, { name = "name", pii = true }]
                    """))
            .withFlow("allow", export("allow", "pii_policy = \"allow\"\n"))
            .withFlow("keyless", export("keyless", "pii_policy = \"hash\"\npii_key = \"lost\"\n"))
            .withFlow("grouped", export("grouped", """
                    pii_policy = "hash"
                    pii_key = "persons"
                    report = { group_by = ["email"], metrics = [{ function = "count", name = "n" }] }
                    """))
            .withFlow("filtered", export("filtered", "filters = [{ column = \"id\", op = \">=\", value = 3 }]\n"))
            .withFlow("since", export("since", "since_last_export = true\n"))
            .withFlow("strict", export("strict", "source_dataset_id = \"unmarked\"\npii_policy = \"strict\"\n"))
            .withFlow("feed", """
                    [properties.change_feed]
                    source_dataset_id = "people"

                    [input]
                    primary_key = "id"
                    """)
            .withProperty("waybill.privacy-keys.persons", KEY);

    private static ServerHarness flows(ServerHarness harness) {
        FLOWS.forEach((id, keys) -> harness.withFlow(id, export(id, keys)));
        return harness;
    }

    private static String export(String id, String keys) {
        String dataSet = keys.contains("source_dataset_id") ? "" : "source_dataset_id = \"people\"\n";
        return "[properties.export]\n" + dataSet + "file_path = \"{{files}}/" + id + ".csv\"\n" + keys;
    }

    @BeforeEach
    void fill() {
        TestDatabases.execute(
                server.database(),
                "CREATE TABLE people AS SELECT x AS id, 'canary.person@pii.example' AS email,"
                        + " CAST(918273645546372819 AS BIGINT) AS ssn, 'Canaria Person' AS name,"
                        + " DATE '1971-03-04' AS born, 'note ' || x AS note FROM system_range(1, 5)",
                "CREATE TABLE unmarked AS SELECT x AS id, 'person' || x || '@pii.example' AS email FROM system_range(1, 5)");
    }

    private JsonNode preview(String flow, String token) throws Exception {
        return server.get("/v2/datasets/people/preview?flow=" + flow)
                .as(token)
                .send()
                .json(200);
    }

    private List<Map<String, String>> file(String flow) throws IOException {
        Path file = server.file("exports/" + flow + ".csv");
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file);
                Stream<NamedCsvRecord> records = csv.stream()) {
            return records.map(NamedCsvRecord::getFieldsAsMap).toList();
        }
    }

    private static List<Map<String, String>> rows(JsonNode preview) {
        List<Map<String, String>> rows = new ArrayList<>();
        preview.get("rows").forEach(row -> {
            Map<String, String> values = new LinkedHashMap<>();
            row.properties()
                    .forEach(
                            value -> values.put(value.getKey(), value.getValue().asText()));
            rows.add(values);
        });
        return rows;
    }

    @Test
    void showsEachValueAsTheFlowsFileHasItAndNoneThatIsMarkedInClear() throws Exception {
        for (String flow : FLOWS.keySet()) {
            server.run(flow);
        }
        String token = server.token("download@dataset:people, view@*");
        String admin = server.token("admin@*");
        for (String flow : FLOWS.keySet()) {
            for (String who : List.of(token, admin)) {
                JsonNode seen = preview(flow, who);
                assertThat(rows(seen)).as(flow).isEqualTo(file(flow));
                String page = server.get("/datasets/people/preview?flow=" + flow)
                        .as(who)
                        .header("Accept", "text/html")
                        .send()
                        .text();
                CANARIES.forEach(canary -> {
                    assertThat(seen.toString()).as(flow).doesNotContain(canary);
                    assertThat(page).as(flow).doesNotContain(canary).contains("First rows of people");
                });
            }
        }
    }

    @Test
    void saysOfEachColumnWhatBecomesOfIt() throws Exception {
        String token = server.token("download@*");
        JsonNode seen = preview("others", token);
        assertThat(seen.get("flow").asText()).isEqualTo("others");
        assertThat(seen.get("columns"))
                .extracting(column ->
                        column.get("name").asText() + ": " + column.get("type").asText() + ", "
                                + column.path("leaves").asText("as it is"))
                .containsExactly(
                        "id: bigint, as it is",
                        "email: text, domain alone",
                        "ssn: bigint, in buckets of 1000000000000",
                        "name: text, masked but for the first 1",
                        "born: date, beginning of the year",
                        "note: text, as it is");
        assertThat(seen.get("hidden")).isEmpty();
        assertThat(preview("plain", token).get("hidden"))
                .extracting(JsonNode::asText)
                .containsExactly("email", "ssn", "name");
        String page = server.get("/datasets/people/preview?flow=others")
                .as(token)
                .header("Accept", "text/html")
                .send()
                .text();
        assertThat(page)
                .contains("email <span class=\"leaves\">domain alone</span>")
                .contains("Columns that leave in another form", "<option value=\"others\" selected>")
                .doesNotContain("<option value=\"feed\"", "<option value=\"strict\"");
    }

    @Test
    void showsWhatTheFlowTakesWhateverWasExportedBefore() throws Exception {
        assertThat(preview("filtered", null).get("rows")).hasSize(3);
        server.run("since");
        assertThat(preview("since", null).get("rows")).hasSize(5);
        JsonNode few = preview("few", null);
        assertThat(few.get("rows")).extracting(row -> row.get("id").asInt()).containsExactly(5, 4);
        assertThat(few.get("more").asBoolean()).isFalse();
        JsonNode groups = preview("grouped", null);
        assertThat(groups.get("rows")).hasSize(1);
        assertThat(groups.at("/rows/0/email").asText()).matches("[0-9a-f]{64}");
        assertThat(groups.at("/rows/0/n").asInt()).isEqualTo(5);
    }

    @Test
    void showsWhatLeavesAsItIsToWhoMayHaveItAlone() throws Exception {
        String plain = server.token("download@*");
        assertThat(server.get("/v2/datasets/people/preview?flow=allow")
                        .as(plain)
                        .send()
                        .refused(403))
                .isEqualTo("flow \"allow\": pii_policy = \"allow\" takes a grant of role download with pii");
        for (String grants : List.of("download@* pii", "download@flow:allow pii", "admin@*")) {
            assertThat(rows(preview("allow", server.token(grants))))
                    .as(grants)
                    .allSatisfy(row -> assertThat(row).containsEntry("email", CANARIES.get(0)));
        }
    }

    @Test
    void letsWhoMayFetchTheFilesOfAFlowSeeWhatTheseWouldHave() throws Exception {
        String token = server.token("download@flow:hashed");
        assertThat(rows(preview("hashed", token))).hasSize(5);
        assertThat(server.get("/v2/datasets/people/preview").as(token).send().refused(403))
                .isEqualTo("data set \"people\": role download is needed for it itself, or everywhere");
        assertThat(server.get("/v2/datasets/people/preview?flow=plain")
                        .as(token)
                        .send()
                        .refused(404))
                .isEqualTo("flow: there is no flow \"plain\"");
        assertThat(server.get("/v2/datasets/people/preview?flow=hashed")
                        .as(server.token("view@flow:hashed"))
                        .send()
                        .refused(403))
                .contains("role download is needed");
        String page = server.get("/flows/hashed")
                .as(token)
                .header("Accept", "text/html")
                .send()
                .text();
        assertThat(page).contains("href=\"/datasets/people/preview?flow=hashed\"");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatARunWouldBeRefusedForIsRefusedHere(boolean asPage) throws Exception {
        assertRefused("keyless", "\"lost\" is the id of no key; set waybill.privacy-keys.lost", 409, asPage);
        assertRefused("none", "there is no flow \"none\"", 404, asPage);
        assertRefused("feed", "\"feed\" compares tables, and exports nothing itself", 400, asPage);
        assertRefused("strict", "\"strict\" exports data set \"unmarked\", not \"people\"", 400, asPage);
        String strict =
                server.get("/v2/datasets/unmarked/preview?flow=strict").send().refused(409);
        assertThat(strict).startsWith("pii_policy: \"strict\" stops before column \"email\"");
    }

    private void assertRefused(String flow, String message, int status, boolean asPage) throws Exception {
        if (asPage) {
            ServerHarness.Answered page = server.get("/datasets/people/preview?flow=" + flow)
                    .header("Accept", "text/html")
                    .send();
            assertThat(page.status()).isEqualTo(status);
            assertThat(page.text().replace("&#34;", "\"").replace("&quot;", "\""))
                    .contains(message, "<select id=\"flow\"");
        } else {
            assertThat(server.get("/v2/datasets/people/preview?flow=" + flow)
                            .send()
                            .refused(status))
                    .contains(message);
        }
    }
}
