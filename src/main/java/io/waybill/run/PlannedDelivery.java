package io.waybill.run;

import io.waybill.delivery.Destination;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.facts.DeliveryFacts;
import io.waybill.flow.PathTemplate;
import io.waybill.part.PartNames;
import io.waybill.part.StagedPart;
import java.util.List;
import java.util.Map;

/**
 * Where a run's files will go.
 *
 * @param id what the flow calls it
 * @param destination the place, or the endpoint
 * @param names the files' names there
 * @param waybill whether the waybill is delivered there, too: it is where files are kept
 * @param variables what the variables of its messages stand for, by their names
 * @param replaces whether its files take the place of those that are there
 */
public record PlannedDelivery(
        String id,
        Destination destination,
        PartNames names,
        boolean waybill,
        Map<String, String> variables,
        boolean replaces) {

    public PlannedDelivery {
        variables = Map.copyOf(variables);
    }

    /** Where a file will be, by its number from 1; for people. */
    public String where(int number) {
        return resolved(destination.where(names.part(number)), variables, number);
    }

    /** A place of messages, whose URI has the run's variables. */
    static String resolved(String where, Map<String, String> variables, int number) {
        return resolved(resolved(where, variables), Map.of("part", Integer.toString(number)));
    }

    /** A place of messages, whose URI has the run's variables; that of each file stays as it is. */
    static String resolved(String where, Map<String, String> variables) {
        return new PathTemplate(where).resolve(variable -> variables.getOrDefault(variable, "{" + variable + "}"));
    }

    /** Where the waybill will be, for people; null where none is delivered. */
    public String whereWaybill() {
        return waybill ? destination.where(names.waybill()) : null;
    }

    /**
     * How often a reader gets each file, in plain words, wherever the process is killed.
     *
     * @param only whether it is the run's only destination
     */
    public String promise(boolean only) {
        if (!destination.keepsFiles()) {
            return "at least once, each time with the same idempotency key";
        }
        if (destination.promise() != null) {
            return destination.promise();
        }
        boolean renamed = only && destination instanceof LocalDestination;
        return howOften(renamed)
                + "; checked by its "
                + (destination.checkedBy().equals("sha256") ? "SHA-256" : "length only");
    }

    private String howOften(boolean renamed) {
        String early = " where readers take files away before their waybill is there";
        if (!renamed) {
            return "once; if the process is killed, the file that is just being sent may come twice" + early;
        }
        return names.isOfSeveral()
                ? "once; if a file cannot be published, those before it may come twice" + early
                : "once";
    }

    /** The names of files there. */
    List<String> names(List<StagedPart> files) {
        return files.stream().map(names::part).toList();
    }

    /**
     * Where the files go, and what they are called there.
     *
     * @param files those that are staged
     * @param manifest what the waybill is called while it waits; null while it does not
     */
    public DeliveryFacts facts(List<StagedPart> files, String manifest) {
        return new DeliveryFacts(
                id,
                destination.endpoint(),
                destination.place(),
                waybill ? names.waybill() : null,
                waybill ? manifest : null,
                names(files),
                variables,
                replaces);
    }
}
