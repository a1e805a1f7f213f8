package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.ledger.LedgerAwayException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerAheadTest {

    private static final String AWAY = "jdbc:h2:tcp://127.0.0.1:1/none";

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    /** The settings name another one: it is not opened when somebody asks. */
    @Test
    void opensALedgerOnceWhoeverAsks() {
        WaybillComponent component = component(AWAY);
        component.openAhead(settings("jdbc:h2:mem:ahead"));
        assertThat(component.ledger()).isSameAs(component.ledger());
        component.ledger().require();
    }

    @Test
    void tellsWhoAsksWhatWentWrongAndOpensItAnewForTheNext() {
        WaybillComponent component = component("jdbc:h2:mem:anew");
        component.openAhead(settings(AWAY));
        assertThatThrownBy(component::ledger)
                .isInstanceOf(LedgerAwayException.class)
                .hasMessageStartingWith("the ledger");
        component.ledger().require();
    }

    /** H2 forgets a database in memory with its last connection. */
    @Test
    void closesWhatNobodyHasAskedFor() throws SQLException {
        WaybillComponent component = component(AWAY);
        try (Connection alive = DriverManager.getConnection("jdbc:h2:mem:unasked")) {
            component.openAhead(settings("jdbc:h2:mem:unasked"));
            await().until(() -> sessions(alive) > 1);

            component.stop();

            await().until(() -> sessions(alive) == 1);
        }
    }

    @Test
    void whoRunsOneFlowAndEndsHasNobodyLookForRangesOfOthers() {
        context.getPropertiesComponent().addInitialProperty("waybill.triggers", "false");
        WaybillComponent component = component("jdbc:h2:mem:ends");
        component.ledger().require();
        assertThat(looksForRanges()).isFalse();

        component.stay();
        await().until(this::looksForRanges);
        component.stop();
        await().until(() -> !looksForRanges());
    }

    private boolean looksForRanges() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .anyMatch(name -> name.contains("waybill-ranges") && name.contains("(" + context.getName() + ")"));
    }

    private static int sessions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM information_schema.sessions")) {
            result.next();
            return result.getInt(1);
        }
    }

    private static Map<String, String> settings(String url) {
        return Map.of("url", url, "connection-timeout-ms", "1000");
    }

    private WaybillComponent component(String url) {
        context.getPropertiesComponent().addInitialProperty("waybill.ledger.url", url);
        context.getPropertiesComponent().addInitialProperty("waybill.ledger.connection-timeout-ms", "1000");
        context.start();
        return context.getComponent("waybill", WaybillComponent.class);
    }
}
