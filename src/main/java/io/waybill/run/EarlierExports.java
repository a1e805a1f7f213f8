package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.delivery.Destination;
import io.waybill.delivery.FileFailure;
import io.waybill.flow.Delivery;
import io.waybill.ledger.Ledger;
import io.waybill.part.PartNames;
import io.waybill.part.Waybill;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The exports of a flow that lie where it exports to, while the ledger knows nothing of the flow: it is a new one, or another, and
 * what is new cannot be told from what has gone out.
 */
record EarlierExports(Ledger ledger, String flow) {

    /** Refuses to begin from the first row where earlier rows lie already, unless somebody has said so. */
    void refuseUnknown(List<Delivery> deliveries, Function<Delivery, Destination> destinations) {
        if (isKnown()) {
            return;
        }
        deliveries.stream()
                .filter(delivery -> delivery.kind().isLocal())
                .flatMap(delivery ->
                        unknown(delivery, Path.of(destinations.apply(delivery).place())).stream())
                .findFirst()
                .ifPresent(waybill -> {
                    throw WaybillException.refusal(
                            "since_last_export: the ledger knows nothing of flow \"" + flow + "\", and " + waybill
                                    + " says that its rows have gone out: the ledger is a new one, or another. Put it"
                                    + " back from a backup; or say how far they have gone: waybill watermark set "
                                    + flow
                                    + " VALUE; or begin from the first row: waybill watermark reset " + flow);
                });
    }

    private boolean isKnown() {
        return ledger.watermarks().find(flow).isPresent() || ledger.watermarks().mayBegin(flow);
    }

    /** What a reader of the plan should know of the places that are not searched, in words. */
    List<String> notSearched(List<Delivery> deliveries) {
        if (isKnown()) {
            return List.of();
        }
        return deliveries.stream()
                .filter(delivery -> !delivery.kind().isLocal())
                .map(Delivery::scheme)
                .distinct()
                .map(scheme -> "the ledger knows no run of this flow; whether rows of it have gone out by " + scheme
                        + " before is not looked for, as it is in folders of this machine")
                .toList();
    }

    private Optional<Path> unknown(Delivery delivery, Path folder) {
        String template = delivery.path().text();
        String fixed = delivery.path().fixedDirectory();
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        int depth = (int) template.substring(Math.min(fixed.length(), template.length()))
                .chars()
                .filter(character -> character == '/')
                .count();
        try (Stream<Path> files = Files.find(
                folder.toRealPath(), // of a link, nothing below it is found
                depth + 1,
                (path, attributes) ->
                        attributes.isRegularFile() && path.toString().endsWith(PartNames.WAYBILL_SUFFIX))) {
            return files.filter(this::isUnknown).findFirst();
        } catch (IOException | UncheckedIOException e) {
            throw WaybillException.refusal(
                    "the folder " + folder + " cannot be searched for earlier exports: "
                            + FileFailure.reason(
                                    e instanceof UncheckedIOException io ? io.getCause() : (IOException) e),
                    e);
        }
    }

    private boolean isUnknown(Path waybill) {
        try {
            Waybill.Read read = Waybill.read(waybill);
            return flow.equals(read.flow())
                    && read.rows() > 0
                    && ledger.run(String.valueOf(read.runId())).isEmpty();
        } catch (IOException e) {
            return false; // none of ours, or taken away meanwhile
        }
    }
}
