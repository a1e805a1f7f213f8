package io.waybill.cli;

import io.waybill.flow.Flow;
import io.waybill.run.FeedPlanner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill feed}. */
@Command(
        name = "feed",
        description = "Removes what feeds keep in their databases.",
        subcommands = FeedCommand.Drop.class)
final class FeedCommand extends WaybillCommand {

    @Override
    public Integer call() {
        return usage();
    }

    @Command(
            name = "drop",
            description =
                    "Removes the tables of a feed, or of an export of changes: changes, state and batches. Its next run begins anew.")
    static final class Drop extends WorkspaceCommand {

        @Parameters(paramLabel = "ID", description = "The flow's id.")
        private String id;

        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        @Override
        int call(Workspace workspace) throws Exception {
            Flow flow = workspace.flow(id);
            FeedPlanner planner = workspace.feedPlanner(flow);
            List<String> tables = planner.tables();
            if (tables.isEmpty()) {
                out().line("flow " + id + " has no tables");
                return ExitCode.DONE;
            }
            if (!yes && !agrees(tables)) {
                error("nothing is removed; answer \"yes\", or say --yes");
                return ExitCode.WRONG;
            }
            workspace.component().drop(id, planner);
            out().line("flow " + id + ": removed " + String.join(", ", tables));
            return ExitCode.DONE;
        }

        private boolean agrees(List<String> tables) throws IOException {
            out().line("This removes the tables " + String.join(", ", tables)
                    + " with all that is in them. Remove them? (yes)");
            String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return answer != null && answer.strip().equals("yes");
        }
    }
}
