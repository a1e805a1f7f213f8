package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.Watermark;
import io.waybill.ledger.Watermarks;
import io.waybill.route.step.Planning;
import io.waybill.route.step.WaybillComponent;
import io.waybill.run.Planner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waybill watermark}. */
@Command(
        name = "watermark",
        mixinStandardHelpOptions = true,
        description = "Shows how far flows with since_last_export have exported, and moves that by hand.",
        subcommands = {WatermarkCommand.Show.class, WatermarkCommand.Set.class, WatermarkCommand.Reset.class})
final class WatermarkCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.WRONG;
    }

    private static Watermarks watermarks(CamelContext context) {
        return Workspace.ledger(context).watermarks();
    }

    /** Those of a flow that is to be changed: a run that was killed neither holds them, nor moves them later. */
    private static Watermarks recovered(CamelContext context, String flow) {
        context.getComponent("waybill", WaybillComponent.class).recover(flow);
        return watermarks(context);
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows the watermarks of all flows, or of one.")
    static final class Show implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "ID", arity = "0..1", description = "The flow's id; all flows without it.")
        private String id;

        @Option(names = "--json", description = "Print the watermarks as one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            try (CamelContext context = Workspace.context()) {
                List<Watermark> found = id == null
                        ? watermarks(context).all()
                        : watermarks(context).find(id).stream().toList();
                Terminal out = Terminal.out(spec);
                if (json) {
                    out.line(ResultJson.print(toJson(found)));
                } else if (found.isEmpty()) {
                    out.line(id == null ? "no watermarks" : "flow " + id + " has no watermark");
                } else {
                    out.table(
                            List.of("flow", "data set", "column", "watermark", "moved", "by"),
                            found.stream().map(Show::row).toList());
                }
                return ExitCode.DONE;
            }
        }

        private static List<String> row(Watermark watermark) {
            return List.of(
                    watermark.flow(),
                    watermark.dataset(),
                    watermark.column(),
                    watermark.value(),
                    HistoryCommand.time(watermark.changedAt()),
                    watermark.runId() == null ? "hand" : "run " + watermark.runId());
        }

        private static ObjectNode toJson(List<Watermark> watermarks) {
            ObjectNode json = ResultJson.JSON.createObjectNode();
            json.set("watermarks", ResultJson.JSON.valueToTree(watermarks));
            return json;
        }
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = "Sets a flow's watermark: its next run exports the rows above it.",
            footer = {"", "Example:  waybill watermark set orders_new 2026-01-15T00:00:00Z"})
    static final class Set implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(index = "0", paramLabel = "ID", description = "The flow's id.")
        private String id;

        @Parameters(
                index = "1",
                paramLabel = "VALUE",
                description = "A number, a text, or a time in ISO 8601, as the column holds.")
        private String value;

        @Override
        public Integer call() throws Exception {
            try (CamelContext context = Workspace.context()) {
                FlowFolder folder = Workspace.flows(context);
                Flow flow = Workspace.flow(folder, id);
                DataSet declared = folder.dataSetOf(flow).orElse(null);
                Planner.Tracked tracked = Planning.of(context, flow, declared)
                        .tracked(value, Instant.now().atZone(flow.timezone()));
                Watermarks watermarks = recovered(context, id);
                Optional<Watermark> before = watermarks.find(id);
                watermarks.set(id, tracked.dataset(), tracked.column(), tracked.value());
                Terminal.out(spec)
                        .line("flow " + id + ": " + tracked.column() + " "
                                + before.map(Watermark::value).orElse("none") + " -> " + tracked.value());
                return ExitCode.DONE;
            }
        }
    }

    @Command(
            name = "reset",
            mixinStandardHelpOptions = true,
            description = "Takes a flow's watermark away: its next run exports all rows.")
    static final class Reset implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "ID", description = "The flow's id.")
        private String id;

        @Override
        public Integer call() throws Exception {
            try (CamelContext context = Workspace.context()) {
                boolean there = recovered(context, id).reset(id);
                Terminal.out(spec)
                        .line("flow " + id
                                + (there
                                        ? ": the watermark is gone; the next run exports all rows"
                                        : " has no watermark"));
                return ExitCode.DONE;
            }
        }
    }
}
