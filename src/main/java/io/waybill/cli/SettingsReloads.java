package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.route.step.Reload;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsReload;
import io.waybill.settings.SettingsTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** Has a server take its settings anew when it gets SIGHUP, and, where it is told so, when their file has changed. */
final class SettingsReloads {

    private static final Logger LOG = LoggerFactory.getLogger(SettingsReloads.class);

    private static final String SIGNAL = "HUP";

    private static final long LOOK_SECONDS = 2;

    private final AtomicReference<SettingsReload> reload = new AtomicReference<>();
    private ScheduledExecutorService looking;

    private SettingsReloads() {}

    /** From now on SIGHUP ends nothing; before the server has started, it does nothing. */
    static SettingsReloads listen() {
        SettingsReloads reloads = new SettingsReloads();
        try {
            Signal.handle(new Signal(SIGNAL), signal -> reloads.reload("SIG" + signal.getName()));
        } catch (IllegalArgumentException e) {
            LOG.debug(
                    "SIG{} has no meaning here",
                    SIGNAL,
                    e); // of another system, or where Java was told to leave it (-Xrs)
        }
        return reloads;
    }

    /** What is set now is what the context has started by. */
    void started(CamelContext context) {
        reload.set(Reload.of(context));
        if (Boolean.parseBoolean(Settings.of(context).get(SettingsTable.RELOAD_ON_CHANGE))) {
            looking = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "waybill-settings");
            Looks looks = new Looks(context.getPropertiesComponent().getLocations());
            looking.scheduleWithFixedDelay(() -> lookAgain(looks), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    void stop() {
        reload.set(null);
        if (looking != null) {
            looking.shutdownNow();
        }
    }

    private void lookAgain(Looks looks) {
        if (looks.haveChanged()) {
            reload("the file has changed");
        }
    }

    private void reload(String why) {
        SettingsReload known = reload.get();
        if (known == null) {
            LOG.info("told to reload the settings ({}), and not now: the server starts, or stops", why);
            return;
        }
        try {
            LOG.info("settings reloaded ({}): {}", why, known.reload().words());
        } catch (WaybillException e) {
            LOG.error("settings not reloaded ({}); all is as it was:\n{}", why, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("settings not reloaded ({}); all is as it was", why, e);
        }
    }

    /** How the files looked when they were looked at last. */
    private static final class Looks {

        private final List<Path> files;
        private String last;

        Looks(List<String> locations) {
            this.files = locations.stream()
                    .filter(location -> location.startsWith("file:"))
                    .map(location -> Path.of(location.replaceFirst("^file:", "").replaceFirst(";.*$", "")))
                    .toList();
            // what was written while the server started may have been read before, or after
            this.last = haveChangedSince(ManagementFactory.getRuntimeMXBean().getStartTime()) ? "" : look();
        }

        private boolean haveChangedSince(long millis) {
            return files.stream().anyMatch(file -> file.toFile().lastModified() >= millis);
        }

        boolean haveChanged() {
            String before = last;
            last = look();
            return !last.equals(before);
        }

        private String look() {
            StringBuilder looks = new StringBuilder();
            for (Path file : files) {
                try {
                    looks.append(Files.getLastModifiedTime(file)).append(' ').append(Files.size(file));
                } catch (IOException e) {
                    looks.append("away");
                }
                looks.append('\n');
            }
            return looks.toString();
        }
    }
}
