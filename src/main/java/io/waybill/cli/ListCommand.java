package io.waybill.cli;

import static io.waybill.cli.Table.column;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.flow.toml.OwnRoute;
import io.waybill.route.step.WaybillComponent;
import io.waybill.run.FlowJson;
import io.waybill.run.FlowJson.Held;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill list}. */
@Command(name = "list", description = "Lists the flows of routes/.")
final class ListCommand extends ServedCommand {

    private static final Table TABLE = new Table(
            column("flow").cutTo(18),
            column("data set").cutTo(14).leftOut(2),
            column("mode").leftOut(1),
            column("file").cutTo(24),
            column("next run").cutTo(16));

    @Option(names = "--json", description = "Print the flows as one JSON object.")
    private boolean json;

    @Override
    int call(Workspace workspace) throws Exception {
        FlowFolder folder = workspace.flows();
        show(listed(folder, held(workspace.component())));
        if (!json) {
            folder.replaced()
                    .forEach((id, flow) -> out().line("flow " + id + " is the route in "
                            + OwnRoute.of(Path.of(flow.place().file()), id)));
        }
        if (!folder.problems().isEmpty()) {
            error(folder.problems().size() + " problems in other files; waybill validate shows them");
        }
        return ExitCode.DONE;
    }

    @Override
    int call(ServerClient there) {
        show(there.get("/v2/flows"));
        return ExitCode.DONE;
    }

    private void show(ObjectNode flows) {
        if (json) {
            print(flows);
        } else {
            print(out(), flows);
            flows.path(FlowJson.WITHOUT_FILE)
                    .forEach(run -> out().line("run " + run.path("run_id").asText() + " of flow "
                            + run.path("flow").asText() + ", which has no file here, is quarantined (waybill show "
                            + run.path("run_id").asText() + ")"));
        }
    }

    /** What keeps flows from running, as the ledger has it. */
    static Held held(WaybillComponent component, java.util.function.Consumer<String> told) {
        try {
            return new Held(component.paused(), component.quarantined());
        } catch (WaybillException e) {
            told.accept(e.getMessage());
            return Held.NONE;
        }
    }

    /** Where the ledger does not say, nothing does, and that is told. */
    private Held held(WaybillComponent component) {
        return held(component, why -> error("nobody can say which flows are paused or quarantined: " + why));
    }

    static ObjectNode listed(FlowFolder folder, Held held) {
        ObjectNode json = ResultJson.JSON.createObjectNode();
        ArrayNode flows = json.putArray("flows");
        folder.flows().values().forEach(flow -> flows.add(FlowJson.of(flow, held, Instant.now())));
        json.set(FlowJson.WITHOUT_FILE, held.without(folder.flows().keySet()));
        return json;
    }

    /** The flows, and when each runs next. */
    static void print(Terminal out, ObjectNode flows) {
        List<JsonNode> rows = new ArrayList<>();
        flows.path("flows").forEach(rows::add);
        TABLE.print(out, rows, ListCommand::row);
    }

    private static List<String> row(JsonNode flow) {
        boolean feed = flow.has("feed");
        return List.of(
                flow.path("id").asText(),
                flow.path("dataset").asText(),
                flow.path(feed ? "type" : "mode").asText(),
                flow.path(feed ? "feed" : "file_path").asText(),
                flow.path("starts").asText());
    }
}
