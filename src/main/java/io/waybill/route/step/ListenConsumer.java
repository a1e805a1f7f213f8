package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Databases;
import io.waybill.database.Standard;
import io.waybill.flow.Key;
import io.waybill.flow.Refusal;
import io.waybill.flow.TriggerKeys;
import io.waybill.route.StepOptions;
import io.waybill.rows.HeldSources;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * {@code waybill:listen}: starts its route when the flow's database says something on a channel, over a connection of its own. That is
 * made again when it is lost, and what may have been said meanwhile counts as said.
 */
final class ListenConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(ListenConsumer.class);

    /** How long it waits at a time, before it sees whether the connection is still there. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private static final int ANSWER_SECONDS = 5;

    private final WaybillEndpoint endpoint;
    private ExecutorService thread;
    private volatile Connection listening;

    /** @throws WaybillException when options are missing */
    ListenConsumer(WaybillEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        endpoint.refuse(Stream.<Key<?>>of(StepOptions.TRIGGER, TriggerKeys.CHANNEL.mandatory())
                .filter(key -> !endpoint.options().has(key))
                .map(key -> new Refusal(key.name(), key.missing()))
                .toList());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        thread = endpoint.getCamelContext().getExecutorServiceManager().newSingleThreadExecutor(this, "waybill-listen");
        thread.execute(this::run);
    }

    @Override
    protected void doStop() throws Exception {
        if (thread != null) { // which a route that was never started has not
            endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(thread);
        }
        Connection open = listening;
        if (open != null) {
            open.abort(Runnable::run); // whoever waits for it waits no longer
        }
        super.doStop();
    }

    private void run() {
        Duration pause = Later.FIRST_PAUSE;
        while (isRunAllowed() && !Thread.currentThread().isInterrupted()) {
            try (HeldSources sources = new HeldSources(endpoint.getCamelContext());
                    Connection connection = dataSource(sources).getConnection()) {
                Standard database = Databases.of(connection);
                if (!database.listen(connection, endpoint.get(TriggerKeys.CHANNEL))) {
                    LOG.error(
                            "Flow {}: channel: {} has no channels to listen to; PostgreSQL has. It goes on looking by itself",
                            endpoint.flow(),
                            database.productName());
                    return;
                }
                listening = connection;
                process();
                pause = Later.FIRST_PAUSE;
                listen(connection, database, sources);
            } catch (SQLException | WaybillException e) {
                if (isRunAllowed()) {
                    // a flow's own routes are added one after the other
                    boolean early = e instanceof WaybillException && pause.equals(Later.FIRST_PAUSE);
                    LOG.atLevel(early ? Level.DEBUG : Level.WARN)
                            .log(
                                    "Flow {}: channel {} is not listened to, and tried again; it goes on looking by itself: {}",
                                    endpoint.flow(),
                                    endpoint.get(TriggerKeys.CHANNEL),
                                    e instanceof SQLException sql
                                            ? SqlFailure.of(Stage.PLAN, "its database", sql)
                                                    .getMessage()
                                            : e.getMessage());
                    LockSupport.parkNanos(this, pause.toNanos());
                    pause = Later.longer(pause);
                }
            } finally {
                listening = null;
            }
        }
    }

    private DataSource dataSource(HeldSources sources) {
        WaybillEndpoint begin = endpoint.getComponent().beginning(endpoint.flow(), endpoint.getName());
        return Planning.source(begin, sources::find);
    }

    /** Until the settings name another database, or another way into it. */
    private void listen(Connection connection, Standard database, HeldSources sources) throws SQLException {
        while (isRunAllowed() && !sources.areOutdated()) {
            if (database.hears(connection, WAIT)) {
                process();
            } else if (isRunAllowed() && !connection.isValid(ANSWER_SECONDS)) {
                throw new SQLException("the connection is gone", "08006");
            }
        }
    }

    private void process() {
        Exchange exchange = createExchange(true);
        try { // what fails on the way, the route tells itself
            getProcessor().process(exchange);
        } catch (Exception e) {
            getExceptionHandler().handleException(e);
        }
    }
}
