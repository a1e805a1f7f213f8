package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.TestDatabases;
import io.waybill.ledger.RunEntry;
import java.nio.file.Files;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What who may write some flows cannot do by them. */
class WritingIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with()
            .withFlow("secret", "namespace = \"finance\"\n" + ServerHarness.export("secret"))
            .withFlow("mine", "namespace = \"sales\"\n" + ServerHarness.export("mine"))
            .withFlow("open", "namespace = \"sales\"\n" + ServerHarness.export("open") + "pii_policy = \"allow\"\n")
            .withProperty("shop.password", "Geheim1");

    private String seller;

    @BeforeEach
    void sellsOrders() throws Exception {
        TestDatabases.execute(server.database(), "CREATE SCHEMA sales", "CREATE TABLE sales.orders AS SELECT 1 AS id");
        seller = server.token("create@namespace:sales,download@namespace:sales");
    }

    private String export(String more) {
        return "namespace = \"sales\"\n[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \""
                + server.file("exports/new/orders.csv") + "\"\n" + more;
    }

    private static String feed(String more) {
        return "namespace = \"sales\"\n[properties.change_feed]\nsource_dataset_id = \"orders\"\n" + more
                + "\n[input]\nprimary_key = \"id\"\n";
    }

    private ServerHarness.Answered put(String toml) throws Exception {
        return server.put("/v2/flows/new").as(seller).toml(toml).send();
    }

    @Test
    void writesWhatIsTheirs() throws Exception {
        assertThat(put(export("")).json(201).get("id").asText()).isEqualTo("new");
        assertThat(server.run("new", seller).get("rows").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"class:java.lang.System?method=exit(77)", "file:/tmp/outside", "http://127.0.0.1:1/"})
    void aFeedTellsNobodyWhomNoAdministratorHasNamed(String endpoint) throws Exception {
        for (String type : new String[] {"change_feed", "delta_publishing"}) {
            assertThat(put(feed("notifications = [{ uri = \"" + endpoint + "\" }]")
                                    .replace("change_feed", type))
                            .refused(422))
                    .isEqualTo("routes/new.toml: notifications: role admin@* is needed to write them");
        }
    }

    @Test
    void aFeedRunsNoFlowThatItsWriterMayNot() throws Exception {
        assertThat(put(feed("then = [\"secret\"]")).refused(422)).isEqualTo("then: there is no flow \"secret\"");
        assertThat(put(feed("then = [\"none\"]")).refused(422)).isEqualTo("then: there is no flow \"none\"");
        assertThat(put(feed("then = [\"open\"]")).refused(403))
                .isEqualTo("flow \"open\": pii_policy = \"allow\" takes a grant of role create with pii");
        String seen = server.token("create@namespace:sales, view@*");
        assertThat(server.put("/v2/flows/new")
                        .as(seen)
                        .toml(feed("then = [\"secret\"]"))
                        .send()
                        .refused(403))
                .isEqualTo("then: flow \"secret\": role create is needed");
        String admin = server.token("admin@*");
        assertThat(server.put("/v2/flows/new")
                        .as(admin)
                        .toml(feed("then = [\"secret\"]"))
                        .send()
                        .status())
                .isEqualTo(201);
        assertThat(server.post("/v2/flows/new/run").as(seller).send().refused(422))
                .isEqualTo("then: there is no flow \"secret\"");
        assertThat(server.put("/v2/flows/new2")
                        .as(seller)
                        .toml(feed("then = [\"new\"]"))
                        .send()
                        .refused(422))
                .as("by way of another")
                .isEqualTo("then: there is no flow \"secret\"");
    }

    @Test
    void whatIsWrittenRunsByItsTriggersAlsoOnceItsWriterMayNoMore() throws Exception {
        var writer = server.ledger()
                .server()
                .tokens()
                .create("writer", "create@namespace:sales", null, io.waybill.ledger.Tokens.DailyLimits.NONE);
        String feed =
                feed("then = [\"mine\"]") + "\n[[triggers]]\ntype = \"interval\"\nevery = \"1s\"\ncatch_up = false\n";
        assertThat(server.put("/v2/flows/new")
                        .as(writer.secret())
                        .toml(feed)
                        .send()
                        .status())
                .isEqualTo(201);
        assertThat(server.ledger().server().tokens().revoke(writer.token().id()))
                .isTrue();
        Instant revoked = Instant.now();
        // what the flow may do was decided when it was written, and holds for it until somebody changes it
        await().until(() -> server.ledger().runs("mine", RunEntry.Status.DONE, 50).stream()
                .anyMatch(run -> run.startedAt().isAfter(revoked)));
        assertThat(server.post("/v2/flows/new/run").as(writer.secret()).send().status())
                .isEqualTo(401);
        assertThat(server.post("/v2/flows/new/pause")
                        .as(seller)
                        .send()
                        .json(200)
                        .get("paused")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void whatCamelMakesAPlaceholderOfIsOne() throws Exception {
        assertThat(put(export("").replace("orders.csv", "@@[shop.password]@@.csv"))
                        .refused(422))
                .isEqualTo("routes/new.toml: @@[ and ]@@ are Camel's for a property placeholder; role admin@* is needed"
                        + " to write one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{shop.password}}",
                "\\u007B{shop.password}}",
                "{\\u007Bshop.password\\u007D}",
                "{{ds}}{\\u007Benv:HOME}}"
            })
    void noEscapeLetsAPlaceholderThrough(String written) throws Exception {
        for (String wrong : new String[] {
            "name = \"" + written + "\"\n" + export(""),
            export("").replace("orders.csv", written + ".csv"),
            export("privacy = { \"" + written + "\" = \"domain\" }\n")
        }) {
            ServerHarness.Answered refused = put(wrong);
            assertThat(refused.refused(422))
                    .contains("is a property placeholder; role admin@* is needed to write one")
                    .doesNotContain("Geheim1");
        }
        assertThat(put(export("").replace("orders.csv", "orders_{{ds}}.csv")).status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "expect = [{ sql = \"SELECT * FROM finance.salaries\" }]; expect.sql",
                "encryption = { recipients = [\"/etc/passwd\"] }; encryption.recipients",
                "encryption = { recipients = [\"a\"], sign_with = \"/etc/passwd\" }; encryption.sign_with",
                "dead_letter = \"file:/tmp/outside\"; dead_letter",
                "notifications = [{ uri = \"file:/tmp/outside\" }]; notifications"
            })
    void whatReachesBeyondAFlowTakesAnAdministrator(String line) throws Exception {
        String[] parts = line.split("; ");
        assertThat(put(export(parts[0] + "\n")).refused(422))
                .contains("routes/new.toml: " + parts[1] + ": role admin@* is needed to write ");
    }

    /** The server's place is looked at; a database that writes by itself goes where its own rights let it. */
    @Test
    void aDatabaseThatWritesIntoBucketsTakesAnAdministrator() throws Exception {
        server.context().getPropertiesComponent().addOverrideProperty("waybill.connection.lake.type", "s3");
        String bucket = "namespace = \"sales\"\n[properties.export]\nsource_dataset_id = \"orders\"\n"
                + "file_path = \"s3://anywhere/orders.parquet\"\nconnection = \"lake\"\nengine = \"pushdown\"\n";
        String engine =
                "engine: role admin@* is needed to write \"pushdown\" into a bucket, which the database reaches by"
                        + " rights of its own";
        String access = "pushdown_access: role admin@* is needed to write what lets a database into a bucket";
        assertThat(put(bucket).refused(422)).isEqualTo("routes/new.toml: " + engine);
        assertThat(put(bucket + "pushdown_access = \"default\"\n").refused(422)).contains(engine, access);
        assertThat(put(export("engine = \"pushdown\"\npushdown_access = \"default\"\n"))
                        .refused(422))
                .isEqualTo("routes/new.toml: " + access);
        assertThat(put(export("engine = \"pushdown\"\n")).status())
                .as("into a folder of this machine, as other files")
                .isEqualTo(201);
        assertThat(server.put("/v2/flows/new2")
                        .as(server.token("admin@*"))
                        .toml(bucket + "pushdown_access = \"default\"\n")
                        .send()
                        .status())
                .isEqualTo(201);
    }

    @Test
    void personalDataTakesItsGrantWhateverIsDoneWithIt() throws Exception {
        String refused = "flow \"open\": pii_policy = \"allow\" takes a grant of role create with pii";
        assertThat(server.put("/v2/flows/open")
                        .as(seller)
                        .toml(export(""))
                        .header("If-Match", "*")
                        .send()
                        .refused(403))
                .isEqualTo(refused);
        assertThat(server.delete("/v2/flows/open")
                        .as(seller)
                        .header("If-Match", "*")
                        .send()
                        .refused(403))
                .isEqualTo(refused);
        assertThat(server.get("/v2/flows/open/plan").as(seller).send().refused(403))
                .isEqualTo(refused.replace("role create", "role view"));
    }

    @Test
    void readsNoDataSetThatNoGrantCovers() throws Exception {
        TestDatabases.execute(
                server.database(), "CREATE SCHEMA finance", "CREATE TABLE finance.salaries AS SELECT 1 AS id");
        String others =
                "source_dataset_id: there is no data set \"%s\" that the caller may export: role create is needed"
                        + " for it itself, or for the namespace of its schema";
        for (String other : new String[] {"finance.salaries", "public.orders", "none"}) {
            assertThat(put(export("").replace("\"orders\"", "\"" + other + "\""))
                            .refused(403))
                    .isEqualTo(others.formatted(other));
            assertThat(put(feed("").replace("\"orders\"", "\"" + other + "\"")).refused(403))
                    .isEqualTo(others.formatted(other));
        }
        server.context().getRegistry().bind("elsewhere", server.database());
        server.context().getPropertiesComponent().addOverrideProperty("waybill.default-datasource", "db");
        assertThat(put(export("datasource = \"elsewhere\"\n")).refused(403))
                .isEqualTo("datasource: \"elsewhere\" is neither that of the data set nor the default one; role admin@*"
                        + " is needed to write another");
        seller = server.token("create@namespace:sales, create@dataset:finance.salaries");
        assertThat(put(export("").replace("\"orders\"", "\"finance.salaries\"")).status())
                .isEqualTo(201);
    }

    /** The namespace is its writer's to choose; a grant for a data set is for one table, whichever that leads to. */
    @Test
    void theNameOfADataSetLeadsToNoTableOfAnotherSchema() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE SCHEMA hr",
                "CREATE TABLE hr.orders AS SELECT 1 AS id",
                "CREATE TABLE hr.sold AS SELECT 1 AS id",
                "CREATE TABLE public.sold AS SELECT 1 AS id");
        Files.writeString(server.file("routes/datasets.toml"), "[[dataset]]\nid = \"declared\"\ntable = \"sold\"\n");
        for (String dataset : new String[] {"orders", "declared"}) {
            String table = dataset.equals("orders") ? "orders" : "sold";
            String hr = export("").replace("\"sales\"", "\"hr\"").replace("\"orders\"", "\"" + dataset + "\"");
            seller = server.token("create@flow:new, create@dataset:" + dataset);
            assertThat(put(hr).refused(403))
                    .isEqualTo("source_dataset_id: there is no data set \"" + dataset
                            + "\" that the caller may export: role create is needed for it itself, or for the"
                            + " namespace of its schema");
            assertThat(put(feed("").replace("\"sales\"", "\"hr\"").replace("\"orders\"", "\"" + dataset + "\""))
                            .status())
                    .isEqualTo(403);
            assertThat(server.post("/v2/plan?id=new").as(seller).toml(hr).send().status())
                    .isEqualTo(403);
            assertThat(put(hr.replace("\"hr\"", "\"elsewhere\"")).status())
                    .as("where the namespace has no such table, it is the same one")
                    .isEqualTo(201);
            assertThat(server.delete("/v2/flows/new")
                            .as(seller)
                            .header("If-Match", "*")
                            .send()
                            .status())
                    .isEqualTo(204);
            seller = server.token("create@flow:new, create@dataset:hr." + table);
            assertThat(put(hr).status()).as("its grant by its schema").isEqualTo(201);
            assertThat(server.delete("/v2/flows/new")
                            .as(seller)
                            .header("If-Match", "*")
                            .send()
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void personalDataOfADataSetTakesAGrantForThatDataSet() throws Exception {
        seller = server.token("create@flow:new pii, create@namespace:sales");
        assertThat(put(export("pii_policy = \"allow\"\n")).refused(403))
                .contains("role create with pii is needed for it itself");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret/orders_2026.csv",
                "secret/ORDERS.csv",
                "secret/",
                "secret/o{ds}.csv",
                "{dataset}/orders.csv.gz",
                "s{ds}/orders_.csv"
            })
    void takesNoPlaceOfFilesOfOthers(String path) throws Exception {
        String toml = export("format = \"csv\"\n")
                .replace("new/orders.csv", path)
                .replace("{dataset}", path.startsWith("{") ? "{flow_id}" : "{dataset}");
        String id = path.startsWith("{") ? "Secret" : "new";
        assertThat(server.put("/v2/flows/" + id).as(seller).toml(toml).send().refused(422))
                .contains("may be a file of another flow, which the caller may not change; choose another folder");
    }

    @Test
    void aFolderOfOthersHasRoomForOtherNames() throws Exception {
        assertThat(put(export("").replace("new/orders.csv", "secret/customers.csv"))
                        .status())
                .isEqualTo(201);
        assertThat(put(export("").replace("new/orders.csv", "mine/orders_x.csv"))
                        .status())
                .as("their own flow's is theirs")
                .isEqualTo(428);
    }

    @Test
    void anIdOfOthersBringsNoRunsOfTheirs() throws Exception {
        String admin = server.token("admin@*");
        String run = server.run("secret", admin).get("run_id").asText();
        String tag = server.get("/v2/flows/secret").as(admin).send().header("ETag");
        assertThat(server.delete("/v2/flows/secret")
                        .as(admin)
                        .header("If-Match", tag)
                        .send()
                        .status())
                .isEqualTo(204);
        for (ServerHarness.Asking taking : new ServerHarness.Asking[] {
            server.put("/v2/flows/secret").toml(export("")),
            server.post("/v2/flows").toml("id = \"secret\"\n" + export(""))
        }) {
            assertThat(taking.as(seller).send().refused(403))
                    .isEqualTo("flow \"secret\" has runs of before: role create is needed for flow:secret itself, or"
                            + " everywhere; choose another id");
        }
        assertThat(server.get("/v2/runs/" + run).as(seller).send().status()).isEqualTo(404);
        seller = server.token("create@namespace:sales, create@namespace:finance");
        server.run("mine", admin);
        assertThat(server.put("/v2/flows/mine")
                        .as(seller)
                        .header("If-Match", "*")
                        .toml(export("").replace("\"sales\"", "\"finance\"").replace("orders\"", "sales.orders\""))
                        .send()
                        .refused(403))
                .isEqualTo(
                        "flow \"mine\" has runs: role create is needed for flow:mine itself, or everywhere, to move it"
                                + " to another namespace");
    }

    @Test
    void filesWithPersonalDataStaySoWhateverBecomesOfTheirFlow() throws Exception {
        String admin = server.token("admin@*");
        String run = server.run("open", admin).get("run_id").asText();
        String file = "/v2/runs/" + run + "/files/"
                + server.ledger().run(run).orElseThrow().files().get(0).name();
        assertThat(server.put("/v2/flows/open")
                        .as(admin)
                        .header("If-Match", "*")
                        .toml("namespace = \"sales\"\n" + ServerHarness.export("open"))
                        .send()
                        .status())
                .isEqualTo(200);
        String refused = "run \"" + run + "\": pii_policy = \"allow\" takes a grant of role download with pii";
        assertThat(server.get(file).as(seller).send().refused(403)).isEqualTo(refused);
        assertThat(server.get(file)
                        .as(server.token("download@namespace:sales pii"))
                        .send()
                        .status())
                .isEqualTo(200);
        String later = server.run("open", admin).get("run_id").asText();
        assertThat(server.get(file.replace(run, later)).as(seller).send().status())
                .isEqualTo(200);
    }

    @Test
    void theRowsThatAGrantAllowsHoldForFeedsAndForWhatTheyBegin() throws Exception {
        TestDatabases.execute(server.database(), "INSERT INTO sales.orders SELECT 2");
        String few = server.token("create@namespace:sales max-rows=1");
        String feed = "/v2/flows/orders_change_feed";
        assertThat(server.put(feed)
                        .as(seller)
                        .toml(feed("then = [\"mine\"]"))
                        .send()
                        .status())
                .isEqualTo(201);
        String error = "the run has more rows than who asks for it may have: max-rows=";
        assertThat(server.post(feed + "/run?wait=true")
                        .as(few)
                        .send()
                        .json(200)
                        .get("error")
                        .asText())
                .contains(error + "1; nothing was written");

        TestDatabases.execute(server.database(), "CREATE TABLE sales.more AS SELECT x AS id FROM system_range(1, 100)");
        String some = server.token("create@namespace:sales max-rows=99");
        String mine = "namespace = \"sales\"\n" + ServerHarness.export("mine").replace("\"orders\"", "\"more\"");
        assertThat(server.put("/v2/flows/mine")
                        .as(server.token("admin@*"))
                        .header("If-Match", "*")
                        .toml(mine)
                        .send()
                        .status())
                .isEqualTo(200);
        server.post(feed + "/run?wait=true").as(some).send();
        assertThat(server.get("/v2/runs?flow=mine")
                        .as(seller)
                        .send()
                        .json(200)
                        .at("/runs/0/error")
                        .asText())
                .contains(error + "99; nothing was delivered");
    }
}
