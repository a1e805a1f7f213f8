package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.ledger.RunEntry;
import io.waybill.run.RunJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill show}. */
@Command(name = "show", description = "Shows one run: what it did, and what came of it.")
final class ShowCommand extends ServedCommand {

    @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning or end; waybill history shows them.")
    private String id;

    @Option(names = "--json", description = "Print the run as one JSON object.")
    private boolean json;

    @Override
    int call(Workspace workspace) throws Exception {
        RunEntry run = workspace.run(id);
        return show(
                RunJson.whole(run, workspace.ledger(), workspace.component().retention()),
                run.owner().isHere());
    }

    @Override
    int call(ServerClient there) {
        return show(there.get("/v2/runs/" + there.runId(id)), true);
    }

    private int show(ObjectNode run, boolean here) {
        if (json) {
            print(run);
        } else {
            new RunShown(run).print(out(), here);
        }
        return ExitCode.DONE;
    }
}
