package io.waybill;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunResult;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.WaybillComponent;
import io.waybill.run.ActiveRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Camel context with one data source, that loads flow files and runs them: what a platform does, in a test.
 *
 * <p>As an extension of JUnit's, it is a new one for each test, with a folder, a database and a ledger that are new as well:
 *
 * <pre>{@code
 * @RegisterExtension
 * private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");
 * }</pre>
 */
public final class FlowHarness implements BeforeEachCallback, AfterEachCallback, AutoCloseable {

    /** What the clock of the runs shows. */
    public static final Instant NOW = Instant.parse("2026-01-15T23:30:00Z");

    private Supplier<HikariDataSource> newDatabase = () -> null;
    private Supplier<HikariDataSource> newLedger = () -> null;
    private String[] statements = {};
    private Path folder;
    private HikariDataSource database;
    private HikariDataSource ledgerDatabase;
    private DefaultCamelContext context;
    private String ledgerUrl;
    /** Keeps a ledger in memory there, as long as the harness is. */
    private Connection ledgerInMemory;

    private int files;

    private FlowHarness() {}

    /**
     * One that its caller closes.
     *
     * @param folder where flow files are written, and where the exports' {@code {root}} is
     */
    public FlowHarness(Path folder, DataSource dataSource) {
        this.folder = folder;
        start(dataSource);
    }

    /** @param ledger the database of the ledger */
    public FlowHarness(Path folder, DataSource dataSource, HikariDataSource ledger) {
        this.folder = folder;
        this.ledgerDatabase = ledger;
        start(dataSource);
    }

    /** For each test one over H2, after these statements. */
    public static FlowHarness over(String... statements) {
        return over(TestDatabases::h2, statements);
    }

    /** For each test one over a new database, after these statements. */
    public static FlowHarness over(Supplier<HikariDataSource> database, String... statements) {
        FlowHarness harness = new FlowHarness();
        harness.newDatabase = database;
        harness.statements = statements;
        return harness;
    }

    /** For tests that say themselves which database they are over: see {@link #open}. */
    public static FlowHarness overAny() {
        return new FlowHarness();
    }

    /** Has its ledgers in databases such as this. */
    public FlowHarness withLedgerIn(Supplier<HikariDataSource> ledger) {
        newLedger = ledger;
        return this;
    }

    @Override
    public void beforeEach(ExtensionContext test) throws IOException {
        folder = Files.createTempDirectory("flows");
        HikariDataSource opened = newDatabase.get();
        if (opened != null) {
            open(opened, statements);
        }
    }

    /** Starts over a database, which is closed with it, after these statements; what was open before is closed. */
    public void open(HikariDataSource opened, String... first) throws IOException {
        closeAll();
        database = opened;
        TestDatabases.execute(database, first);
        ledgerDatabase = newLedger.get();
        start(database);
    }

    @Override
    public void afterEach(ExtensionContext test) throws IOException {
        closeAll();
        TestFiles.delete(folder);
    }

    private void closeAll() throws IOException {
        close();
        for (HikariDataSource opened : new HikariDataSource[] {database, ledgerDatabase}) {
            if (opened != null) {
                opened.close();
            }
        }
    }

    private void start(DataSource dataSource) {
        context = QuickContexts.make();
        if (ledgerDatabase == null) {
            ledgerUrl = TestLedgers.newUrlInMemory();
            ledgerInMemory = TestLedgers.make(ledgerUrl);
        } else {
            ledgerUrl = ledgerDatabase.getJdbcUrl();
            property("waybill.ledger.username", ledgerDatabase.getUsername());
        }
        context.getRegistry().bind("db", dataSource);
        property("root", folder.toString());
        property("waybill.ledger.url", ledgerUrl);
        property("waybill.dead-letter", folder.resolve("dead-letter").toString());
        property("waybill.staging", folder.resolve("staging").toString());
        component().setClock(Clock.fixed(NOW, ZoneOffset.UTC));
        context.start();
    }

