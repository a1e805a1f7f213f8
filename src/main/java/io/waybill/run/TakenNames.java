package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.delivery.Destination;
import io.waybill.flow.IfExists;
import io.waybill.part.PartNames;
import io.waybill.part.StagedPart;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a run some of whose files would come to names that are taken, where they are to take the place of none. How many files there are,
 * and by which values they are called, is known once all are staged; a plan has looked for the first of them, or the waybill, alone.
 */
public record TakenNames(Plan plan) {

    private static final Logger LOG = LoggerFactory.getLogger(TakenNames.class);

    /**
     * Looks at all names before anything is published.
     *
     * @throws WaybillException when a file is there already
     */
    public void check(List<StagedPart> parts) {
        for (int i = 0; i < plan.deliveries().size(); i++) {
            PlannedDelivery planned = plan.deliveries().get(i);
            Destination destination = planned.destination();
            IfExists ifExists = plan.export().deliveries().get(i).ifExists();
            boolean isOfRuns = destination.keepsRuns(); // whose files have the run's id
            if (planned.waybill()
                    && ifExists != IfExists.OVERWRITE
                    && planned.names().isOfSeveral()
                    && !isOfRuns) {
                taken(planned, parts).ifPresent(name -> {
                    throw refusal(ifExists, destination.where(name), planned.names());
                });
            }
        }
    }

    private static Optional<String> taken(PlannedDelivery planned, List<StagedPart> parts) {
        try {
            return planned.destination()
                    .look(taken -> planned.names(parts).stream().filter(taken).findFirst());
        } catch (WaybillException e) {
            if (!e.retryable()) {
                throw e;
            }
            LOG.debug(
                    "Nobody says which names are taken at {}",
                    planned.destination().place(),
                    e);
            return Optional.empty(); // publishing replaces nothing either, and is tried again
        }
    }

    private static WaybillException refusal(IfExists ifExists, String where, PartNames names) {
        return WaybillException.refusal("if_exists: " + where + " is there already, and "
                + (ifExists == IfExists.FAIL
                        ? "if_exists = \"fail\"; nothing was delivered. Remove it, or choose overwrite or version"
                        : "no waybill " + names.waybill() + " tells of it, by which if_exists = \"version\" finds the"
                                + " version before; nothing was delivered. Remove it, or have the flow say {run_id} in"
                                + " its path"));
    }
}
