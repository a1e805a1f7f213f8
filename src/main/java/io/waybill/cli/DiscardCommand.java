package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.delivery.DeadLetter;
import io.waybill.ledger.Quarantine;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
final class DiscardCommand extends WorkspaceCommand {

    @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning or end; waybill history shows them.")
    private String id;

    @Mixin
    private Reason reason;

    @Override
    int call(Workspace workspace) throws Exception {
        RunEntry run = workspace.run(id);
        boolean goesOn = run.status() == Status.DISCARDED && run.deadLetter() != null;
        if (!goesOn) {
            ReleaseCommand.requireQuarantined(run);
        }
        requireFiles(run);
        Quarantine quarantine = workspace.ledger().quarantine();
        if (!goesOn && !quarantine.discard(run, reason.ask())) {
            throw WaybillException.refusal(
                    "run " + run.runId() + " is not quarantined any more: somebody else has released or discarded it");
        }
        remove(run);
        quarantine.removed(run);
        out().line(out().bold(run.flow()) + ": run " + run.runId() + " is discarded: its files are removed");
        return ExitCode.DONE;
    }

    /** Who cannot remove them must not say that they are gone. */
    private static void requireFiles(RunEntry run) {
        if (!Files.isDirectory(Path.of(run.deadLetter())) && !run.owner().isHere()) {
            throw WaybillException.refusal("run " + run.runId() + " cannot be discarded here: its files are in "
                    + run.deadLetter() + " on " + run.owner().host() + ", where this is to be done");
        }
    }

    private static void remove(RunEntry run) {
        try {
            DeadLetter.deleteFolder(Path.of(run.deadLetter()));
        } catch (IOException e) {
            throw new WaybillException(
                    WaybillException.Stage.COMMIT,
                    "run " + run.runId() + " is discarded, and its files in " + run.deadLetter()
                            + " cannot be removed: " + e.getMessage() + "; the same command tries again",
                    e);
        }
    }
}
