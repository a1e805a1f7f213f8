package io.waybill.rows;

import io.waybill.database.Databases;
import io.waybill.database.JdbcDriver;
import io.waybill.database.Standard;
import io.waybill.flow.NearestName;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Finds the class of the driver that takes a URL. */
final class DriverClass {

    private DriverClass() {}

    /**
     * The class of the driver that takes a URL; empty where Java finds it by itself.
     *
     * @param given the class that a setting names; null for none
     * @throws IllegalArgumentException when there is none; the message begins with the setting's key, and does not show the URL
     */
    static Optional<String> forUrl(String url, String given) {
        if (given != null) {
            if (!isThere(given)) {
                throw new IllegalArgumentException(
                        "driver: there is no class " + given + " on the class path; put the driver's jar " + WHERE);
            }
            return Optional.of(given);
        }
        if (DriverManager.drivers().anyMatch(driver -> takes(driver, url))) {
            return Optional.empty();
        }
        // where a platform has class loaders of its own, Java's manager knows the drivers of the first alone
        return Optional.of(own(url).orElseThrow(() -> new IllegalArgumentException("url: " + missing(url)))
                .getClass()
                .getName());
    }

    private static final String WHERE = "into lib beside waybill.jar, or among your application's dependencies";

    private static Optional<Driver> own(String url) {
        try {
            return Stream.concat(
                            ServiceLoader.load(Driver.class, DriverClass.class.getClassLoader()).stream(),
                            ServiceLoader.load(Driver.class).stream())
                    .map(ServiceLoader.Provider::get)
                    .filter(driver -> takes(driver, url))
                    .findFirst();
        } catch (ServiceConfigurationError e) {
            return Optional.empty();
        }
    }

    private static boolean takes(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }

    private static String missing(String url) {
        String[] parts = url.split(":", 3);
        String product = parts.length < 2 ? "" : parts[1];
        List<JdbcDriver> all = Databases.all().stream().map(Standard::driver).toList();
        Optional<JdbcDriver> known =
                all.stream().filter(driver -> driver.scheme().equals(product)).findFirst();
        if (known.isEmpty()) {
            return "no driver for jdbc:" + product + ": is on the class path; put its jar " + WHERE
                    + NearestName.of(
                                    product,
                                    all.stream().map(JdbcDriver::scheme).toList())
                            .map(near -> "; did you mean \"jdbc:" + near + ":\"?")
                            .orElse("");
        }
        JdbcDriver driver = known.get();
        if (isThere(driver.name())) {
            return "is not as the driver takes it; write jdbc:" + product + ":" + driver.example();
        }
        return "no driver for jdbc:" + product + ": is on the class path; put the jar of " + driver.artifact() + " "
                + WHERE
                + (driver.instead().isEmpty() ? "" : "; or write " + driver.instead());
    }

    /** The drivers of the class path, of the products that are known. */
    static List<JdbcDriver> present() {
        return Databases.all().stream()
                .map(Standard::driver)
                .filter(driver -> driver != null && isThere(driver.name()))
                .toList();
    }

    private static boolean isThere(String name) {
        for (ClassLoader loader : new ClassLoader[] {
            DriverClass.class.getClassLoader(), Thread.currentThread().getContextClassLoader()
        }) {
            try {
                Class.forName(name, false, loader);
                return true;
            } catch (ClassNotFoundException e) {
                // perhaps by the other
            }
        }
        return false;
    }
}
