package io.waybill.cli;

import io.waybill.flow.ExportedTable;
import io.waybill.flow.Flow;
import io.waybill.ledger.Watermark;
import io.waybill.ledger.Watermarks;
import io.waybill.run.Planner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill watermark}. */
@Command(
        name = "watermark",
        description = "Shows how far flows with since_last_export have exported, and moves that by hand.",
        subcommands = {WatermarkCommand.Show.class, WatermarkCommand.Set.class, WatermarkCommand.Reset.class})
final class WatermarkCommand extends WaybillCommand {

    @Override
    public Integer call() {
        return usage();
    }

    /** Those of a flow that is to be changed: a run that was killed neither holds them, nor moves them later. */
    private static Watermarks recovered(Workspace workspace, String flow) {
        workspace.component().recover(flow);
        return workspace.ledger().watermarks();
    }

    @Command(name = "show", description = "Shows the watermarks of all flows, or of one.")
    static final class Show extends WorkspaceCommand {

        @Parameters(paramLabel = "ID", arity = "0..1", description = "The flow's id; all flows without it.")
        private String id;

        @Option(names = "--json", description = "Print the watermarks as one JSON object.")
        private boolean json;

        @Override
        int call(Workspace workspace) throws Exception {
            Watermarks watermarks = workspace.ledger().watermarks();
            List<Watermark> found = watermarks.all().stream()
                    .filter(each -> id == null
                            || each.flow().equals(id)
                            || ExportedTable.flow(each.flow()).equals(id))
                    .toList();
            Terminal out = out();
            if (json) {
                print(ResultJson.JSON.createObjectNode().set("watermarks", ResultJson.JSON.valueToTree(found)));
            } else if (found.isEmpty()) {
                out.line(id == null ? "no watermarks" : "flow " + id + " has no watermark");
            } else {
                Table.of("flow", "data set", "column", "watermark", "moved", "by")
                        .print(out, found, Show::row);
            }
            return ExitCode.DONE;
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
    }

    @Command(
            name = "set",
            description = "Sets a flow's watermark: its next run exports the rows above it.",
            footer = {"", "Example:  waybill watermark set orders_new 2026-01-15T00:00:00Z"})
    static final class Set extends WorkspaceCommand {

        @Parameters(index = "0", paramLabel = "ID", description = "The flow's id.")
        private String id;

        @Parameters(
                index = "1",
                paramLabel = "VALUE",
                description = "A number, a text, or a time in ISO 8601, as the column holds.")
        private String value;

        @Override
        int call(Workspace workspace) throws Exception {
            Flow flow = workspace.flow(id);
            Planner.Tracked tracked =
                    workspace.planner(flow, id).tracked(value, Instant.now().atZone(flow.timezone()));
            Watermarks watermarks = recovered(workspace, id);
            Optional<Watermark> before = watermarks.find(id);
            watermarks.set(id, tracked.dataset(), tracked.column(), tracked.value());
            out().line("flow " + id + ": " + tracked.column() + " "
                    + before.map(Watermark::value).orElse("none") + " -> " + tracked.value());
            return ExitCode.DONE;
        }
    }

    @Command(name = "reset", description = "Takes a flow's watermark away: its next run exports all rows.")
    static final class Reset extends WorkspaceCommand {

        @Parameters(paramLabel = "ID", description = "The flow's id.")
        private String id;

        @Override
        int call(Workspace workspace) throws Exception {
            List<String> tables = workspace.ledger().watermarks().all().stream()
                    .map(Watermark::flow)
                    .filter(each -> !each.equals(id) && ExportedTable.flow(each).equals(id))
                    .toList();
            if (!tables.isEmpty()) {
                throw new WrongUsageException("flow \"" + id + "\" has a watermark for each of its tables: "
                        + String.join(", ", tables.subList(0, Math.min(5, tables.size())))
                        + (tables.size() > 5 ? ", …" : ""));
            }
            boolean there = recovered(workspace, id).reset(id);
            out().line("flow " + id
                    + (there ? ": the watermark is gone; the next run exports all rows" : " has no watermark"));
            return ExitCode.DONE;
        }
    }
}
