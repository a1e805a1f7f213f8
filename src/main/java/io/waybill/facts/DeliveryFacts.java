package io.waybill.facts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jdbi.v3.core.mapper.reflect.JdbiConstructor;

/**
 * Where the files of a run go, and what they are called there.
 *
 * @param id what the flow calls it
 * @param endpoint the Camel endpoint that publishes there, its placeholders not resolved
 * @param place the place that no name leaves: an absolute folder, or a URI
 * @param waybill the waybill's name below the place; null where none is delivered
 * @param manifest the waybill's name in the folder where it waits; null where it does not
 * @param names the files' names below the place, in their order; empty until they are staged
 * @param variables what the variables of its messages stand for
 * @param replaces whether its files take the place of those that are there; null where nobody has said
 */
public record DeliveryFacts(
        String id,
        String endpoint,
        String place,
        String waybill,
        String manifest,
        List<String> names,
        Map<String, String> variables,
        @JsonInclude(JsonInclude.Include.NON_NULL) Boolean replaces) {

    public DeliveryFacts {
        names = names == null ? List.of() : List.copyOf(names);
        variables = variables == null ? Map.of() : Map.copyOf(variables);
    }

    /** One as the ledger keeps it, where an empty name is none; the files' names are kept beside it. */
    @JdbiConstructor
    public DeliveryFacts(@ColumnName("delivery") String id, String endpoint, String place, String waybill) {
        this(id, endpoint, place, "".equals(waybill) ? null : waybill, null, null, null, null);
    }

    /** The same, with what the ledger does not keep. */
    public DeliveryFacts with(String newManifest, Map<String, String> newVariables, boolean newReplaces) {
        return new DeliveryFacts(id, endpoint, place, waybill, newManifest, names, newVariables, newReplaces);
    }

    /** The same, with the files' names. */
    public DeliveryFacts withNames(List<String> ofFiles) {
        return new DeliveryFacts(id, endpoint, place, waybill, manifest, ofFiles, variables, replaces);
    }
}
