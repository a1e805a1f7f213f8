package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.delivery.Destination;
import io.waybill.flow.Delivery;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.ledger.RunTotal;
import io.waybill.part.PartNames;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Plans where the files of a run go, and what they are called there. */
record DeliveryPlanner(Planner.Subject subject, Planner.Means means, RowKey key) {

    /**
     * Refuses to have a run of fewer rows take the place of files that have more, since nobody could have meant that who reads them.
     *
     * @param from the first day whose rows the run may have; null for any
     * @throws WaybillException where it is by a grant, and files of the same name are overwritten
     */
    void refuseOverwriting(RowsFrom from) {
        if (from == null || from.isOfFlow() || RunTotal.isCall(subject.flow())) {
            return; // a flow's own limit holds each time, and who calls for an export says where its files go
        }
        for (Delivery delivery : subject.export().deliveries()) {
            if (delivery.kind().keepsFiles() && delivery.ifExists() == IfExists.OVERWRITE && !isOfItsRun(delivery)) {
                throw WaybillException.refusal("if_exists: " + from.words() + ", and delivery \"" + delivery.id()
                        + "\" overwrites files of that name, which may have all rows; have the flow say {run_id} in"
                        + " file_path, or if_exists = \"version\"");
            }
        }
    }

    /** Whether its files have names that those of no other run have. */
    private boolean isOfItsRun(Delivery delivery) {
        boolean own = delivery.namesFiles() && delivery.path().variables().contains("run_id");
        return own
                || (!delivery.namesFiles() || delivery.isDirectory())
                        && below(delivery).contains("{run_id}");
    }

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
        refuseSharedWaybills(planned);
        return planned;
    }

    /** Each would remove the files of the one before. */
    private static void refuseSharedWaybills(List<PlannedDelivery> planned) {
        Map<String, PlannedDelivery> known = new HashMap<>();
        for (PlannedDelivery each : planned) {
            PlannedDelivery other = each.waybill() ? known.putIfAbsent(each.whereWaybill(), each) : null;
            if (other != null
                    && (PathTemplate.hasColumns(each.names().path())
                            || PathTemplate.hasColumns(other.names().path()))) {
                throw WaybillException.refusal("delivery \"" + each.id() + "\": its waybill, " + each.whereWaybill()
                        + ", would be that of delivery \"" + other.id() + "\" as well, and each would remove the"
                        + " other's files; have them go to other folders, or by another file's name");
            }
        }
    }

    private PartNames names(Delivery delivery, Destination destination, RunVariables variables) {
        try {
            PartNames names = new PartNames(
                    new PathTemplate(below(delivery)).resolve(variables::value),
                    fileName(),
                    subject.export().format(),
                    subject.export().ending(),
                    subject.export().archivesFiles()
                            ? subject.export().split().maxArchiveSize() > 0
                            : subject.export().hasSeveralFiles() || lacksColumns(delivery) || key.recordType() != null,
                    1);
            destination.checkName(names.part(1));
            if (delivery.kind().keepsFiles()) {
                destination.checkName(names.waybill());
            }
            return applyIfExists(delivery.ifExists(), destination, names);
        } catch (InvalidPathException e) {
            throw WaybillException.refusal(
                    "file_path: \"" + e.getInput() + "\" is no name of a file here (" + e.getReason()
                            + "); where it has letters that the process's locale lacks, start it with LC_ALL=C.UTF-8",
                    e);
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal("file_path: " + e.getMessage(), e);
        }
    }

    /** Whether its files do not say by which values they are told apart, and are numbered. */
    private boolean lacksColumns(Delivery delivery) {
        return !new PathTemplate(below(delivery))
                .columns()
                .containsAll(subject.export().filesByColumns().columns());
    }

    /** The files' path below the destination's root; those of a mere folder are called as they are at the first destination. */
    private String below(Delivery delivery) {
        if (delivery.kind().below() != null) {
            return delivery.kind().below();
        }
        if (!delivery.namesFiles()) {
            return subject.export().deliveries().stream()
                    .filter(other -> other.namesFiles() && !other.isDirectory())
                    .findFirst()
                    .map(this::lastOf)
                    .orElse(fileName() + "." + subject.export().format().extension());
        }
        PathTemplate path =
                new PathTemplate(means.placeholders().apply(delivery.path().text()));
        String below = path.text().substring(path.fixedDirectory().length());
        Delivery first = subject.export().delivery();
        boolean namesOthers = first.namesFiles()
                && (!first.isDirectory() || !first.path().columns().isEmpty());
        return !delivery.equals(first)
                        && delivery.isDirectory()
                        && delivery.path().columns().isEmpty()
                        && namesOthers
                ? below + ofFiles(first)
                : below;
    }

    /** What files are called by that the flow gives no name: the flow's id, and the table's of a flow of many. */
    private String fileName() {
        ExportedTable table = subject.dataSet().found();
        return table == null ? subject.flow() : PathTemplate.checkValue("table", table.words());
    }

    /** What is the files' own of a path: the name, with the folders of columns where there are some. */
    private String ofFiles(Delivery delivery) {
        String path = means.placeholders().apply(delivery.path().text());
        int first = PathTemplate.hasColumns(path) ? path.indexOf("{column:") : path.length();
        return path.substring(path.lastIndexOf('/', first) + 1);
    }

    private String lastOf(Delivery delivery) {
        String path = means.placeholders().apply(delivery.path().text());
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static PartNames applyIfExists(IfExists ifExists, Destination destination, PartNames names) {
        return switch (ifExists) {
            case OVERWRITE -> names;
            case FAIL ->
                destination.look(taken -> {
                    for (String name : known(names)) {
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
        return known(names).stream().anyMatch(taken);
    }

    /** The names that are known before rows are. */
    private static List<String> known(PartNames names) {
        boolean isOfColumns = PathTemplate.hasColumns(names.path());
        return isOfColumns ? List.of(names.waybill()) : List.of(names.part(1), names.waybill());
    }
}
