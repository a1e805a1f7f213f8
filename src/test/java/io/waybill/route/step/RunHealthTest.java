package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Camel's registry of health checks tells where no server of ours listens: in an application, say. */
class RunHealthTest {

    @RegisterExtension
    private final FlowHarness flows = FlowHarness.over("CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 3)");

    private State state(String id) {
        return HealthCheckRegistry.get(flows.context())
                .getCheck(id)
                .map(check -> check.call(Map.of(HealthCheck.CHECK_KIND, HealthCheck.Kind.READINESS))
                        .getState())
                .orElseThrow();
    }

    @Test
    void tellsWhetherFlowsCanRun() throws Exception {
        flows.load("orders.toml", """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "{{root}}/out/orders.csv"
                """);
        flows.run("orders");
        assertThat(state("waybill-ledger")).isEqualTo(State.UP);
        assertThat(state("waybill-databases")).isEqualTo(State.UP);
        assertThat(state("waybill-disk")).isEqualTo(State.UP);
        assertThat(state("waybill-scheduler")).isEqualTo(State.UP);
    }

    @Test
    void opensNoLedgerThatNobodyElseHasOpened() throws Exception {
        WaybillComponent component = flows.context().getComponent("waybill", WaybillComponent.class);
        component.stop();
        assertThat(state("waybill-ledger")).as("of a process that ends").isEqualTo(State.DOWN);
        assertThat(component.openLedger()).isEmpty();
        component.start();
        assertThat(state("waybill-ledger")).isEqualTo(State.UP);
        assertThat(component.openLedger()).isEmpty();
    }
}
