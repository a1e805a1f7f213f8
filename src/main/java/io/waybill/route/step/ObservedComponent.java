package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerSettings;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunTotal;
import io.waybill.run.ActiveRun;
import io.waybill.settings.Settings;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.support.DefaultComponent;

/** What JMX shows of the component, beside what it shows of any. Nobody who looks makes a ledger that is not there. */
public abstract class ObservedComponent extends DefaultComponent {

    abstract boolean hasLedger();

    abstract Ledger ledger();

    abstract Collection<ActiveRun> activeRuns();

    @ManagedAttribute(description = "The runs under way in this process, each as its flow and its id")
    public List<String> getOpenRuns() {
        return activeRuns().stream()
                .map(run -> run.flow() + " " + run.runId())
                .sorted()
                .toList();
    }

    @ManagedAttribute(description = "Where the ledger is")
    public String getLedgerPlace() {
        return LedgerSettings.place(Settings.of(getCamelContext()).ledger());
    }

    @ManagedAttribute(description = "Whether the ledger answers; true where there is none yet")
    public boolean isLedgerUp() {
        try {
            if (hasLedger()) {
                ledger().require();
            }
            return true;
        } catch (WaybillException e) {
            return false;
        }
    }

    @ManagedAttribute(description = "When a run was done last, of whichever flow; null where none was")
    public String getLastSuccess() {
        return totals(Status.DONE)
                .map(RunTotal::last)
                .max(Comparator.naturalOrder())
                .map(Instant::toString)
                .orElse(null);
    }

    @ManagedAttribute(description = "How many runs are done")
    public long getRunsDone() {
        return totals(Status.DONE).mapToLong(RunTotal::runs).sum();
    }

    @ManagedAttribute(description = "How many runs have failed")
    public long getRunsFailed() {
        return totals(Status.FAILED).mapToLong(RunTotal::runs).sum();
    }

    private Stream<RunTotal> totals(Status status) {
        return hasLedger()
                ? ledger().server().history().totals().stream().filter(total -> total.status() == status)
                : Stream.empty();
    }
}
