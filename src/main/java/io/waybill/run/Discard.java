package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.FileFailure;
import io.waybill.flow.Form;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up what runs have kept: of quarantined ones, whose rows the next run of the flow reads again, and of those whose delivery has failed.
 *
 * @param actor who does; null for the user of this process
 */
public record Discard(Ledger ledger, String actor) {

    private static final Logger LOG = LoggerFactory.getLogger(Discard.class);

    /** By the user of this process. */
    public Discard(Ledger ledger) {
        this(ledger, null);
    }

    /**
     * Refuses a run that is not quarantined, or whose files are elsewhere: who cannot remove them must not say that they are gone. One that
     * somebody has discarded, and whose files are still there, is taken.
     */
    public void check(RunEntry run) {
        if (run.status() != Status.QUARANTINED && !isHalfDone(run)) {
            throw WaybillException.refusal(
                    "run " + run.runId() + " is not quarantined: it is " + Form.lower(run.status()));
        }
        if (!Files.isDirectory(Path.of(run.deadLetter())) && !run.owner().isHere()) {
            throw WaybillException.refusal("run " + run.runId() + " cannot be discarded here: its files are in "
                    + run.deadLetter() + " on " + run.owner().host() + ", where this is to be done");
        }
    }

    private static boolean isHalfDone(RunEntry run) {
        return run.status() == Status.DISCARDED && run.deadLetter() != null;
    }

    /**
     * Discards a run. The ledger says so first: from then on nobody releases it.
     *
     * @param reason why, for the record
     * @throws WaybillException when somebody has released or discarded it meanwhile, or its files cannot be removed; the same again goes on
     */
    public void discard(RunEntry run, String reason) {
        check(run);
        if (reason == null || reason.isBlank()) {
            throw WaybillException.refusal("run " + run.runId() + " is discarded with a reason alone");
        }
        if (!isHalfDone(run) && !ledger.server().quarantine(actor).discard(run, reason)) {
            throw WaybillException.refusal(
                    "run " + run.runId() + " is not quarantined any more: somebody else has released or discarded it");
        }
        removeFiles(run);
    }

    /** Goes on where somebody has discarded runs of a flow, and was stopped before their files were removed. */
    void finish(String flow) {
        for (String runId : ledger.quarantine().halfDiscarded(flow)) {
            RunEntry run = ledger.run(runId).orElseThrow();
            if (run.owner().isHere() || Files.isDirectory(Path.of(run.deadLetter()))) {
                try {
                    removeFiles(run);
                } catch (WaybillException e) { // they stand in nobody's way
                    LOG.warn("Flow {}: {}", flow, e.getMessage());
                }
            }
        }
    }

    private void removeFiles(RunEntry run) {
        try {
            DeadLetter.deleteFolder(Path.of(run.deadLetter()));
        } catch (IOException e) {
            throw FileFailure.of(
                    Stage.COMMIT,
                    "run " + run.runId() + " is discarded, and its files in " + run.deadLetter()
                            + " cannot be removed; the same again goes on",
                    e);
        }
        ledger.quarantine().removed(run);
    }

    /**
     * Removes the files of a run whose delivery has failed.
     *
     * @throws WaybillException when it has none, or is quarantined: that is decided with a reason
     */
    public void undelivered(RunEntry run) {
        if (run.status() == Status.QUARANTINED) {
            throw WaybillException.refusal("run " + run.runId() + " is quarantined; waybill discard " + run.runId()
                    + " --reason \"…\" removes its files");
        }
        if (!ledger.discard(run, actor)) {
            throw WaybillException.refusal("run " + run.runId() + " has no dead letter");
        }
        try {
            DeadLetter.deleteFolder(Path.of(run.deadLetter()));
        } catch (IOException e) {
            throw FileFailure.of(
                    Stage.COMMIT,
                    "run " + run.runId() + " is given up, and its files in " + run.deadLetter() + " cannot be removed",
                    e);
        }
    }
}
