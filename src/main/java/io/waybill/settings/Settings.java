package io.waybill.settings;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.Key;
import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.LocationPropertiesSource;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.util.OrderedLocationProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a Camel context, wherever its platform keeps them: in its properties, in the system's, in the environment. What is
 * set and not understood is refused, all of it at once.
 */
public final class Settings {

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    private final CamelContext context;
    private final Map<String, String> environment;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** What holds of settings whose other values take another start; empty for what was not set. */
    private volatile Map<String, Optional<String>> kept = Map.of();

    private volatile long changes;
    private boolean checked;

    Settings(CamelContext context, Map<String, String> environment) {
        this.context = context;
        this.environment = environment;
    }

    /** Those of a context. */
    public static synchronized Settings of(CamelContext context) {
        Settings settings = context.getCamelContextExtension().getContextPlugin(Settings.class);
        if (settings == null) {
            settings = new Settings(context, System.getenv());
            context.getCamelContextExtension().addContextPlugin(Settings.class, settings);
        }
        return settings;
    }

    /**
     * Looks at all settings; once they are found good, not again.
     *
     * @throws WaybillException when some are not understood; a line for each
     */
    public synchronized void check() {
        if (!checked) {
            SettingsCheck check = new SettingsCheck(this, listed());
            refuse(check.all());
            check.warnings().forEach(LOG::warn);
            checked = true;
        }
    }

    private static void refuse(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new WaybillException(
                    Stage.PLAN, problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        }
    }

    /**
     * What a setting comes to, in whatever way the platform says it; empty where it is not set.
     *
     * @throws WaybillException when it holds a placeholder that has no value, or is not what it should be
     */
    public Optional<String> value(String name) {
        Optional<String> value = resolved(name);
        refuse(new SettingsCheck(this, listed()).of(name));
        return value;
    }

    /** Likewise, or what holds without it. */
    public String get(Key<String> key) {
        return value(key.name()).orElse(key.otherwise());
    }

