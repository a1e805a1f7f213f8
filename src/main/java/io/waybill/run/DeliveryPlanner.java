package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.delivery.Destination;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.part.PartNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Plans where the files of a run go, and what they are called there. */
record DeliveryPlanner(Planner.Subject subject, Planner.Means means) {

    List<PlannedDelivery> plan(RunVariables variables) {
        List<PlannedDelivery> planned = new ArrayList<>();
        for (Delivery delivery : subject.export().deliveries()) {
            Destination destination = means.destinations().apply(delivery);
            planned.add(new PlannedDelivery(
                    delivery.id(),
                    destination,
                    names(delivery, destination, variables),
                    delivery.kind().keepsFiles(),
                    delivery.kind().keepsFiles() ? Map.of() : variables.all(),
                    delivery.ifExists() == IfExists.OVERWRITE));
        }
        return planned;
    }

    private PartNames names(Delivery delivery, Destination destination, RunVariables variables) {
        try {
            PartNames names = new PartNames(
                    new PathTemplate(below(delivery)).resolve(variables::value),
                    subject.flow(),
                    subject.export().format(),
                    subject.export().ending(),
                    subject.export().archivesFiles()
                            ? subject.export().split().maxArchiveSize() > 0
                            : !subject.export().split().isSingleFile(),
                    1);
            destination.checkName(names.part(1));
            return applyIfExists(delivery.ifExists(), destination, names);
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal("file_path: " + e.getMessage(), e);
        }
    }

    /** The files' path below the destination's root; those of a mere folder are called as they are at the first destination. */
    private String below(Delivery delivery) {
        if (!delivery.namesFiles()) {
            return subject.export().deliveries().stream()
                    .filter(other -> other.namesFiles() && !other.isDirectory())
                    .findFirst()
                    .map(this::lastOf)
                    .orElse(subject.flow() + "." + subject.export().format().extension());
        }
        PathTemplate path =
                new PathTemplate(means.placeholders().apply(delivery.path().text()));
        String below = path.text().substring(path.fixedDirectory().length());
        Delivery first = subject.export().delivery();
        return !delivery.equals(first) && delivery.isDirectory() && first.namesFiles() && !first.isDirectory()
                ? below + lastOf(first)
                : below;
    }

    private String lastOf(Delivery delivery) {
        String name = means.placeholders().apply(delivery.path().text());
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static PartNames applyIfExists(IfExists ifExists, Destination destination, PartNames names) {
        return switch (ifExists) {
            case OVERWRITE -> names;
            case FAIL ->
                destination.look(taken -> {
                    for (String name : List.of(names.part(1), names.waybill())) {
                        if (taken.test(name)) {
                            throw WaybillException.refusal("if_exists: " + destination.where(name)
                                    + " is there already, and if_exists = \"fail\"; remove it, or choose overwrite"
                                    + " or version");
                        }
                    }
                    return names;
                });
            case VERSION -> destination.look(taken -> firstFree(names, taken));
        };
    }

    /** The version behind the last: looked for in steps that grow, since a place may have very many, and then between two. */
    private static PartNames firstFree(PartNames names, Predicate<String> taken) {
        if (!isTaken(names, taken)) {
            return names;
        }
        int last = 1;
        int free = 2;
        while (isTaken(names.withVersion(free), taken)) {
            last = free;
            free *= 2;
        }
        while (free - last > 1) {
            int middle = last + (free - last) / 2;
            if (isTaken(names.withVersion(middle), taken)) {
                last = middle;
            } else {
                free = middle;
            }
        }
        return names.withVersion(free);
    }

    private static boolean isTaken(PartNames names, Predicate<String> taken) {
        return taken.test(names.part(1)) || taken.test(names.waybill());
    }
}
