package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.ledger.LedgerAwayException;
import io.waybill.settings.Settings;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerAheadTest {

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void opensALedgerOnceWhoeverAsks() {
        WaybillComponent component = component("jdbc:h2:mem:ahead");
        openAhead(component);
        assertThat(component.ledger()).isSameAs(component.ledger());
        component.ledger().require();
    }

    @Test
    void tellsWhoAsksWhatWentWrongAndOpensItAnewForTheNext() {
        WaybillComponent component = component("jdbc:h2:tcp://127.0.0.1:1/none");
        openAhead(component);
        for (int asked = 1; asked <= 2; asked++) {
            assertThatThrownBy(component::ledger)
                    .isInstanceOf(LedgerAwayException.class)
                    .hasMessageStartingWith("the ledger");
        }
    }

    @Test
    void mayStopBeforeAnyoneAsks() {
        WaybillComponent component = component("jdbc:h2:mem:unasked");
        openAhead(component);
        component.stop();
        component.start();
        component.ledger().require();
    }

    private void openAhead(WaybillComponent component) {
        component.openAhead(Settings.of(context).ledger());
    }

    private WaybillComponent component(String url) {
        context.getPropertiesComponent().addInitialProperty("waybill.ledger.url", url);
        context.getPropertiesComponent().addInitialProperty("waybill.ledger.connection-timeout-ms", "1000");
        context.start();
        return context.getComponent("waybill", WaybillComponent.class);
    }
}
