package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.QuickContexts;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.TestLedgers;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.page.WebPages;
import io.waybill.route.step.WaybillComponent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server that listens at a port of its own, over a new database with a table of orders, a new ledger, and flows that are written first. */
final class ServerHarness implements BeforeEachCallback, AfterEachCallback {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, String> flows = new LinkedHashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<FileWriter> files = new java.util.ArrayList<>();
    private Supplier<HikariDataSource> newLedger = TestLedgers::h2;
    private String settings;
    private Clock clock;
    private boolean opens = true;
    private boolean hasDatabase = true;
    private Path folder;
    private HikariDataSource database;
    private HikariDataSource ledger;
    private DefaultCamelContext context;
    private Server server;

    /** One with these flows, each exporting the table of orders. */
    static ServerHarness with(String... flows) {
        ServerHarness harness = new ServerHarness();
        for (String flow : flows) {
            harness.withFlow(flow, export(flow));
        }
        return harness;
    }

    ServerHarness withFlow(String id, String toml) {
        flows.put(id, toml);
        return this;
    }

    /** {@code {folder}} in it is the folder. */
    ServerHarness withProperty(String name, String value) {
        properties.put(name, value);
        return this;
    }

    /** It has a file of settings, too, with this text. */
    ServerHarness withSettings(String text) {
        settings = text;
        return this;
    }

    /** Writes the file of settings anew. */
    void settings(String text) throws IOException {
        Files.writeString(folder.resolve("application.properties"), text);
    }

    /** What it takes for the time. */
    ServerHarness withClock(Clock other) {
        clock = other;
        return this;
    }

    /** It knows of no data source. */
    ServerHarness withoutDatabase() {
        hasDatabase = false;
        return this;
    }

    /** It stays as it is while it starts. */
    ServerHarness thatStarts() {
        opens = false;
        return this;
    }

    /** It begins to stop. */
    void drain() {
        server.drain();
    }

    /** Files that are there before it starts, written into the folder. */
    ServerHarness withFiles(FileWriter writer) {
        files.add(writer);
        return this;
    }

    /** Writes files. */
    @FunctionalInterface
    interface FileWriter {
        void write(Path folder) throws Exception;
    }

    ServerHarness withProperties(Map<String, String> more) {
        properties.putAll(more);
        return this;
    }

    ServerHarness withLedgerIn(Supplier<HikariDataSource> other) {
        newLedger = other;
        return this;
    }

    /** A flow that exports the table of orders to a folder below the files that may be fetched. */
    static String export(String id) {
        return """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "{{files}}/%s/orders_{ds}.csv"
                """.formatted(id);
    }

    @Override
    public void beforeEach(ExtensionContext test) throws Exception {
        folder = Files.createTempDirectory("server").toRealPath();
        Files.createDirectories(folder.resolve("routes"));
        Files.createDirectories(folder.resolve("exports"));
        for (Map.Entry<String, String> flow : flows.entrySet()) {
            Files.writeString(folder.resolve("routes").resolve(flow.getKey() + ".toml"), flow.getValue());
        }
        for (FileWriter each : files) {
            each.write(folder);
        }
        database = TestDatabases.h2();
        TestDatabases.execute(
                database,
                "CREATE TABLE orders AS SELECT x AS id, 'customer ' || x AS customer FROM system_range(1, 100)");
        ledger = newLedger.get();
        start();
    }

