package io.waybill.settings;

import io.waybill.WaybillException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.component.properties.LocationPropertiesSource;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.component.properties.PropertiesFunctionResolver;
import org.apache.camel.component.properties.PropertiesLocation;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.service.ServiceHelper;

/** The files of a context's properties, read anew, and a context without routes that has them. Nothing of the first context changes. */
final class NextProperties implements AutoCloseable {

    private final PropertiesComponent used;

    /** What was read, by its place among the sources that are used. */
    private final Map<Integer, PropertiesSource> read = new TreeMap<>();

    private final DefaultCamelContext context;

    private NextProperties(CamelContext of, PropertiesComponent used, Properties overrides) {
        this.used = used;
        readFiles(of);
        this.context = new DefaultCamelContext(new DefaultRegistry(of.getRegistry()));
        context.disableJMX();
        PropertiesComponent properties = (PropertiesComponent) context.getPropertiesComponent();
        properties.setAutoDiscoverPropertiesSources(false);
        properties.setPropertiesFunctionResolver(new SameFunctions(used.getPropertiesFunctionResolver()));
        properties.setInitialProperties(used.getInitialProperties());
        properties.setOverrideProperties(overrides);
        List<PropertiesSource> sources = used.getPropertiesSources();
        for (int i = 0; i < sources.size(); i++) {
            properties.addPropertiesSource(SameSource.of(read.getOrDefault(i, sources.get(i)), i));
        }
        context.build();
        ServiceHelper.startService(properties);
    }

    /**
     * Reads them.
     *
     * @param overrides what goes before all files
     * @throws WaybillException when they are not there any more, or cannot be read
     */
    static NextProperties read(CamelContext of, PropertiesComponent used, Properties overrides) {
        return new NextProperties(of, used, overrides);
    }

    private void readFiles(CamelContext of) {
        PropertiesComponent reader = new PropertiesComponent();
        reader.setCamelContext(of);
        reader.setAutoDiscoverPropertiesSources(false);
        reader.setEncoding(used.getEncoding());
        reader.setIgnoreMissingLocation(used.isIgnoreMissingLocation());
        reader.setLocations(used.getLocations().toArray(String[]::new));
        files(reader.getPropertiesSources()).forEach(this::check);
        ServiceHelper.initService(reader); // it stays as it is: to stop it would empty what it has read
        for (LocationPropertiesSource file : files(reader.getPropertiesSources())) {
            List<PropertiesSource> sources = used.getPropertiesSources();
            for (int i = 0; i < sources.size(); i++) {
                if (sources.get(i) instanceof LocationPropertiesSource before
                        && before.getLocation().equals(file.getLocation())) {
                    read.put(i, file);
                }
            }
        }
    }

    private static List<LocationPropertiesSource> files(List<PropertiesSource> sources) {
        return sources.stream()
                .filter(LocationPropertiesSource.class::isInstance)
                .map(LocationPropertiesSource.class::cast)
                .toList();
    }

    private void check(LocationPropertiesSource source) {
        PropertiesLocation location = source.getLocation();
        if (!location.getResolver().equals("file")) {
            return;
        }
        Path file = Path.of(location.getPath());
        if (!Files.exists(file)) {
            boolean wasThere = files(used.getPropertiesSources()).stream()
                    .filter(before -> before.getLocation().equals(location))
                    .anyMatch(before -> before instanceof LoadablePropertiesSource loaded
                            && !loaded.loadProperties().isEmpty());
            if (wasThere) {
                throw WaybillException.refusal(location.getPath() + ": is not there any more");
            }
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            Optional<Integer> malformed = PropertyLines.malformed(in);
            if (malformed.isPresent()) {
                throw WaybillException.refusal(location.getPath() + ":" + malformed.get()
                        + ": \\u is not followed by four digits of hex; write \\\\u for a backslash and a u");
            }
        } catch (IOException e) {
            throw WaybillException.refusal(location.getPath() + ": cannot be read", e);
        }
    }

    CamelContext context() {
        return context;
    }

    /** The names of properties that are written otherwise than in those that are used. */
    Set<String> rewritten() {
        Properties before = used.loadProperties();
        Properties now = context.getPropertiesComponent().loadProperties();
        Set<String> names = new TreeSet<>(before.stringPropertyNames());
        names.addAll(now.stringPropertyNames());
        names.removeIf(name -> Objects.equals(before.getProperty(name), now.getProperty(name)));
        return names;
    }

    /** The names of properties that no file has, and a program changes while it goes on: they are not of a start, and not read anew. */
    Set<String> ofPrograms() {
        Set<String> names = new TreeSet<>();
        for (PropertiesSource source : used.getPropertiesSources()) {
            if (source instanceof LoadablePropertiesSource loadable && !(source instanceof LocationPropertiesSource)) {
                names.addAll(loadable.loadProperties().stringPropertyNames());
            }
        }
        return names;
    }

    /** From now on they are used: each file at once, so that nobody finds a half of it. */
    void use(Properties overrides) {
        read.forEach((place, source) -> used.getPropertiesSources().set(place, source));
        used.setOverrideProperties(overrides);
    }

    @Override
    public void close() {
        context.stop();
    }

    /** Resolves as another does, which is not stopped with this one. */
    private record SameFunctions(PropertiesFunctionResolver other) implements PropertiesFunctionResolver {

        @Override
        public void addPropertiesFunction(PropertiesFunction function) {
            other.addPropertiesFunction(function);
        }

        @Override
        public Map<String, PropertiesFunction> getFunctions() {
            return other.getFunctions();
        }

        @Override
        public boolean hasFunction(String name) {
            return other.hasFunction(name);
        }

        @Override
        public PropertiesFunction resolvePropertiesFunction(String name) {
            return other.resolvePropertiesFunction(name);
        }
    }

    /** What another source has, which is not stopped with this one. */
    private static class SameSource implements LoadablePropertiesSource, Ordered {

        private final PropertiesSource other;
        private final int place;

        SameSource(PropertiesSource other, int place) {
            this.other = other;
            this.place = place;
        }

        static PropertiesSource of(PropertiesSource other, int place) {
            return other instanceof LocationPropertiesSource file
                    ? new SameFile(file, place)
                    : new SameSource(other, place);
        }

        @Override
        public String getName() {
            return other.getName();
        }

        @Override
        public String getProperty(String name) {
            return other.getProperty(name);
        }

        @Override
        public Properties loadProperties() {
            return other instanceof LoadablePropertiesSource loadable ? loadable.loadProperties() : new Properties();
        }

        @Override
        public Properties loadProperties(Predicate<String> filter) {
            return other instanceof LoadablePropertiesSource loadable
                    ? loadable.loadProperties(filter)
                    : new Properties();
        }

        @Override
        public void reloadProperties(String location) {
            // it is as it was read
        }

        @Override
        public int getOrder() {
            return place;
        }
    }

    private static final class SameFile extends SameSource implements LocationPropertiesSource {

        private final PropertiesLocation location;

        SameFile(LocationPropertiesSource other, int place) {
            super(other, place);
            this.location = other.getLocation();
        }

        @Override
        public PropertiesLocation getLocation() {
            return location;
        }
    }
}
