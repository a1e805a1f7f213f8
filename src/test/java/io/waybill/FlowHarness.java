package io.waybill;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.WaybillComponent;
import io.waybill.run.ActiveRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A Camel context with one data source, that loads flow files and runs them: what a platform does, in a test. */
public final class FlowHarness implements AutoCloseable {

    /** What the clock of the runs shows. */
    public static final Instant NOW = Instant.parse("2026-01-15T23:30:00Z");

    private static final AtomicInteger LEDGERS = new AtomicInteger();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final String ledgerUrl;
    private final Path folder;
    private int files;

    /** @param folder where flow files are written, and where the exports' {@code {root}} is */
    public FlowHarness(Path folder, DataSource dataSource) {
        this(folder, dataSource, "jdbc:h2:mem:ledger" + LEDGERS.incrementAndGet(), null);
    }

    /** @param ledger the database of the ledger */
    public FlowHarness(Path folder, DataSource dataSource, HikariDataSource ledger) {
        this(folder, dataSource, ledger.getJdbcUrl(), ledger.getUsername());
    }

    private FlowHarness(Path folder, DataSource dataSource, String ledgerUrl, String ledgerUser) {
        this.folder = folder;
        this.ledgerUrl = ledgerUrl;
        if (ledgerUser != null) {
            context.getPropertiesComponent().addInitialProperty("waybill.ledger.username", ledgerUser);
        }
        context.getRegistry().bind("db", dataSource);
        context.getPropertiesComponent().addInitialProperty("root", folder.toString());
        context.getPropertiesComponent().addInitialProperty("waybill.ledger.url", ledgerUrl);
        context.getPropertiesComponent()
                .addInitialProperty(
                        "waybill.dead-letter", folder.resolve("dead-letter").toString());
        context.getPropertiesComponent()
                .addInitialProperty("waybill.staging", folder.resolve("staging").toString());
        WaybillComponent component = context.getComponent("waybill", WaybillComponent.class);
        component.setClock(Clock.fixed(NOW, ZoneOffset.UTC));
        context.start();
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

    public Path folder() {
        return folder;
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
        Exchange exchange = send(flow, headers);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody(RunResult.class);
    }

    /** Runs a flow that fails; answers what it left. */
    public RunResult fail(String flow) throws Exception {
        Exchange exchange = send(flow, Map.of());
        if (exchange.getException() == null) {
            throw new AssertionError("the run did not fail");
        }
        return exchange.getProperty(WaybillConstants.RUN, ActiveRun.class).result();
    }

    /** Delivers the files of a failed run again. */
    public RunResult redrive(String flow, String runId) throws Exception {
        Exchange exchange = send(flow + ".redrive", Map.of(WaybillConstants.RUN_ID, runId));
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody(RunResult.class);
    }

    private Exchange send(String flow, Map<String, Object> headers) throws Exception {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            return template.send(
                    "direct:" + flow, exchange -> exchange.getMessage().setHeaders(new HashMap<>(headers)));
        }
    }

    @Override
    public void close() throws java.io.IOException {
        context.close();
    }
}
