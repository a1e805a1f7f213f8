package io.waybill.cli;

import static io.waybill.cli.Table.column;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.feed.FeedTables;
import io.waybill.flow.Export;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.Trigger;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.route.step.WaybillComponent;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill list}. */
@Command(name = "list", description = "Lists the flows of routes/.")
final class ListCommand extends WorkspaceCommand {

    private static final DateTimeFormatter NEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm VV", Locale.ROOT);

    private static final DateTimeFormatter NEXT_OF_TWO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm VV XXX", Locale.ROOT);

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
        Held held = held(workspace.component());
        if (json) {
            print(toJson(folder, held));
        } else {
            print(out(), folder, held);
            held.without(folder)
                    .forEach((flow, run) -> out().line("run " + run + " of flow " + flow
                            + ", which has no file here, is quarantined (waybill show " + run + ")"));
        }
        if (!folder.problems().isEmpty()) {
            error(folder.problems().size() + " problems in other files; waybill validate shows them");
        }
        return ExitCode.DONE;
    }

    /**
     * What keeps flows from running.
     *
     * @param paused the flows that are paused
     * @param quarantined the flows of which a run is quarantined, with that run
     */
    record Held(Set<String> paused, Map<String, String> quarantined) {

        static final Held NONE = new Held(Set.of(), Map.of());

        static Held of(WaybillComponent component) {
            return new Held(component.paused(), component.quarantined());
        }

        boolean isPaused(Flow flow) {
            return paused.contains(flow.id());
        }

        String run(Flow flow) {
            return quarantined.get(flow.id());
        }

        /** Those of flows that have no file, with their runs. */
        Map<String, String> without(FlowFolder folder) {
            Map<String, String> others = new TreeMap<>(quarantined);
            others.keySet().removeAll(folder.flows().keySet());
            return others;
        }

        /** Whether it has no next time. */
        boolean holds(Flow flow) {
            return isPaused(flow) || run(flow) != null;
        }
    }

    /** Where the ledger does not say, nothing does, and that is told. */
    private Held held(WaybillComponent component) {
        try {
            return Held.of(component);
        } catch (WaybillException e) {
            error("nobody can say which flows are paused or quarantined: " + e.getMessage());
            return Held.NONE;
        }
    }

    /** The flows, and when each runs next. */
    static void print(Terminal out, FlowFolder folder, Held held) {
        TABLE.print(out, List.copyOf(folder.flows().values()), flow -> row(flow, held));
    }

    private static List<String> row(Flow flow, Held held) {
        return List.of(
                flow.id(),
                flow.sourceDataset(),
                flow.feed() == null ? flow.export().mode().label() : Form.lower(flow.type()),
                flow.feed() == null
                        ? uris(flow.export())
                        : FeedTables.of(flow.id(), flow.feed(), "").output(),
                flow.notYet().isEmpty() ? when(flow, held) : "cannot run yet");
    }

    private static String when(Flow flow, Held held) {
        if (held.run(flow) != null) {
            return "quarantined: " + held.run(flow);
        }
        return held.isPaused(flow)
                ? "paused"
                : next(flow).map(ListCommand::words).orElse(withoutNext(flow));
    }

    /** How a flow runs that has no next time. */
    private static String withoutNext(Flow flow) {
        List<Trigger> triggers = flow.triggers().stream()
                .filter(trigger -> trigger.enabled() && trigger.type() != Trigger.Type.MANUAL)
                .toList();
        if (triggers.stream().anyMatch(trigger -> trigger.times().isEmpty())) {
            return "as rows come";
        }
        return triggers.isEmpty() ? "by hand" : "by hand; its times are over";
    }

    /** By the clocks of its zone; where they show the time twice, with its offset from UTC. */
    static String words(ZonedDateTime time) {
        boolean twice = time.getZone()
                        .getRules()
                        .getValidOffsets(time.toLocalDateTime())
                        .size()
                > 1;
        return time.format(twice ? NEXT_OF_TWO : NEXT);
    }

    private static String uris(Export export) {
        return export.deliveries().stream()
                .map(delivery -> delivery.uri().text())
                .collect(Collectors.joining(", "));
    }

    private static Optional<ZonedDateTime> next(Flow flow) {
        return flow.triggers().stream()
                .filter(Trigger::enabled)
                .flatMap(trigger -> next(trigger).stream())
                .min(Comparator.comparing(ZonedDateTime::toInstant));
    }

    /** The next time of a trigger, in its zone. */
    static Optional<ZonedDateTime> next(Trigger trigger) {
        return trigger.times().flatMap(times -> times.next(Instant.now())).map(time -> time.atZone(trigger.timezone()));
    }

    private static ObjectNode toJson(FlowFolder folder, Held held) {
        ObjectNode json = ResultJson.JSON.createObjectNode();
        ArrayNode others = json.putArray("quarantined_without_file");
        held.without(folder)
                .forEach((flow, run) -> others.addObject().put("flow", flow).put("run_id", run));
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
            Optional<ZonedDateTime> next = held.holds(flow) ? Optional.empty() : next(flow);
            entry.put("paused", held.isPaused(flow))
                    .put("quarantined_run", held.run(flow))
                    .put(
                            "next_run",
                            next.map(time -> time.toInstant().toString()).orElse(null))
                    .put("next_run_local", next.map(ZonedDateTime::toString).orElse(null));
            ArrayNode triggers = entry.putArray("triggers");
            for (Trigger trigger : flow.triggers()) {
                triggers.addObject()
                        .put("id", trigger.id())
                        .put("type", Form.lower(trigger.type()))
                        .put("enabled", trigger.enabled())
                        .put(
                                "next",
                                Optional.of(trigger)
                                        .filter(on -> on.enabled() && !held.holds(flow))
                                        .flatMap(ListCommand::next)
                                        .map(ZonedDateTime::toString)
                                        .orElse(null));
            }
        }
        return json;
    }
}
