package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.LogHeard;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import io.waybill.rows.DataSources;
import io.waybill.run.ChangingFlowException;
import io.waybill.servers.SftpServer;
import io.waybill.settings.Reloaded;
import io.waybill.settings.SettingsReload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that are read anew while exports of a real PostgreSQL run: those keep what they began with, and nothing is lost. */
class ReloadIT {

    /** The only one of the server who needs a password. */
    private static final String USER = "reload_app";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over();

    @TempDir
    private Path places;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HikariDataSource one;
    private HikariDataSource two;
    private Connection held;
    private SettingsReload reload;

    @BeforeEach
    void start() throws Exception {
        one = TestDatabases.postgres();
        two = TestDatabases.postgres();
        letIn(one);
        held = one.getConnection();
        held.createStatement().execute("SELECT pg_advisory_lock(1)");
        TestDatabases.execute(
                one,
                "CREATE FUNCTION when_free() RETURNS boolean LANGUAGE plpgsql STABLE AS"
                        + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END'",
                "CREATE VIEW slow AS SELECT n, n <= 10000 OR when_free() AS x FROM generate_series(1, 20000) n",
                "CREATE TABLE quick AS SELECT n FROM generate_series(1, 10) n",
                "CREATE TABLE batches AS SELECT 1 AS n, 41 AS xt_batch_id",
                "GRANT SELECT ON slow, quick, batches TO " + USER);
        TestDatabases.execute(
                two,
                "CREATE TABLE batches AS SELECT 1 AS n, 41 AS xt_batch_id",
                "CREATE VIEW slow AS SELECT n, true AS x FROM generate_series(1, 7) n",
                "CREATE TABLE quick AS SELECT n FROM generate_series(1, 20) n",
                "GRANT SELECT ON slow, quick, batches TO " + USER);
        write(one, "first");
        harness.context().getPropertiesComponent().addLocation("file:" + file());
        reload = Reload.of(harness.context());
    }

    @AfterEach
    void stop() throws Exception {
        threads.shutdownNow();
        held.close();
        harness.close();
        for (HikariDataSource database : List.of(one, two)) {
            TestDatabases.execute(database, "DROP OWNED BY " + USER);
            database.close();
        }
    }

    /** The server asks nobody for a password; of this user it does. */
    private static void letIn(HikariDataSource database) throws Exception {
        TestDatabases.execute(
                database,
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" + USER + "') THEN CREATE ROLE "
                        + USER + " LOGIN; END IF; END $$",
                "ALTER ROLE " + USER + " PASSWORD 'first'");
        Path rules = Path.of(ask(database, "SHOW hba_file"));
        String text = Files.readString(rules);
        if (!text.contains(USER)) {
            Files.writeString(rules, "host all " + USER + " all scram-sha-256\n" + text);
            ask(database, "SELECT pg_reload_conf()");
            await().until(() -> ask(
                            database, "SELECT count(*) FROM pg_hba_file_rules WHERE '" + USER + "' = ANY (user_name)")
                    .equals("1"));
        }
    }

