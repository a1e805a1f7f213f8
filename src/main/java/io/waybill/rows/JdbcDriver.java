package io.waybill.rows;

import io.waybill.flow.NearestName;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * The driver of a database, by its URL.
 *
 * @param product what its URLs begin with, behind {@code jdbc:}
 * @param driver its class
 * @param artifact where it is had
 * @param example what a URL is like
 */
record JdbcDriver(String product, String driver, String artifact, String example) {

    private static final List<JdbcDriver> KNOWN = List.of(
            new JdbcDriver("postgresql", "org.postgresql.Driver", "org.postgresql:postgresql", "//host:5432/database"),
            new JdbcDriver(
                    "mariadb",
                    "org.mariadb.jdbc.Driver",
                    "org.mariadb.jdbc:mariadb-java-client",
                    "//host:3306/database"),
            new JdbcDriver("h2", "org.h2.Driver", "com.h2database:h2", "file:./data/name"),
            new JdbcDriver("mysql", "com.mysql.cj.jdbc.Driver", "com.mysql:mysql-connector-j", "//host:3306/database"),
            new JdbcDriver(
                    "sqlserver",
                    "com.microsoft.sqlserver.jdbc.SQLServerDriver",
                    "com.microsoft.sqlserver:mssql-jdbc",
                    "//host:1433;databaseName=database"),
            new JdbcDriver(
                    "oracle",
                    "oracle.jdbc.OracleDriver",
                    "com.oracle.database.jdbc:ojdbc11",
                    "thin:@//host:1521/service"),
            new JdbcDriver("sqlite", "org.sqlite.JDBC", "org.xerial:sqlite-jdbc", "data/name.db"),
            new JdbcDriver("duckdb", "org.duckdb.DuckDBDriver", "org.duckdb:duckdb_jdbc", "data/name.duckdb"),
            new JdbcDriver(
                    "snowflake",
                    "net.snowflake.client.jdbc.SnowflakeDriver",
                    "net.snowflake:snowflake-jdbc",
                    "//account.snowflakecomputing.com/"),
            new JdbcDriver("db2", "com.ibm.db2.jcc.DB2Driver", "com.ibm.db2:jcc", "//host:50000/database"),
            new JdbcDriver(
                    "derby", "org.apache.derby.iapi.jdbc.AutoloadedDriver", "org.apache.derby:derby", "data/name"),
            new JdbcDriver("hsqldb", "org.hsqldb.jdbc.JDBCDriver", "org.hsqldb:hsqldb", "file:data/name"));

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

    private static final String WHERE = "into target/lib, or among your application's dependencies";

    private static Optional<Driver> own(String url) {
        try {
            return Stream.concat(
                            ServiceLoader.load(Driver.class, JdbcDriver.class.getClassLoader()).stream(),
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
        Optional<JdbcDriver> known =
                KNOWN.stream().filter(driver -> driver.product.equals(product)).findFirst();
        if (known.isEmpty()) {
            return "no driver for jdbc:" + product + ": is on the class path; put its jar " + WHERE
                    + NearestName.of(
                                    product,
                                    KNOWN.stream().map(JdbcDriver::product).toList())
                            .map(near -> "; did you mean \"jdbc:" + near + ":\"?")
                            .orElse("");
        }
        if (isThere(known.get().driver)) {
            return "is not as the driver takes it; write jdbc:" + product + ":" + known.get().example;
        }
        return "no driver for jdbc:" + product + ": is on the class path; put the jar of " + known.get().artifact + " "
                + WHERE
                + (product.equals("mysql")
                        ? "; or write jdbc:mariadb:, whose driver is there and speaks to MySQL"
                        : "");
    }

    private static boolean isThere(String name) {
        for (ClassLoader loader : new ClassLoader[] {
            JdbcDriver.class.getClassLoader(), Thread.currentThread().getContextClassLoader()
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
