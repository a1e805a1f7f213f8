package io.waybill.run;

import io.waybill.ledger.Ledger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs that this process holds in the ledger: those under way, and those that it goes on with where another process has ended. */
public final class HeldRuns {

    private static final Logger LOG = LoggerFactory.getLogger(HeldRuns.class);

    private final Map<String, ActiveRun> underWay = new ConcurrentHashMap<>();
    private final Set<String> goneOnWith = ConcurrentHashMap.newKeySet();
    private final Set<String> closed = ConcurrentHashMap.newKeySet();

    /** Those of them that the ledger knows. */
    private final Set<ActiveRun> recorded = ConcurrentHashMap.newKeySet();

    /** @return the run of that flow that is under way already; null where there was none */
    public synchronized ActiveRun add(ActiveRun run) {
        return underWay.putIfAbsent(run.flow(), run);
    }

    /** Says that no run of a flow is to begin until it is opened again; false where one is under way, or it is closed already. */
    public synchronized boolean close(String flow) {
        return !underWay.containsKey(flow) && closed.add(flow);
    }

    public void open(String flow) {
        closed.remove(flow);
    }

    public boolean isClosed(String flow) {
        return closed.contains(flow);
    }

    /** The ledger knows the run from here on: before, there is no lease of it. */
    public void recorded(ActiveRun run) {
        recorded.add(run);
    }

    public void remove(ActiveRun run) {
        recorded.remove(run);
        underWay.remove(run.flow(), run);
    }

    public List<ActiveRun> underWay() {
        return List.copyOf(underWay.values());
    }

    /** Whether a run is under way here, or another thread goes on with it: however late its lease is renewed, nobody here takes it over. */
    boolean has(String runId) {
        return goneOnWith.contains(runId)
                || underWay.values().stream().anyMatch(run -> run.runId().equals(runId));
    }

    /** Goes on with a run; its lease is renewed for as long as that takes. */
    void goOnWith(String runId, Runnable act) {
        if (goneOnWith.add(runId)) {
            try {
                act.run();
            } finally {
                goneOnWith.remove(runId);
            }
        }
    }

    /** Renews the leases of all of them; a run that another process has taken over, since this one was not heard of, stops. */
    public void renewLeases(Ledger ledger) {
        for (ActiveRun run : recorded) {
            if (!ledger.renew(run.runId()) && run.result() == null && has(run.runId())) {
                LOG.warn("Flow {}: run {} was taken over by another process, and stops", run.flow(), run.runId());
                run.cancel();
            }
        }
        goneOnWith.forEach(ledger::renew);
    }
}
