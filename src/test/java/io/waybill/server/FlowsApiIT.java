package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.server.ServerHarness.Answered;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows by the API: seen, made, changed, removed, planned, paused. */
class FlowsApiIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    @Test
    void listsFlowsAndShowsOneWithItsTag() throws Exception {
        JsonNode listed = server.get("/v2/flows").send().json(200);
        assertThat(listed.at("/flows/0/id").asText()).isEqualTo("orders");

        Answered one = server.get("/v2/flows/orders").send();
        assertThat(one.json(200).get("dataset").asText()).isEqualTo("orders");
        assertThat(server.get("/v2/flows/orders")
                        .header("If-None-Match", one.header("ETag"))
                        .send()
                        .status())
                .isEqualTo(304);
        Answered text = server.get("/v2/flows/orders")
                .header("Accept", "application/toml")
                .send();
        assertThat(text.text()).isEqualTo(ServerHarness.export("orders"));
        assertThat(text.header("ETag")).isEqualTo(one.header("ETag"));
    }

    @Test
    void aFlowThatIsAddedRuns() throws Exception {
        Answered added = server.post("/v2/flows")
                .toml("id = \"more\"\n" + ServerHarness.export("more"))
                .send();
        assertThat(added.json(201).get("id").asText()).isEqualTo("more");
        assertThat(added.header("Location")).isEqualTo("/v2/flows/more");
        assertThat(server.file("routes/more.toml")).exists();

        assertThat(server.run("more").get("rows").asInt()).isEqualTo(100);
        assertThat(server.post("/v2/flows")
                        .toml("id = \"more\"\n" + ServerHarness.export("more"))
                        .send()
                        .refused(409))
                .isEqualTo("flow \"more\" is there already; PUT changes it");
    }

    @Test
    void aFlowIsChangedByWhoKnowsWhatIsThere() throws Exception {
        String tag = server.get("/v2/flows/orders").send().header("ETag");
        String changed = ServerHarness.export("orders") + "columns = [\"id\"]\n";

        assertThat(server.put("/v2/flows/orders").toml(changed).send().refused(428))
                .startsWith("flow \"orders\" is there: say in If-Match which text of it is meant");
        assertThat(server.put("/v2/flows/orders")
                        .header("If-Match", "\"other\"")
                        .toml(changed)
                        .send()
                        .refused(412))
                .isEqualTo("flow \"orders\" was changed since: its ETag is " + tag);
        assertThat(server.file("routes/orders.toml")).content().isEqualTo(ServerHarness.export("orders"));

        Answered put = server.put("/v2/flows/orders")
                .header("If-Match", tag)
                .toml(changed)
                .send();
        put.json(200);
        assertThat(put.header("ETag")).isNotEqualTo(tag);
        String name = server.run("orders").at("/files/0/name").asText();
        assertThat(Files.readAllLines(server.file("exports/orders").resolve(name))
                        .get(0))
                .isEqualTo("id");
    }

    @Test
    void aWrongFlowIsRefusedAsAStartWouldAndNothingIsChanged() throws Exception {
        String tag = server.get("/v2/flows/orders").send().header("ETag");
        String wrong = ServerHarness.export("orders") + "max_row_per_file = 3\n";
        Answered refused = server.put("/v2/flows/orders")
                .header("If-Match", tag)
                .toml(wrong)
                .send();
        assertThat(refused.refused(422))
                .startsWith("routes/orders.toml:4: max_row_per_file: is not a key that is known here")
                .contains("did you mean \"max_rows_per_file\"?");
        assertThat(refused.json().get("problems")).hasSize(1);
        assertThat(server.file("routes/orders.toml")).content().isEqualTo(ServerHarness.export("orders"));
        assertThat(server.run("orders").get("rows").asInt()).isEqualTo(100);

        assertThat(server.put("/v2/flows/new")
                        .toml("this is = = not toml")
                        .send()
                        .refused(422))
                .startsWith("routes/new.toml:1");
        assertThat(server.file("routes/new.toml")).doesNotExist();
        assertThat(server.put("/v2/flows/new")
                        .toml("id = \"old\"\n" + ServerHarness.export("x"))
                        .send()
                        .refused(422))
                .isEqualTo("id: the flow says it is \"old\", and it is put as \"new\"");
        assertThat(server.put("/v2/flows/new").json("{}").send().refused(415))
                .startsWith("Content-Type: \"application/json\" is not taken here; allowed: application/toml");
    }

    @Test
    void aFlowThatIsRemovedRunsNoMore() throws Exception {
        String tag = server.get("/v2/flows/orders").send().header("ETag");
        assertThat(server.delete("/v2/flows/orders").send().status()).isEqualTo(428);
        assertThat(server.delete("/v2/flows/orders")
                        .header("If-Match", "\"other\"")
                        .send()
                        .refused(412))
                .isEqualTo("flow \"orders\" was changed since: its ETag is " + tag);
        assertThat(server.delete("/v2/flows/orders")
                        .header("If-Match", tag)
                        .send()
                        .status())
                .isEqualTo(204);
        assertThat(server.file("routes/orders.toml")).doesNotExist();
        assertThat(server.get("/v2/flows/orders").send().refused(404)).isEqualTo("there is no flow \"orders\"");
        assertThat(server.context().getRoutes())
                .noneMatch(route -> route.getRouteId().startsWith("orders"));
        assertThat(server.put("/v2/flows/orders")
                        .header("If-Match", tag)
                        .toml(ServerHarness.export("orders"))
                        .send()
                        .status())
                .isEqualTo(412);

        server.put("/v2/flows/orders")
                .toml(ServerHarness.export("orders"))
                .send()
                .json(201);
        assertThat(server.run("orders").get("rows").asInt()).isEqualTo(100);
    }

    @Test
    void plansWhatIsThereAndWhatIsNotYet() throws Exception {
        assertThat(server.get("/v2/flows/orders/plan")
                        .send()
                        .json(200)
                        .get("sql")
                        .asText())
                .contains("SELECT");
        JsonNode plan = server.post("/v2/plan?id=new")
                .toml(ServerHarness.export("new") + "columns = [\"id\"]\n")
                .send()
                .json(200);
        assertThat(plan.get("columns")).hasSize(1);
        assertThat(server.file("routes/new.toml")).doesNotExist();
        assertThat(server.post("/v2/plan?id=new")
                        .toml(ServerHarness.export("new").replace("\"orders\"", "\"nothing\""))
                        .send()
                        .refused(422))
                .contains("\"nothing\"");
    }

    @Test
    void pausesAndResumes() throws Exception {
        assertThat(server.post("/v2/flows/orders/pause")
                        .send()
                        .json(200)
                        .get("paused")
                        .asBoolean())
                .isTrue();
        assertThat(server.get("/v2/flows")
                        .send()
                        .json(200)
                        .at("/flows/0/paused")
                        .asBoolean())
                .isTrue();
        assertThat(server.post("/v2/flows/orders/resume")
                        .send()
                        .json(200)
                        .get("changed")
                        .asBoolean())
                .isTrue();
        assertThat(server.ledger().audit().of("orders"))
                .extracting(entry -> entry.action())
                .containsExactly("pause", "resume");
    }

    @Test
    void tellsOfDataSetsAndTheirColumns() throws Exception {
        assertThat(server.get("/v2/datasets")
                        .send()
                        .json(200)
                        .at("/datasets/0/id")
                        .asText())
                .isEqualTo("orders");
        assertThat(server.get("/v2/datasets/orders").send().json(200).get("columns"))
                .hasSize(2);
        assertThat(server.get("/v2/datasets/others").send().refused(404)).isEqualTo("there is no data set \"others\"");
    }

    @Test
    void whatIsPlannedChangesNothingOfTheFlowThatIsThere() throws Exception {
        String flow = "id = \"new\"\n" + ServerHarness.export("new") + "redelivery = { maximum_redeliveries = %s }\n";
        assertThat(server.post("/v2/flows").toml(flow.formatted(7)).send().status())
                .isEqualTo(201);
        Object bean = server.context().getRegistry().lookupByName("new.redelivery");
        assertThat(bean).isNotNull();
        assertThat(server.post("/v2/plan")
                        .toml(flow.formatted(3))
                        .send()
                        .json(200)
                        .get("route")
                        .asText())
                .contains("maximumRedeliveries", "3");
        assertThat(server.context().getRegistry().lookupByName("new.redelivery"))
                .as("the bean of the flow's own route")
                .isSameAs(bean);
    }
}
