package io.waybill.cli;

import static io.waybill.cli.Table.column;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.feed.FeedTables;
import io.waybill.flow.Export;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.Trigger;
import io.waybill.flow.toml.FlowFolder;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill list}. */
@Command(name = "list", description = "Lists the flows of routes/.")
final class ListCommand extends WorkspaceCommand {

    private static final DateTimeFormatter NEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm VV", Locale.ROOT);

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
        if (json) {
            print(toJson(folder));
        } else {
            print(out(), folder);
        }
        if (!folder.problems().isEmpty()) {
            error(folder.problems().size() + " problems in other files; waybill validate shows them");
        }
        return ExitCode.DONE;
    }

    /** The flows, and when each runs next. */
    static void print(Terminal out, FlowFolder folder) {
        TABLE.print(out, List.copyOf(folder.flows().values()), ListCommand::row);
    }

    private static List<String> row(Flow flow) {
        return List.of(
                flow.id(),
                flow.sourceDataset(),
                flow.feed() == null ? flow.export().mode().label() : Form.lower(flow.type()),
                flow.feed() == null
                        ? uris(flow.export())
                        : FeedTables.of(flow.id(), flow.feed(), "").output(),
                flow.notYet().isEmpty()
                        ? next(flow).map(time -> time.format(NEXT)).orElse(streams(flow) ? "as rows come" : "by hand")
                        : "cannot run yet");
    }

    private static boolean streams(Flow flow) {
        return flow.triggers().stream().anyMatch(trigger -> trigger.enabled() && trigger.type() == Trigger.Type.STREAM);
    }

    private static String uris(Export export) {
        return export.deliveries().stream()
                .map(delivery -> delivery.uri().text())
                .collect(Collectors.joining(", "));
    }

    private static Optional<ZonedDateTime> next(Flow flow) {
        return flow.triggers().stream()
                .filter(trigger -> trigger.enabled() && trigger.cron() != null)
                .flatMap(trigger -> trigger.cron().next(ZonedDateTime.now(trigger.timezone())).stream())
                .min(Comparator.comparing(ZonedDateTime::toInstant));
    }

    private static ObjectNode toJson(FlowFolder folder) {
        ObjectNode json = ResultJson.JSON.createObjectNode();
        ArrayNode flows = json.putArray("flows");
        for (Flow flow : folder.flows().values()) {
            ObjectNode entry = flows.addObject()
                    .put("id", flow.id())
                    .put("name", flow.name())
                    .put("type", Form.lower(flow.type()))
                    .put("namespace", flow.namespace())
                    .put("file", flow.place().file())
                    .put("runs", flow.notYet().isEmpty());
            entry.put("dataset", flow.sourceDataset());
            if (flow.feed() != null) {
                entry.put("feed", FeedTables.of(flow.id(), flow.feed(), "").output());
            }
            flow.exported()
                    .ifPresent(export -> entry.put("mode", export.mode().label())
                            .put("format", export.format().extension())
                            .put("file_path", uris(export)));
            entry.put(
                    "next_run",
                    next(flow).map(time -> time.toInstant().toString()).orElse(null));
        }
        return json;
    }
}
