package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunTotal;
import io.waybill.route.step.WaybillComponent;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;

/** The runs of a context, as JMX has them. */
public final class ManagedRuns implements RunsMXBean, AutoCloseable {

    private final WaybillComponent component;
    private final ObjectName name;

    private ManagedRuns(WaybillComponent component, ObjectName name) {
        this.component = component;
        this.name = name;
    }

    /** Shows those of a context, until it is closed. */
    public static ManagedRuns show(CamelContext context) {
        try {
            ManagedRuns runs = new ManagedRuns(
                    context.getComponent("waybill", WaybillComponent.class),
                    new ObjectName("io.waybill:type=Runs,name=" + ObjectName.quote(context.getName())));
            ManagementFactory.getPlatformMBeanServer().registerMBean(runs, runs.name);
            return runs;
        } catch (JMException e) {
            throw new IllegalStateException("the runs of context " + context.getName() + " cannot be shown by JMX", e);
        }
    }

    @Override
    public List<String> getOpenRuns() {
        return component.activeRuns().stream()
                .map(run -> run.flow() + " " + run.runId())
                .sorted()
                .toList();
    }

    @Override
    public int getWaitingFirings() {
        return component.waitingFirings();
    }

    @Override
    public boolean isLedgerUp() {
        try {
            component.ledger().require();
            return true;
        } catch (WaybillException e) {
            return false;
        }
    }

    private Stream<RunTotal> totals(Status status) {
        return component.ledger().server().history().totals().stream().filter(total -> total.status() == status);
    }

    @Override
    public String getLastSuccess() {
        return totals(Status.DONE)
                .map(RunTotal::last)
                .max(Comparator.naturalOrder())
                .map(Instant::toString)
                .orElse(null);
    }

    @Override
    public long getRunsDone() {
        return totals(Status.DONE).mapToLong(RunTotal::runs).sum();
    }

    @Override
    public long getRunsFailed() {
        return totals(Status.FAILED).mapToLong(RunTotal::runs).sum();
    }

    @Override
    public void close() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
        } catch (JMException e) {
            throw new IllegalStateException(name + " cannot be removed from JMX", e);
        }
    }
}
