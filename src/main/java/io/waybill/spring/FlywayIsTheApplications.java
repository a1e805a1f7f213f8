package io.waybill.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Keeps Spring Boot from migrating the application's database because Flyway is on the class path, which Waybill brings for its own
 * ledger. An application that has migrations, or speaks of {@code spring.flyway} at all, has them run as ever.
 */
final class FlywayIsTheApplications implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String FLYWAY = ".flyway.FlywayAutoConfiguration";

    private static final String SETTINGS = "spring.flyway.";

    private static final String MIGRATIONS = "classpath*:db/migration/**";

    private Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(String[] classes, AutoConfigurationMetadata metadata) {
        boolean[] match = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            match[i] = classes[i] == null || !classes[i].endsWith(FLYWAY) || isUsed();
        }
        return match;
    }

    private boolean isUsed() {
        try {
            return isSet() || new PathMatchingResourcePatternResolver().getResources(MIGRATIONS).length > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isSet() {
        return environment instanceof ConfigurableEnvironment configurable
                && configurable.getPropertySources().stream()
                        .filter(EnumerablePropertySource.class::isInstance)
                        .map(EnumerablePropertySource.class::cast)
                        .flatMap(source -> Arrays.stream(source.getPropertyNames()))
                        .anyMatch(name -> name.startsWith(SETTINGS) || name.startsWith("SPRING_FLYWAY_"));
    }
}
