package io.waybill.run;

import io.waybill.delivery.folder.LocalDestination;
import java.util.List;
import java.util.Optional;

/**
 * What the processes of other machines can do for a run whose own is killed while it publishes: its files wait where that one has put them,
 * and nothing says whether others see the same folder by that name.
 *
 * @param hosts the machines whose processes run flows by the same ledger, and have files of their own
 * @param moved whether the files wait in the folder that they go to
 */
public record Takeover(List<String> hosts, boolean moved) {

    /** So many machines are named. */
    private static final int MOST_NAMED = 3;

    private static final String WAITS = "such a run waits for a process that has its files, and its flow waits with it";

    public Takeover {
        hosts = List.copyOf(hosts);
    }

    /** In words, for the plan of a run; empty where no process has files of its own. */
    public Optional<String> words(Plan plan) {
        if (hosts.isEmpty()) {
            return Optional.empty();
        }
        String where = moved ? "the folder of its files" : "waybill.staging and waybill.dead-letter";
        return Optional.of("by " + named() + ", where " + (hosts.size() == 1 ? "it shares " : "they share ") + where
                + " with this machine; without, "
                + (isTakenBack(plan)
                        ? "what a killed run has published is taken back and goes out anew, and where some of it has"
                                + " been taken meanwhile, "
                        : "where somebody may have some of its files, ")
                + WAITS);
    }

    /** Files of a place that all see can be looked at, and taken back; messages, and files of this machine, cannot. */
    private static boolean isTakenBack(Plan plan) {
        return plan.deliveries().stream()
                .allMatch(delivery ->
                        delivery.destination().keepsFiles() && !(delivery.destination() instanceof LocalDestination));
    }

    private String named() {
        String named = String.join(", ", hosts.subList(0, Math.min(hosts.size(), MOST_NAMED)));
        return hosts.size() > MOST_NAMED ? named + " and " + (hosts.size() - MOST_NAMED) + " more machines" : named;
    }
}
