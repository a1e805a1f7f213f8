package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import io.waybill.telemetry.Exporting;
import io.waybill.telemetry.Tracing;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has runs told to OpenTelemetry where that is switched on; nothing of its libraries is touched where it is not. */
final class TelemetrySwitch extends MainListenerSupport {

    private static final Logger LOG = LoggerFactory.getLogger(TelemetrySwitch.class);

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        if (!Boolean.parseBoolean(Settings.of(main.getCamelContext()).get(SettingsTable.OPENTELEMETRY))) {
            return;
        }
        try {
            Tracing open = Exporting.open();
            main.getCamelContext().getRegistry().bind("waybill-tracing", open);
            main.getCamelContext().addService(new Ending(open));
        } catch (NoClassDefFoundError e) {
            throw WaybillException.refusal(
                    SettingsTable.OPENTELEMETRY.name() + ": the libraries of OpenTelemetry are not on the class path;"
                            + " the launcher, waybill, puts those of target/lib-opentelemetry there where the setting stands in"
                            + " application.properties or is the variable WAYBILL_OPENTELEMETRY_ENABLED",
                    e);
        } catch (Exception e) {
            throw WaybillException.refusal("OpenTelemetry: " + Main.message(e), e);
        }
    }

    /** Sends what is not sent yet when the context stops, whoever stops it. */
    private static final class Ending extends ServiceSupport {

        private final Tracing tracing;

        Ending(Tracing tracing) {
            this.tracing = tracing;
        }

        @Override
        protected void doStop() {
            try {
                tracing.close();
            } catch (Exception e) {
                LOG.warn("The last traces are not sent: {}", Main.message(e));
            }
        }
    }
}
