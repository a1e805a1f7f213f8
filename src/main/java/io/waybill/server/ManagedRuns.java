package io.waybill.server;

import io.waybill.route.step.WaybillComponent;
import java.lang.management.ManagementFactory;
import java.util.List;
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
        return component.getOpenRuns();
    }

    @Override
    public int getWaitingFirings() {
        return component.getWaitingFirings();
    }

    @Override
    public boolean isLedgerUp() {
        return component.isLedgerUp();
    }

    @Override
    public String getLastSuccess() {
        return component.getLastSuccess();
    }

    @Override
    public long getRunsDone() {
        return component.getRunsDone();
    }

    @Override
    public long getRunsFailed() {
        return component.getRunsFailed();
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
