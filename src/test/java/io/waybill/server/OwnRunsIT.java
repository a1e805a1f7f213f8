package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.ledger.Occasion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever has asked for a run sees what became of it. */
class OwnRunsIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    @Test
    void areSeenByWhoAskedForThemAndMaySeeNoFlow() throws Exception {
        String one = server.token("create@dataset:orders");
        String id = server.ledger().server().tokens().all().get(0).id();
        String other = server.token("create@dataset:orders");
        server.ledger().begin("export_call_0a", "r1", new Occasion.Requested(id, null, null));
        server.ledger().commit("r1", 3);
        assertThat(server.get("/v2/runs/r1")
                        .as(one)
                        .send()
                        .json(200)
                        .get("rows")
                        .asInt())
                .isEqualTo(3);
        assertThat(server.get("/v2/runs/r1").as(other).send().refused(404)).isEqualTo("there is no run \"r1\"");
        assertThat(server.get("/v2/runs/r1/files/a.csv").as(one).send().refused(404))
                .isEqualTo("there is no run \"r1\"");
    }
}
