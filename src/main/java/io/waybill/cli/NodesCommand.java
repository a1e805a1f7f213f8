package io.waybill.cli;

import static io.waybill.cli.Table.column;
import static io.waybill.cli.Table.number;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.ledger.Nodes.Node;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill nodes}. */
@Command(
        name = "nodes",
        description = {
            "Lists the processes that share the ledger and stay: those that serve, read for others, or whose",
            "triggers start runs. One that was killed is listed for a day."
        })
final class NodesCommand extends ServedCommand {

    private static final int SHORT_ID = 6;

    private static final Table TABLE = new Table(
            column("node"),
            column("host").cutTo(12),
            number("process"),
            column("version").leftOut(2),
            column("since").leftOut(1),
            column("heard of"),
            column("runs").cutTo(16));

    @Option(names = "--json", description = "Print the processes as one JSON object.")
    private boolean json;

    @Override
    int call(Workspace workspace) {
        return show(workspace.ledger().nodes().all());
    }

    @Override
    int call(ServerClient there) throws JsonProcessingException {
        return show(List.of(ResultJson.JSON.treeToValue(there.get("/v2/nodes").get("nodes"), Node[].class)));
    }

    private int show(List<Node> nodes) {
        if (json) {
            ObjectNode object = ResultJson.JSON.createObjectNode();
            object.set("nodes", ResultJson.JSON.valueToTree(nodes));
            print(object);
        } else if (nodes.isEmpty()) {
            out().line("no process stays: waybill serve does");
        } else {
            TABLE.print(out(), nodes, NodesCommand::row);
        }
        return ExitCode.DONE;
    }

    private static List<String> row(Node node) {
        return List.of(
                node.id().substring(node.id().length() - SHORT_ID),
                node.host(),
                String.valueOf(node.pid()),
                node.version(),
                HistoryCommand.time(node.startedAt()),
                HistoryCommand.time(node.seenAt()) + (node.isThere() ? "" : " (" + node.gone() + ")"),
                node.runs().keySet().stream().sorted().collect(Collectors.joining(", ")));
    }
}
