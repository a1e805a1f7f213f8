package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.ledger.RunEntry;
import io.waybill.run.Discard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code waybill discard}. */
@Command(
        name = "discard",
        description = {
            "Removes the files of a quarantined run; its flow runs again.",
            "The watermark stays where it is, so that the next run reads the same rows again."
        },
        footer = {"", "Example:  waybill discard 3f9a01 --reason \"the source is mended\""})
final class DiscardCommand extends ServedCommand {

    @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning or end; waybill history shows them.")
    private String id;

    @Mixin
    private Reason reason;

    @Override
    int call(Workspace workspace) throws Exception {
        RunEntry run = workspace.component().asItStands(workspace.run(id));
        Discard discard = new Discard(workspace.ledger());
        discard.check(run);
        discard.discard(run, reason.ask());
        return discarded(run.flow(), run.runId());
    }

    @Override
    int call(ServerClient there) {
        ServerClient.Answered answered =
                there.ask("POST", "/v2/runs/" + there.runId(id) + "/discard", reason.asJson(), null);
        JsonNode run = there.decided(answered).json();
        return discarded(run.path("flow").asText(), run.path("run_id").asText());
    }

    private int discarded(String flow, String run) {
        out().line(out().bold(flow) + ": run " + run + " is discarded: its files are removed");
        return ExitCode.DONE;
    }
}
