package io.waybill.route.step;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerSettings;
import io.waybill.rows.DataSources;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.quartz.SchedulerException;

/** Whether flows can run now: the ledger, the databases, room for files, the scheduler. */
final class RunHealth {

    private final WaybillComponent component;
    private final List<HealthCheck> checks;

    RunHealth(WaybillComponent component) {
        this.component = component;
        this.checks = List.of(
                new HealthLook("waybill-ledger", this::ledger),
                new HealthLook("waybill-databases", this::databases),
                new HealthLook("waybill-disk", this::disk),
                new HealthLook("waybill-scheduler", this::scheduler));
        checks.forEach(check -> CamelContextAware.trySetCamelContext(check, component.getCamelContext()));
    }

    List<HealthCheck> checks() {
        return checks;
    }

    /** Shows them to whoever asks Camel: camel-health's own ways, Spring's Actuator, Quarkus' health. */
    void show() {
        HealthCheckRegistry registry = HealthCheckRegistry.get(component.getCamelContext());
        if (registry != null) {
            checks.forEach(registry::register);
        }
    }

    /** Whoever looks opens none: that migrates its tables, and beats from then on, also where the process is about to end. */
    private void ledger() throws SQLException {
        if (!component.isStarted()) {
            throw new IllegalStateException("it does not run");
        }
        Optional<Ledger> open = component.openLedger();
        if (open.isPresent()) {
            open.get().require();
        } else {
            LedgerSettings.requireReachable(
                    Settings.of(component.getCamelContext()).ledger());
        }
    }

    private void databases() throws Exception {
        CamelContext context = component.getCamelContext();
        for (String name : DataSources.names(context)) {
            try (Connection connection = DataSources.find(context, name).getConnection()) {
                if (!connection.isValid((int) HealthLook.MOST_TIME.toSeconds())) {
                    throw new IllegalStateException(name);
                }
            }
        }
    }

    private void disk() throws IOException {
        HealthLook.requireRoom(Path.of(component.setting(SettingsTable.STAGING)));
        HealthLook.requireRoom(Path.of(component.setting(SettingsTable.DEAD_LETTER)));
    }

    private void scheduler() throws SchedulerException {
        CamelContext context = component.getCamelContext();
        boolean runs = context.getStatus().isStarted();
        if (context.hasComponent("quartz") instanceof QuartzComponent quartz && quartz.getScheduler() != null) {
            runs = runs
                    && quartz.getScheduler().isStarted()
                    && !quartz.getScheduler().isInStandbyMode();
        }
        if (!runs) {
            throw new IllegalStateException("it does not run");
        }
    }
}