    private static String ask(HikariDataSource database, String question) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return answer.getString(1);
        }
    }

    /** Without the user that it names. */
    private static String url(HikariDataSource database) {
        return database.getJdbcUrl().replaceFirst("\\?.*$", "");
    }

    private Path file() {
        return harness.file("application.properties");
    }

    private void write(HikariDataSource database, String password, String... more) throws Exception {
        Files.writeString(
                file(),
                "waybill.datasource.shop.url = " + url(database) + "\nwaybill.datasource.shop.username = "
                        + USER + "\nwaybill.datasource.shop.password = " + password + "\n" + String.join("\n", more)
                        + "\n");
    }

    private void load(String id, String dataSet, String more) throws Exception {
        harness.load(id + ".toml", """
                [properties.export]
                source_dataset_id = "%s"
                datasource = "shop"
                %s
                """.formatted(
                dataSet, more.contains("file_path") ? more : "file_path = \"{{root}}/out/" + id + ".csv\"\n" + more));
    }

    private static String connections(HikariDataSource database) throws Exception {
        return ask(
                database,
                "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + USER
                        + "' AND datname = current_database()");
    }

    /** Begins a run that reads until the lock is given back. */
    private Future<RunResult> begin(String flow) {
        Future<RunResult> run = threads.submit(() -> harness.run(flow));
        await().until(() -> ask(
                        one,
                        "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + USER
                                + "' AND wait_event_type = 'Lock'")
                .equals("1"));
        return run;
    }

    private void free() throws Exception {
        held.createStatement().execute("SELECT pg_advisory_unlock(1)");
    }

    @Test
    void theRunUnderWayEndsByWhatItBeganWithAndTheNextGoesByTheNewPasswordAndDatabase() throws Exception {
        load("long", "slow", "[[properties.export.expect]]\nsql = \"SELECT n FROM quick WHERE n < 0\"\n");
        load("next", "slow", "");
        Future<RunResult> underWay = begin("long");
        TestDatabases.execute(one, "ALTER ROLE " + USER + " PASSWORD 'second'");
        write(two, "second");

        Reloaded reloaded = reload.reload();

        assertThat(reloaded.words())
                .isEqualTo("changed: waybill.datasource.shop.password, waybill.datasource.shop.url");
        assertThat(harness.run("next").rows()).isEqualTo(7);
        assertThat(underWay.isDone()).isFalse();
        free();
        assertThat(underWay.get().status()).isEqualTo(Status.DONE);
        assertThat(Files.readAllLines(harness.file("out/long.csv"))).hasSize(20_001);
        assertThat(harness.ledger().runs("long", Status.DONE, 10)).hasSize(1);
        await().until(() -> connections(one).equals("0"));
        assertThat(harness.run("long").rows()).isEqualTo(7);
    }

    @Test
    void aWrongFileChangesNothing() throws Exception {
        load("quick", "quick", "");
        assertThat(harness.run("quick").rows()).isEqualTo(10);
        write(two, "first", "waybill.datasource.shop.maximum-pool-size = many");

        assertThatThrownBy(reload::reload)
                .hasMessage(file() + ":4: waybill.datasource.shop.maximum-pool-size: \"many\" is not a number of"
                        + " connections; 1 to 10000 is allowed");

        assertThat(harness.run("quick").rows()).isEqualTo(10);
    }

    @Test
    void aDataSourceThatAFlowReadsIsNotTakenAway() throws Exception {
        load("quick", "quick", "");
        Files.writeString(file(), "waybill.datasource.other.url = " + two.getJdbcUrl() + "\n");

        assertThatThrownBy(reload::reload)
                .hasMessage("flow \"quick\": data source \"shop\" would be known no more; known: db, other");

        assertThat(harness.run("quick").rows()).isEqualTo(10);
    }

    @Test
    void aDataSourceThatNobodyReadsEnds() throws Exception {
        ask(one, "SELECT 1");
        try (Connection connection = DataSources.find(harness.context(), "shop").getConnection()) {
            assertThat(connection.isValid(5)).isTrue();
        }
        Files.writeString(file(), "waybill.datasource.other.url = " + two.getJdbcUrl() + "\n");

        reload.reload();

        await().until(() -> connections(one).equals("0"));
        assertThatThrownBy(() -> DataSources.find(harness.context(), "shop"))
                .hasMessageStartingWith("data source \"shop\" is not known; known: db, other");
        write(two, "first");
        reload.reload();
        try (Connection connection = DataSources.find(harness.context(), "shop").getConnection()) {
            assertThat(connection.getMetaData().getURL()).startsWith(url(two));
        }
    }

    @Test
    void twentyReloadsDuringTwentyRunsLoseNothing() throws Exception {
        for (int flow = 0; flow < 4; flow++) {
            load("flow" + flow, "quick", "file_path = \"{{root}}/out/" + flow + "/{run_id}.csv\"\n");
        }
        List<Future<List<RunResult>>> running = new ArrayList<>();
        for (int flow = 0; flow < 4; flow++) {
            String id = "flow" + flow;
            running.add(threads.submit(() -> {
                List<RunResult> results = new ArrayList<>();
                for (int run = 0; run < 5; run++) {
                    results.add(harness.run(id));
                }
                return results;
            }));
        }
        for (int time = 0; time < 20; time++) {
            write(time % 2 == 0 ? two : one, "first", "waybill.datasource.shop.maximum-pool-size = " + (5 + time));
            assertThat(reload.reload().changed()).contains("waybill.datasource.shop.url");
        }

        for (Future<List<RunResult>> each : running) {
            for (RunResult result : each.get()) {
                assertThat(result.status()).isEqualTo(Status.DONE);
                assertThat(result.rows()).isIn(10L, 20L);
                assertThat(Files.readAllLines(Path.of(result.files().get(0).name())))
                        .hasSize((int) result.rows() + 1);
            }
        }
        assertThat(harness.ledger().runs(null, Status.DONE, 100)).hasSize(20);
        assertThat(TestFiles.below(harness.file("out")))
                .filteredOn(file -> file.endsWith(".csv"))
                .hasSize(20);
        await().until(() -> connections(two).equals("0"));
        assertThat(harness.run("flow0").rows()).isEqualTo(10);
    }

    @Test
    void aRunUnderWayDeliversToWhereItBeganAndTheOneThatWaitsForItByTheNewConnection() throws Exception {
        try (SftpServer before = SftpServer.start(places.resolve("before"));
                SftpServer after = SftpServer.start(places.resolve("after"))) {
            write(one, "first", connection(before, SftpServer.PASSWORD));
            reload.reload();
            load(
                    "sent",
                    "slow",
                    "file_path = \"sftp:in/sent_{run_id}.csv\"\nconnection = \"partner\"\noverlap = \"queue\"\n");
            Future<RunResult> underWay = begin("sent");
            Future<RunResult> waiting = threads.submit(() -> harness.run("sent"));
            after.password("sftp-other-Kw74Pd");
            write(one, "first", connection(after, "sftp-other-Kw74Pd"));

            assertThat(reload.reload().changed())
                    .contains("waybill.connection.partner.password", "waybill.connection.partner.port");
            free();

            String first = "in/sent_" + underWay.get().runId() + ".csv";
            String second = "in/sent_" + waiting.get().runId() + ".csv";
            assertThat(TestFiles.below(places.resolve("before")))
                    .contains(first, first + ".waybill.json")
                    .doesNotContain(second);
            assertThat(TestFiles.below(places.resolve("after")))
                    .contains(second)
                    .doesNotContain(first);
        }
    }

    /** @param delivery what the owner calls the route of the delivery */
    @ParameterizedTest
    @ValueSource(strings = {"printed.delivery", "printed.parcels", "parcels"})
    void printedRoutesDeliverOverTheNewConnection(String delivery) throws Exception {
        try (SftpServer before = SftpServer.start(places.resolve("before"));
                SftpServer after = SftpServer.start(places.resolve("after"))) {
            write(one, "first", connection(before, SftpServer.PASSWORD));
            reload.reload();
            Files.writeString(
                    harness.file("printed.toml"),
                    "[properties.export]\nsource_dataset_id = \"quick\"\ndatasource = \"shop\"\n"
                            + "file_path = \"sftp:in/printed_{run_id}.csv\"\nconnection = \"partner\"\n");
            String yaml = new RouteYaml(harness.context())
                    .print(harness.flows().flows().get("printed"), null);
            Files.delete(harness.file("printed.toml"));
            assertThat(yaml).contains("id: printed.delivery\n");
            harness.load("printed.camel.yaml", yaml.replace("id: printed.delivery\n", "id: " + delivery + "\n"));
            String first = "in/printed_" + harness.run("printed").runId() + ".csv";
            after.password("sftp-other-Kw77Pd");
            write(one, "first", connection(after, "sftp-other-Kw77Pd"));

            reload.reload();

            String second = "in/printed_" + harness.run("printed").runId() + ".csv";
            assertThat(TestFiles.below(places.resolve("before")))
                    .contains(first)
                    .doesNotContain(second);
            assertThat(TestFiles.below(places.resolve("after")))
                    .contains(second)
                    .doesNotContain(first);
        }
    }

    @Test
    void aSinkDeliversOverTheNewConnection() throws Exception {
        try (SftpServer before = SftpServer.start(places.resolve("before"));
                SftpServer after = SftpServer.start(places.resolve("after"))) {
            write(one, "first", connection(before, SftpServer.PASSWORD));
            reload.reload();
            String first = "in/sink_" + sink() + ".csv";
            after.password("sftp-other-Kw81Pd");
            write(one, "first", connection(after, "sftp-other-Kw81Pd"));

            reload.reload();

            String second = "in/sink_" + sink() + ".csv";
            assertThat(TestFiles.below(places.resolve("before")))
                    .contains(first, first + ".waybill.json")
                    .doesNotContain(second);
            assertThat(TestFiles.below(places.resolve("after")))
                    .contains(second, second + ".waybill.json")
                    .doesNotContain(first);
            write(one, "first");
            assertThatThrownBy(reload::reload)
                    .hasMessageStartingWith("flow \"sink\": connection \"partner\" is not known; none is configured");
        }
    }

    private String sink() {
        try (ProducerTemplate template = harness.context().createProducerTemplate()) {
            return template.requestBody(
                            "waybill:sink/sink?filePath=sftp:in/sink_{run_id}.csv&connection=partner",
                            List.of(Map.of("id", 1)),
                            RunResult.class)
                    .runId();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoIsToldOfRunsIsToldByTheNewProperties() throws Exception {
        write(one, "first", "told = before");
        reload.reload();
        load("told", "quick", """
                [[properties.export.notifications]]
                uri = "file:{{root}}/{{told}}?fileName=${header.WaybillRunId}.json"
                """);
        String first = harness.run("told").runId() + ".json";
        write(one, "first", "told = after");

        reload.reload();

        String second = harness.run("told").runId() + ".json";
        assertThat(TestFiles.below(harness.file("before"))).containsExactly(first);
        assertThat(TestFiles.below(harness.file("after"))).containsExactly(second);
    }

    @Test
    void aKeyOfHashesIsTakenByTheNextRun() throws Exception {
        String key = "waybill.privacy-keys.k = ";
        write(one, "first", key + "0123456789abcdef".repeat(4));
        reload.reload();
        load("hashed", "quick", """
                [[properties.export.transform]]
                column = "n"
                method = "hash"
                key = "k"
                """);
        harness.run("hashed");
        String first = Files.readString(harness.file("out/hashed.csv"));
        write(one, "first", key + "fedcba9876543210".repeat(4));

        assertThat(reload.reload().words()).isEqualTo("changed: waybill.privacy-keys.k");

        harness.run("hashed");
        assertThat(Files.readString(harness.file("out/hashed.csv")))
                .hasSameSizeAs(first)
                .isNotEqualTo(first);
    }

    private static String connection(SftpServer server, String password) throws Exception {
        return """
                waybill.connection.partner.type = sftp
                waybill.connection.partner.host = 127.0.0.1
                waybill.connection.partner.port = %d
                waybill.connection.partner.username = %s
                waybill.connection.partner.password = %s
                waybill.connection.partner.host-key = %s
                """.formatted(server.port(), SftpServer.USER, password, server.fingerprint());
    }

    @Test
    void aConnectionThatAFlowDeliversOverIsNotTakenAway() throws Exception {
        try (SftpServer server = SftpServer.start(places.resolve("before"))) {
            write(one, "first", connection(server, SftpServer.PASSWORD));
            reload.reload();
            load("sent", "quick", "file_path = \"sftp:in/sent.csv\"\nconnection = \"partner\"\n");
            write(one, "first");

            assertThatThrownBy(reload::reload)
                    .hasMessageStartingWith("flow \"sent\": connection \"partner\" is not known; none is configured");

            assertThat(harness.run("sent").rows()).isEqualTo(10);
        }
    }

    @Test
    void whatAFlowHasOfPropertiesIsTakenAnewOnceNoRunOfItIsUnderWay() throws Exception {
        write(one, "first", "place = before");
        reload.reload();
        load("placed", "slow", "file_path = \"{{root}}/{{place}}/placed.csv\"\n");
        load("idle", "quick", "file_path = \"{{root}}/{{place}}/idle.csv\"\n");
        Future<RunResult> underWay = begin("placed");
        write(one, "first", "place = after");

        assertThat(reload.reload().changed()).containsExactly("place");
        harness.run("idle");

        assertThat(harness.file("after/idle.csv")).exists();
        try (LogHeard heard = LogHeard.of(OutdatedRoutes.class)) {
            free();
            assertThat(underWay.get().status()).isEqualTo(Status.DONE);
            assertThat(harness.file("before/placed.csv")).exists();
            await().until(() -> heard.told().contains("Flow placed: its routes are made of the settings of now"));
        }
        // it is told before the last of them is let go
        await().ignoreExceptionsInstanceOf(ChangingFlowException.class)
                .until(() -> harness.run("placed").status() == Status.DONE);
        assertThat(harness.file("after/placed.csv")).exists();
    }

    @Test
    void aRunThatWaitsWhileItsFlowIsOutdatedGoesAsThatWasOverTheNewConnection() throws Exception {
        try (SftpServer before = SftpServer.start(places.resolve("before"));
                SftpServer after = SftpServer.start(places.resolve("after"));
                LogHeard heard = LogHeard.of(OutdatedRoutes.class)) {
            write(one, "first", connection(before, SftpServer.PASSWORD), "name = old");
            reload.reload();
            load(
                    "both",
                    "slow",
                    "file_path = \"sftp:in/{{name}}_{run_id}.csv\"\nconnection = \"partner\"\noverlap = \"queue\"\n");
            Future<RunResult> underWay = begin("both");
            Future<RunResult> waiting = threads.submit(() -> harness.run("both"));
            await().until(() -> harness.context().getInflightRepository().size("both") == 2);
            after.password("sftp-other-Kw79Pd");
            write(one, "first", connection(after, "sftp-other-Kw79Pd"), "name = new");

            assertThat(reload.reload().changed()).contains("name", "waybill.connection.partner.port");
            free();

            String first = "in/old_" + underWay.get().runId() + ".csv";
            String second = "in/old_" + waiting.get().runId() + ".csv";
            assertThat(TestFiles.below(places.resolve("before")))
                    .contains(first)
                    .doesNotContain(second);
            assertThat(TestFiles.below(places.resolve("after")))
                    .contains(second)
                    .doesNotContain(first);
            // it is told before the last of them is let go
            await().ignoreExceptionsInstanceOf(ChangingFlowException.class)
                    .until(() -> heard.told().contains("Flow both: its routes are made of the settings of now")
                            && harness.run("both").status() == Status.DONE);
            assertThat(TestFiles.below(places.resolve("after"))).anyMatch(file -> file.startsWith("in/new_"));
        }
    }

    @Test
    void whatAnEditedRouteBeginsWithIsTakenAnew() throws Exception {
        write(one, "first", "door = before");
        reload.reload();
        Files.writeString(
                harness.file("edited.toml"),
                "[properties.export]\nsource_dataset_id = \"quick\"\ndatasource = \"shop\"\n"
                        + "file_path = \"{{root}}/out/edited.csv\"\n");
        String yaml =
                new RouteYaml(harness.context()).print(harness.flows().flows().get("edited"), null);
        Files.delete(harness.file("edited.toml"));
        harness.load("edited.camel.yaml", yaml + """
                - route:
                    id: edited.door
                    from:
                      uri: direct:{{door}}
                      steps:
                        - to: direct:edited
                """);
        write(one, "first", "door = after");

        reload.reload();

        await().until(() -> harness.context()
                .getRoute("edited.door")
                .getEndpoint()
                .getEndpointUri()
                .equals("direct://after"));
        assertThat(harness.run("edited").rows()).isEqualTo(10);
    }

    @Test
    void whereAFlowIsWrongByTheNewPropertiesNothingIsTaken() throws Exception {
        write(one, "first", "there = overwrite");
        reload.reload();
        load("there", "quick", "if_exists = \"{{there}}\"\n");
        write(two, "first", "there = odd");

        assertThatThrownBy(reload::reload)
                .hasMessageMatching("(?s)flow \"there\": .*there\\.toml:\\d+: if_exists: \"odd\" .*");

        assertThat(harness.run("there").rows()).isEqualTo(10);
    }

    @Test
    void whoListensToADatabaseListensToTheNewOne() throws Exception {
        harness.load("heard.toml", """
                [properties.export]
                source_dataset_id = "batches"
                datasource = "shop"
                file_path = "{{root}}/out/heard_{batch_id}.csv"

                [[triggers]]
                id = "news"
                type = "on_new_data"
                every = "1 day"
                channel = "loaded"
                """);
        await().until(() -> listeners(one).equals("1"));
        write(two, "first");

        reload.reload();

        await().until(() -> listeners(two).equals("1") && connections(one).equals("0"));
    }

    private static String listeners(HikariDataSource database) throws Exception {
        return ask(
                database,
                "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + USER
                        + "' AND datname = current_database() AND query LIKE 'LISTEN%'");
    }

    @Test
    void aRouteByHandHasTheNewDataSource() throws Exception {
        DataSources.find(harness.context(), "shop");
        harness.context().addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:asked").to("jdbc:shop");
            }
        });
        try (var template = harness.context().createProducerTemplate()) {
            assertThat(template.requestBody("direct:asked", "SELECT count(*) AS n FROM quick", List.class)
                            .toString())
                    .isEqualTo("[{n=10}]");
            write(two, "first");
            reload.reload();
            assertThat(template.requestBody("direct:asked", "SELECT count(*) AS n FROM quick", List.class)
                            .toString())
                    .isEqualTo("[{n=20}]");
        }
    }

    @Test
    void noSecretIsTold() throws Exception {
        try (LogHeard heard = LogHeard.of("io.waybill")) {
            write(two, "sesame-Kw75");
            assertThat(reload.reload().words()).doesNotContain("sesame");
            assertThat(String.join("\n", heard.told())).doesNotContain("sesame");
            assertThat(new String(Files.readAllBytes(file()), StandardCharsets.UTF_8))
                    .contains("sesame");
        }
    }
}