    private void start() throws Exception {
        context = QuickContexts.make();
        if (hasDatabase) {
            context.getRegistry().bind("db", database);
        }
        property("files", folder.resolve("exports").toString());
        property("waybill.server.port", "0");
        property("waybill.server.files", folder.resolve("exports").toString());
        property("waybill.ledger.url", ledger.getJdbcUrl());
        property("waybill.ledger.username", ledger.getUsername());
        property("waybill.dead-letter", folder.resolve("dead-letter").toString());
        property("waybill.staging", folder.resolve("staging").toString());
        properties.forEach((name, value) -> property(name, value.replace("{folder}", folder.toString())));
        if (settings != null) {
            settings(settings);
            context.getPropertiesComponent().addLocation("file:" + folder.resolve("application.properties"));
        }
        context.build();
        if (clock != null) {
            context.getComponent("waybill", WaybillComponent.class).setClock(clock);
        }
        server =
                Server.listen(context, folder.resolve("routes"), new WebPages()).orElseThrow();
        for (String flow : flows.keySet()) {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.resolveResource(
                            context, "file:" + folder.resolve("routes").resolve(flow + ".toml")));
        }
        context.start();
        if (opens) {
            server.open();
        }
    }

    private void property(String name, String value) {
        context.getPropertiesComponent().addInitialProperty(name, value);
    }

    @Override
    public void afterEach(ExtensionContext test) throws IOException {
        server.close();
        context.close();
        database.close();
        ledger.close();
        TestFiles.delete(folder);
    }

    Path folder() {
        return folder;
    }

    Path file(String path) {
        return folder.resolve(path);
    }

    DefaultCamelContext context() {
        return context;
    }

    HikariDataSource database() {
        return database;
    }

    HikariDataSource ledgerDatabase() {
        return ledger;
    }

    Ledger ledger() {
        return context.getComponent("waybill", WaybillComponent.class).ledger();
    }

    String address() {
        return server.address();
    }

    int port() {
        return URI.create(server.address()).getPort();
    }

    Desk desk() {
        return server.desk();
    }

    List<Operation> operations() {
        return server.operations();
    }

    /** A new token with these grants. */
    String token(String grants) {
        return token(grants, DailyLimits.NONE);
    }

    String token(String grants, DailyLimits limits) {
        return ledger().server()
                .tokens()
                .create("a test's", grants, null, limits)
                .secret();
    }

    /** A request that is put together, and sent. */
    final class Asking {

        private final HttpRequest.Builder request;
        private final String method;
        private HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();

        private Asking(String method, String path) {
            this.method = method;
            this.request = HttpRequest.newBuilder(URI.create(address() + path));
        }

        Asking header(String name, String value) {
            request.header(name, value);
            return this;
        }

        Asking as(String token) {
            return token == null ? this : header("Authorization", "Bearer " + token);
        }

        Asking toml(String text) {
            body = HttpRequest.BodyPublishers.ofString(text);
            return header("Content-Type", "application/toml");
        }

        Asking json(String text) {
            body = HttpRequest.BodyPublishers.ofString(text);
            return header("Content-Type", "application/json");
        }

        Asking body(String text, String type) {
            body = HttpRequest.BodyPublishers.ofString(text);
            return header("Content-Type", type);
        }

        <T> HttpResponse<T> send(HttpResponse.BodyHandler<T> handler) throws Exception {
            return client.send(request.method(method, body).build(), handler);
        }

        Answered send() throws Exception {
            return new Answered(send(HttpResponse.BodyHandlers.ofString()));
        }
    }

    /** What was answered. */
    record Answered(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String text() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        JsonNode json() throws IOException {
            return JSON.readTree(response.body());
        }

        /** Its body, once it is known to have that status. */
        JsonNode json(int status) throws IOException {
            assertThat(status()).as(text()).isEqualTo(status);
            return json();
        }

        /** What it is refused for, in the one form of all refusals. */
        String refused(int status) throws IOException {
            assertThat(status()).as(text()).isEqualTo(status);
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(json().get("status").asInt()).isEqualTo(status);
            assertThat(json().get("title").asText()).isNotEmpty();
            return json().get("detail").asText();
        }
    }

    Asking get(String path) {
        return new Asking("GET", path);
    }

    Asking post(String path) {
        return new Asking("POST", path);
    }

    Asking put(String path) {
        return new Asking("PUT", path);
    }

    Asking delete(String path) {
        return new Asking("DELETE", path);
    }

    Asking ask(String method, String path) {
        return new Asking(method, path);
    }

    /** Runs a flow; answers the run, which is done. */
    JsonNode run(String flow) throws Exception {
        return run(flow, null);
    }

    JsonNode run(String flow, String token) throws Exception {
        JsonNode run =
                post("/v2/flows/" + flow + "/run?wait=true").as(token).send().json(200);
        assertThat(run.get("status").asText()).as(run.toString()).isEqualTo("done");
        return run;
    }
}