    public WaybillComponent component() {
        return context.getComponent("waybill", WaybillComponent.class);
    }

    public Ledger ledger() {
        return component().ledger();
    }

    public HikariDataSource database() {
        return database;
    }

    /** The ledger's database, where it has one of its own. */
    public HikariDataSource ledgerDatabase() {
        return ledgerDatabase;
    }

    public DefaultCamelContext context() {
        return context;
    }

    /** Sets a property, as application.properties would. */
    public void property(String name, String value) {
        context.getPropertiesComponent().addInitialProperty(name, value);
    }

    /** The database of the context's ledger. */
    public String ledgerUrl() {
        return ledgerUrl;
    }

    /** Where the files of flows are, and those that they export. */
    public Path folder() {
        return folder;
    }

    /** A path below the folder. */
    public Path file(String path) {
        return folder.resolve(path);
    }

    /** The flows of the files in the folder. */
    public FlowFolder flows() {
        return FlowFolder.read(folder, FlowRoutesLoader.placeholders(context));
    }

    /** Loads a flow that may be loaded already. */
    public FlowHarness loadAgain(String name, String text) throws Exception {
        Model model = context().getCamelContextExtension().getContextPlugin(Model.class);
        for (RouteConfigurationDefinition before : List.copyOf(model.getRouteConfigurationDefinitions())) {
            model.removeRouteConfiguration(before);
        }
        return load(name, text);
    }

    /** Loads a file of routes: TOML by default, or what the name's extension says. */
    public FlowHarness load(String name, String text) throws Exception {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.resolveResource(context, "file:" + file));
        return this;
    }

    /** Loads and runs an export that these keys describe, with a path below the folder. */
    public RunResult export(String keys) throws Exception {
        String id = "flow" + ++files;
        load(id + ".toml", "[properties.export]\n" + keys);
        return run(id);
    }

    public RunResult run(String flow) throws Exception {
        return run(flow, Map.of());
    }

    public RunResult run(String flow, Map<String, Object> headers) throws Exception {
        return result(send(flow, headers));
    }

    /** Runs a flow that fails; answers what it left. */
    public RunResult fail(String flow) throws Exception {
        Exchange exchange = send(flow, Map.of());
        if (exchange.getException() == null) {
            throw new AssertionError("the run did not fail");
        }
        return exchange.getProperty(WaybillConstants.RUN, ActiveRun.class).result();
    }

    /** What a flow is refused or fails for, whether it has begun a run or not. */
    public Exception failure(String flow) throws Exception {
        return failure(flow, Map.of());
    }

    /** Likewise, of what the headers ask for. */
    public Exception failure(String flow, Map<String, Object> headers) throws Exception {
        return send(flow, headers).getException();
    }

    /** Delivers the files of a failed run again. */
    public RunResult redrive(String flow, String runId) throws Exception {
        return result(send(flow + ".redrive", Map.of(WaybillConstants.RUN_ID, runId)));
    }

    private Exchange send(String flow, Map<String, Object> headers) throws Exception {
        return sendTo("direct:" + flow, null, headers);
    }

    /** Sends a message to an endpoint. */
    public Exchange sendTo(String uri, Object body) throws Exception {
        return sendTo(uri, body, Map.of());
    }

    /** Likewise; {@code {{root}}} in its URI is the folder. */
    public Exchange sendTo(String uri, Object body, Map<String, Object> headers) throws Exception {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            return template.send(uri.replace("{{root}}", folder.toString()), exchange -> {
                exchange.getMessage().setBody(body);
                exchange.getMessage().setHeaders(new HashMap<>(headers));
            });
        }
    }

    /** What an exchange's run has come to; throws why it has failed. */
    public static RunResult result(Exchange exchange) throws Exception {
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody(RunResult.class);
    }

    @Override
    public void close() throws IOException {
        if (context != null) {
            context.close();
        }
        try {
            if (ledgerInMemory != null) {
                ledgerInMemory.close();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
