package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.facts.DeliveryFacts;
import io.waybill.flow.Form;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.Watermark;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells whether the files of a failed run may still be delivered, or whether a later run has taken their place.
 *
 * @param byKey tells of a delivery whether rows take the place there of those with their key
 */
public record Redrive(Ledger ledger, Predicate<DeliveryFacts> byKey) {

    private static final Set<Status> WAITING = EnumSet.of(Status.FAILED, Status.INTERRUPTED, Status.QUARANTINED);

    /**
     * Refuses what must not be delivered.
     *
     * @param reason why it is to be delivered; a quarantined run needs one. Null for none
     */
    public void check(RunEntry run, String reason) {
        if (run.deadLetter() == null || !WAITING.contains(run.status())) {
            throw WaybillException.refusal(
                    "run " + run.runId() + " has no dead letter: it is " + Form.lower(run.status()));
        }
        boolean quarantined = run.status() == Status.QUARANTINED;
        if (quarantined && (reason == null || reason.isBlank())) {
            throw WaybillException.refusal(
                    "run " + run.runId() + " is quarantined: " + run.error() + "; waybill release "
                            + run.runId() + " --reason \"…\" publishes its files, and waybill discard " + run.runId()
                            + " --reason \"…\" removes them");
        }
        superseded(run).ifPresent(why -> {
            throw refused(run, why);
        });
    }

    private static WaybillException refused(RunEntry run, String why) {
        return WaybillException.refusal("run " + run.runId() + " must not be delivered any more: " + why + "; "
                + (run.status() == Status.QUARANTINED
                        ? "waybill discard " + run.runId() + " --reason \"…\""
                        : "waybill redrive --discard " + run.runId())
                + " removes its files");
    }

    /** Refuses to release what waits for nobody. */
    public void requireQuarantined(RunEntry run) {
        if (run.status() != Status.QUARANTINED) {
            throw WaybillException.refusal(
                    "run " + run.runId() + " is not quarantined: it is " + Form.lower(run.status())
                            + (run.deadLetter() != null && run.status() != Status.DISCARDED
                                    ? "; waybill redrive " + run.runId() + " delivers its files"
                                    : ""));
        }
    }

    /** Why a run's files must not be delivered any more; empty where they may. */
    public Optional<String> superseded(RunEntry run) {
        Long began = run.planned().version();
        if (began != null) {
            Optional<Watermark> watermark = ledger.watermarks().find(run.flow());
            long version = watermark.map(Watermark::version).orElse(0L);
            return version == began ? newer(run) : Optional.of(moved(watermark));
        }
        Map<String, String> since = ledger.deliveredSince(run);
        for (RecordedDelivery delivery : run.planned().deliveries()) {
            for (String name : delivery.isDelivered()
                    ? List.<String>of()
                    : delivery.facts().names()) {
                String later = since.get(delivery.facts().place() + " " + name);
                if (later != null) {
                    return Optional.of("run " + later + " has delivered a newer " + name);
                }
            }
        }
        return newer(run);
    }

    /** Rows that would take the place of newer ones; the run that has brought those may have failed elsewhere. */
    private Optional<String> newer(RunEntry run) {
        for (RecordedDelivery delivery : run.planned().deliveries()) {
            Optional<String> later = delivery.isDelivered()
                    ? Optional.empty()
                    : ledger.deliveredThereSince(run, delivery.facts().place());
            if (later.isPresent() && byKey.test(delivery.facts())) {
                return Optional.of(
                        "run " + later.get() + " has delivered newer rows, which its rows would take the place of");
            }
        }
        return Optional.empty();
    }

    /** How a watermark came to be another one than a run began from. */
    private static String moved(Optional<Watermark> now) {
        if (now.isEmpty()) {
            return "its watermark was taken away since, and the next run exports all rows anew";
        }
        String runId = now.get().runId();
        return runId == null
                ? "its watermark was moved since, by waybill watermark set or waybill feed drop, and the next run goes on from there"
                : "its rows were exported since, by run " + runId;
    }
}
