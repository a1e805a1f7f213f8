package io.waybill.route.step;

import io.waybill.rows.DataSources;
import io.waybill.settings.SettingsReload;
import org.apache.camel.CamelContext;

/** How a context that runs flows takes its settings anew. */
public final class Reload {

    private Reload() {}

    /** That of a context; when it is asked for first, what is set then is what the context works by. */
    public static synchronized SettingsReload of(CamelContext context) {
        SettingsReload there = context.getCamelContextExtension().getContextPlugin(SettingsReload.class);
        if (there == null) {
            there = new SettingsReload(context);
            there.add(DataSources.reloadable(context));
            there.add(OutdatedRoutes.of(context));
            context.getCamelContextExtension().addContextPlugin(SettingsReload.class, there);
        }
        return there;
    }
}
