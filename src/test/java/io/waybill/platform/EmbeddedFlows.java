package io.waybill.platform;

import io.waybill.TestDatabases;
import io.waybill.WaybillException;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.toml.FlowFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.h2.jdbcx.JdbcDataSource;

/** What an application does that embeds Waybill; a class loader of its own may have it from fewer libraries than the tests have. */
public final class EmbeddedFlows implements AutoCloseable {

    private final Path folder;
    private final DefaultCamelContext context = new DefaultCamelContext();

    public EmbeddedFlows(Path folder) {
        this.folder = folder;
        JdbcDataSource database = new JdbcDataSource(); // Java's own list of drivers has those of one class loader
        database.setUrl("jdbc:h2:mem:embedded;DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE");
        database.setUser("sa");
        TestDatabases.execute(database, "CREATE TABLE orders AS SELECT 1 AS id");
        context.getRegistry().bind("db", database);
        property("root", folder.toString());
        property("waybill.ledger.url", "jdbc:h2:mem:ledger;DB_CLOSE_DELAY=-1");
        property("waybill.dead-letter", folder.resolve("dead-letter").toString());
        property("waybill.staging", folder.resolve("staging").toString());
        context.start();
    }

    /** Sets a property, as application.properties would. */
    public void property(String name, String value) {
        context.getPropertiesComponent().addInitialProperty(name, value);
    }

    /** Loads a file of routes, and says why it is refused; null where it is not. */
    public String load(String name, String text) {
        return refusal(() -> {
            Path file = Files.writeString(folder.resolve(name), text);
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.resolveResource(context, "file:" + file));
        });
    }

    /** What is wrong with the flow files of the folder, a line each. */
    public String problems() {
        return FlowFolder.read(folder, text -> text).problems().stream()
                .map(Object::toString)
                .collect(Collectors.joining("\n"));
    }

    /** Runs a flow, and says how that has ended. */
    public String run(String flow) {
        String refusal = refusal(() -> {
            try (ProducerTemplate template = context.createProducerTemplate()) {
                template.requestBody("waybill:" + flow, (Object) null);
            }
        });
        return refusal == null ? "done" : refusal;
    }

    @FunctionalInterface
    private interface Act {
        void go() throws Exception;
    }

    /** The message of the first of the causes that is Waybill's own; all of it where none is. */
    private static String refusal(Act act) {
        try {
            act.go();
            return null;
        } catch (Throwable e) {
            return WaybillException.causes(e)
                    .filter(cause -> cause instanceof WaybillException || cause instanceof InvalidFlowException)
                    .findFirst()
                    .map(Throwable::getMessage)
                    .orElseGet(() ->
                            WaybillException.causes(e).map(Object::toString).collect(Collectors.joining(" <- ")));
        }
    }

    @Override
    public void close() throws IOException {
        context.close();
    }
}
