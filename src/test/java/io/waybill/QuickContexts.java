package io.waybill;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultFactoryFinder;
import org.apache.camel.spi.ClassResolver;
import org.apache.camel.spi.FactoryFinder;
import org.apache.camel.spi.FactoryFinderResolver;

/**
 * Camel contexts that know from the ones before them what is on the class path, and what is not. Each would look for dozens of files
 * in the four hundred jars of the tests, which takes longer than whatever else it does at its start.
 */
public final class QuickContexts {

    private QuickContexts() {}

    /** A new one, not started. */
    public static DefaultCamelContext make() {
        DefaultCamelContext context = new DefaultCamelContext(false);
        context.getCamelContextExtension().addContextPlugin(FactoryFinderResolver.class, new Remembered());
        context.build();
        return context;
    }

    private static final class Remembered implements FactoryFinderResolver {

        private static final Map<String, FactoryFinder> FINDERS = new ConcurrentHashMap<>();

        @Override
        public FactoryFinder resolveFactoryFinder(ClassResolver classes, String path) {
            return FINDERS.computeIfAbsent(path, each -> new DefaultFactoryFinder(classes, each) {
                private final Map<String, Optional<Class<?>>> found = new ConcurrentHashMap<>();

                @Override
                public Optional<Class<?>> findClass(String key) {
                    return found.computeIfAbsent(key, super::findClass); // its own memory is of what is there alone
                }

                @Override
                public void clear() {
                    // the next context finds the same
                }
            });
        }

        @Override
        public FactoryFinder resolveBootstrapFactoryFinder(ClassResolver classes, String path) {
            return resolveFactoryFinder(classes, path);
        }
    }
}
