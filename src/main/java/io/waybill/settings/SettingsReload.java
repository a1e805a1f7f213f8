package io.waybill.settings;

import io.waybill.WaybillException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.util.OrderedProperties;

/**
 * Has a context take its settings anew, while it goes on: all that the files of its properties say now, or nothing. They are read and
 * checked as at a start first; what is wrong leaves what holds.
 */
public final class SettingsReload {

    /** Camel's own settings, which it reads when it starts. */
    private static final String CAMEL = "camel.";

    private final CamelContext context;
    private final Settings settings;
    private final List<Reloadable> reloadables = new CopyOnWriteArrayList<>();

    /** What goes before all files, under the names of settings that hold as they were: what there was of it before. */
    private final Map<String, Optional<String>> overridden = new HashMap<>();

    /** What the context works by; a vault may have other values since. */
    private Map<String, String> inForce;

    /** What is set now is what the context works by. */
    public SettingsReload(CamelContext context) {
        this.context = context;
        this.settings = Settings.of(context);
        this.inForce = settings.values();
    }

    private static Properties copy(Properties properties) {
        Properties copy = new OrderedProperties();
        copy.putAll(properties);
        return copy;
    }

    /** Has somebody look at other settings before they hold, and take them. */
    public void add(Reloadable reloadable) {
        reloadables.add(reloadable);
    }

    /** Has somebody look at no more of them. */
    public void remove(Reloadable reloadable) {
        reloadables.remove(reloadable);
    }

    /**
     * Reads them, and has them hold.
     *
     * @throws WaybillException when something is wrong with them, a line each; then all is as it was
     */
    public synchronized Reloaded reload() {
        PropertiesComponent properties = ownProperties();
        Properties overrides = overrides(properties);
        try (NextProperties next = NextProperties.read(context, properties, overrides)) {
            Settings read = new Settings(next.context(), settings.environment());
            next.context().getCamelContextExtension().addContextPlugin(Settings.class, read);
            read.check();
            Set<String> ofPrograms = next.ofPrograms();
            Map<String, String> values = read.values();
            ofPrograms.addAll(next.ofPrograms()); // some may have come meanwhile
            values.keySet().removeAll(ofPrograms);
            Set<String> changed = changed(values, next.rewritten());
            Set<String> needRestart = new TreeSet<>(changed);
            needRestart.removeIf(name -> !SettingsTable.isOfTheStart(name) && !name.startsWith(CAMEL));
            changed.removeAll(needRestart);

            Map<String, Optional<String>> kept = asTheyWere(needRestart);
            read.keep(kept);
            Reloading reloading = new Reloading(next.context(), Set.copyOf(changed));
            List<Reloadable.Taking> takings = reloadables.stream()
                    .map(reloadable -> reloadable.prepare(reloading))
                    .toList();
            settings.change(() -> {
                next.use(with(kept, overrides));
                settings.keep(kept);
                takings.forEach(Reloadable.Taking::take);
            });
            inForce = with(kept, values);
            takings.forEach(Reloadable.Taking::afterwards);
            return new Reloaded(List.copyOf(changed), List.copyOf(needRestart));
        }
    }

    private PropertiesComponent ownProperties() {
        if (context.getPropertiesComponent() instanceof PropertiesComponent properties
                && context.getRegistry().findByType(PlatformSettings.class).isEmpty()) {
            return properties;
        }
        throw WaybillException.refusal(
                "the settings are the platform's, and read when it starts; start the application again");
    }

    private Set<String> changed(Map<String, String> values, Set<String> rewritten) {
        Set<String> names = new TreeSet<>(inForce.keySet());
        names.addAll(values.keySet());
        names.removeIf(name -> Objects.equals(inForce.get(name), values.get(name)));
        rewritten.stream().filter(name -> !name.startsWith(SettingsTable.ROOT)).forEach(names::add);
        return names;
    }

    /** What holds still of those that need a restart. */
    private Map<String, Optional<String>> asTheyWere(Set<String> needRestart) {
        Map<String, Optional<String>> kept = new HashMap<>();
        needRestart.stream()
                .filter(name -> name.startsWith(SettingsTable.ROOT))
                .forEach(name -> kept.put(name, Optional.ofNullable(inForce.get(name))));
        return kept;
    }

    /** What goes before all files, without what was put there to hold. */
    private Properties overrides(PropertiesComponent properties) {
        Properties overrides = copy(properties.getOverrideProperties());
        overridden.forEach((name, before) -> {
            overrides.remove(name);
            before.ifPresent(value -> overrides.put(name, value));
        });
        return overrides;
    }

    /** Placeholders of Camel's that name them have what holds, too. */
    private Properties with(Map<String, Optional<String>> kept, Properties overrides) {
        Properties all = copy(overrides);
        overridden.clear();
        kept.forEach((name, value) -> value.ifPresent(held -> {
            overridden.put(name, Optional.ofNullable(overrides.getProperty(name)));
            all.put(name, held);
        }));
        return all;
    }

    private static Map<String, String> with(Map<String, Optional<String>> kept, Map<String, String> values) {
        Map<String, String> all = new TreeMap<>(values);
        kept.forEach((name, value) -> value.ifPresentOrElse(held -> all.put(name, held), () -> all.remove(name)));
        return all;
    }
}
