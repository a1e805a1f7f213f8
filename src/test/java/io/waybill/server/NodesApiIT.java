package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The processes that share the ledger, by the server. */
class NodesApiIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    @Test
    void areToldToWhoMayDoAll() throws Exception {
        server.ledger().nodes().seen(true);
        String admin = server.token("admin@*");
        JsonNode nodes = server.get("/v2/nodes").as(admin).send().json(200).get("nodes");
        assertThat(nodes).hasSize(1);
        assertThat(nodes.at("/0/pid").asLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(nodes.at("/0/is_here").asBoolean()).isTrue();
        assertThat(nodes.at("/0/gone").isNull()).isTrue();
        assertThat(server.get("/nodes")
                        .header("Accept", "text/html")
                        .as(admin)
                        .send()
                        .text())
                .contains("1 node", "process " + ProcessHandle.current().pid(), "this server");

        for (String grants : new String[] {"view@*", "download@*", "admin@namespace:public"}) {
            String other = server.token(grants);
            assertThat(server.get("/v2/nodes").as(other).send().refused(403)).isEqualTo("role admin@* is needed");
            assertThat(server.get("/nodes").as(other).send().status()).isEqualTo(403);
        }
    }
}
