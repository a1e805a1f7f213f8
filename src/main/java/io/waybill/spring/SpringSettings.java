package io.waybill.spring;

import io.waybill.flow.Place;
import io.waybill.settings.PlatformSettings;
import io.waybill.settings.SettingsTable;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The settings in Spring's environment, by the names of Waybill's table: {@code waybill.retentionDays} is
 * {@code waybill.retention-days}. Camel's own properties answer one by one there, and list nothing.
 */
final class SpringSettings implements LoadablePropertiesSource, PlatformSettings {

    private final ConfigurableEnvironment environment;

    SpringSettings(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public String getName() {
        return "SpringBoot";
    }

    @Override
    public String getProperty(String name) {
        return name.startsWith(SettingsTable.ROOT) ? environment.getProperty(name) : null;
    }

    @Override
    public Properties loadProperties() {
        return loadProperties(name -> true);
    }

    /** The values as they were written, placeholders in them. */
    @Override
    public Properties loadProperties(Predicate<String> filter) {
        Properties properties = new Properties();
        written().forEach((name, written) -> {
            Object value = written.source().getProperty(written.name());
            if (filter.test(name) && value != null) {
                properties.setProperty(name, value.toString());
            }
        });
        return properties;
    }

    @Override
    public void reloadProperties(String location) {
        // the environment has them as they are now
    }

    @Override
    public Optional<Place> place(String name) {
        return Optional.ofNullable(written().get(name)).map(written -> {
            Origin origin = OriginLookup.getOrigin(written.source(), written.name());
            if (origin instanceof TextResourceOrigin text && text.getLocation() != null) {
                return new Place(fileOf(text), text.getLocation().getLine() + 1);
            }
            return new Place(written.source().getName(), 0);
        });
    }

    private static String fileOf(TextResourceOrigin origin) {
        String file = origin.getResource() == null ? null : origin.getResource().getFilename();
        return file == null ? "application.properties" : file;
    }

    @Override
    public boolean takesVariablesWithoutDashes() {
        return true;
    }

    /** A setting, as one source of the environment has it. */
    private record Written(PropertySource<?> source, String name) {}

    /** By their names in Waybill's table; of several sources the first counts. The system's and its environment's are read elsewhere. */
    private Map<String, Written> written() {
        Map<String, Written> written = new TreeMap<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> listed && !isOfTheSystem(source.getName())) {
                for (String name : listed.getPropertyNames()) {
                    if (name.startsWith(SettingsTable.ROOT)) {
                        written.putIfAbsent(SettingsTable.canonical(name), new Written(source, name));
                    }
                }
            }
        }
        return written;
    }

    private static boolean isOfTheSystem(String source) {
        return source.equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)
                || source.equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
    }
}