    /**
     * Reads several that belong together: none is of before a change, and another of after it. Whoever reads so waits for nobody who may
     * wait for settings.
     */
    public <T> T together(Supplier<T> reading) {
        lock.readLock().lock();
        try {
            return reading.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** How often they were changed: what was read before and behind the same number is all of one time. */
    public long changes() {
        return changes;
    }

    /** Changes them while nobody reads. */
    void change(Runnable change) {
        lock.writeLock().lock();
        try {
            change.run();
            changes++;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** @param values what holds of settings, whatever is set; empty for nothing */
    void keep(Map<String, Optional<String>> values) {
        kept = Map.copyOf(values);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** All that is set, by its name; what holds a placeholder without a value, as it was written. */
    Map<String, String> values() {
        Properties listed = listed();
        Map<String, String> values = new TreeMap<>();
        for (String name : names(listed)) {
            try {
                resolved(name).ifPresent(value -> values.put(name, value));
            } catch (WaybillException e) {
                values.put(name, String.valueOf(listed.getProperty(name)));
            }
        }
        return values;
    }

    Optional<String> resolved(String name) {
        Optional<String> asItWas = kept.get(name);
        if (asItWas != null) {
            return asItWas;
        }
        try {
            return Optional.ofNullable(context.getPropertiesComponent().parseUri("{{?" + name + "}}"));
        } catch (IllegalArgumentException e) {
            String raw = listed().getProperty(name);
            throw new WaybillException(
                    Stage.PLAN,
                    place(name) + ": " + name + ": " + new Placeholders(context, environment).missing(raw),
                    e);
        }
    }

    /** The settings of the ledger's data source, by their keys. */
    public Map<String, String> ledger() {
        return group(SettingGroup.LEDGER, "");
    }

    /** The settings of a data source, by their keys; empty where there are none. */
    public Map<String, String> dataSource(String name) {
        return group(SettingGroup.DATA_SOURCE, name);
    }

    /** The settings of a connection, by their keys, its type among them; empty where there are none. */
    public Map<String, String> connection(String name) {
        return group(SettingGroup.CONNECTION, name);
    }

    private Map<String, String> group(SettingGroup group, String name) {
        return together(() -> read(group, name));
    }

    private Map<String, String> read(SettingGroup group, String name) {
        Properties listed = listed();
        String prefix = group.prefix() + (group.isNamed() ? name + "." : "");
        refuse(new SettingsCheck(this, listed).under(group, name));
        Set<String> names = new TreeSet<>(names(listed));
        names.addAll(kept.keySet());
        group.keys().forEach(key -> names.add(prefix + key));
        Map<String, String> values = new TreeMap<>();
        for (String each : names) {
            if (group.holds(each) && group.nameIn(each).equals(name)) {
                resolved(each).ifPresent(value -> values.put(group.keyIn(each), value));
            }
        }
        return values;
    }

    /** The names of all data sources that are set. */
    public Set<String> dataSources() {
        return named(SettingGroup.DATA_SOURCE);
    }

    /** The names of all connections that are set. */
    public Set<String> connections() {
        return named(SettingGroup.CONNECTION);
    }

    /** The ids of all keys of hashes and tokens that are set. */
    public Set<String> privacyKeys() {
        return named(SettingGroup.PRIVACY_KEY);
    }

    private Set<String> named(SettingGroup group) {
        return names(listed()).stream()
                .filter(group::holds)
                .map(group::nameIn)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the platform lists, as it was written; the environment apart. */
    private Properties listed() {
        OrderedLocationProperties listed = new OrderedLocationProperties();
        Properties properties = context.getPropertiesComponent().loadProperties(Settings::isOurs);
        EnvironmentNames variables = variables();
        for (String name : properties.stringPropertyNames()) {
            // some platforms list the environment too, its names guessed
            if (variables.variable(name).isEmpty() || SettingsTable.knows(name)) {
                listed.put(location(properties, name), name, properties.getProperty(name));
            }
        }
        for (String name : System.getProperties().stringPropertyNames()) {
            if (isOurs(name)) {
                listed.put("system property", name, System.getProperty(name));
            }
        }
        return listed;
    }

    private static boolean isOurs(String name) {
        return name.startsWith(SettingsTable.ROOT);
    }

    private static String location(Properties properties, String name) {
        return properties instanceof OrderedLocationProperties located ? located.getLocation(name) : null;
    }

    /** The names of all settings, those of the environment among them. */
    Set<String> names(Properties listed) {
        Set<String> names = new TreeSet<>(listed.stringPropertyNames());
        EnvironmentNames variables = variables();
        for (String variable : variables.variables()) {
            variables.setting(variable, listed.stringPropertyNames()).ifPresent(names::add);
        }
        return names;
    }

    EnvironmentNames variables() {
        return new EnvironmentNames(
                environment,
                platform().map(PlatformSettings::takesVariablesWithoutDashes).orElse(false));
    }

    private Optional<PlatformSettings> platform() {
        return context.getRegistry().findByType(PlatformSettings.class).stream().findFirst();
    }

    /** Where the value of a setting comes from. */
    Place place(String name) {
        Optional<String> variable = variables().variable(name);
        if (variable.isPresent()) {
            return new Place("environment variable " + variable.get(), 0);
        }
        if (System.getProperty(name) != null) {
            return new Place("system property", 0);
        }
        return platform()
                .flatMap(platform -> platform.place(name))
                .orElseGet(() -> new PropertyLines(context).of(name, location(listed(), name)));
    }

    /** What of the files that Camel reads would hold otherwise than it seems. */
    List<Problem> misleading() {
        return context.getPropertiesComponent() instanceof PropertiesComponent used
                ? used.getPropertiesSources().stream()
                        .filter(LocationPropertiesSource.class::isInstance)
                        .map(source -> ((LocationPropertiesSource) source).getLocation())
                        .flatMap(location -> new PropertyLines(context).misleading(location).stream())
                        .toList()
                : List.of();
    }

    /** What all properties say, as it was written: where a variable of the environment may be named. */
    List<String> texts() {
        Properties all = context.getPropertiesComponent().loadProperties();
        return all.stringPropertyNames().stream().map(all::getProperty).toList();
    }
}
