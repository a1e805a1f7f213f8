package io.waybill.rows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.WaybillException;
import io.waybill.database.Databases;
import io.waybill.database.JdbcDriver;
import io.waybill.database.Standard;
import io.waybill.settings.Reloadable;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;

/**
 * The data sources by name: beans of the Camel registry, as a platform brings them, or else pools made from
 * {@code waybill.datasource.<name>.*} of the properties, bound to the registry at their first use.
 */
public final class DataSources {

    private static final String PREFIX = "waybill.datasource.";
    private static final String LEDGER = "waybill.ledger.";

    private DataSources() {}

    /**
     * The data source of that name.
     *
     * @throws WaybillException when there is none, or its settings are wrong; the message names those there are
     */
    public static DataSource find(CamelContext context, String name) {
        return Settings.of(context).together(() -> findNow(context, name));
    }

    private static synchronized DataSource findNow(CamelContext context, String name) {
        Object bean = context.getRegistry().lookupByName(name);
        if (bean instanceof DataSource dataSource) {
            return dataSource;
        }
        Map<String, String> settings = Settings.of(context).dataSource(name);
        if (settings.isEmpty()) {
            throw WaybillException.refusal("data source \"" + name + "\" is not known; " + known(context) + " (set "
                    + PREFIX + name + ".url in application.properties)");
        }
        DataSource dataSource = new ConfiguredSource(settings, pool(name, PREFIX + name + ".", settings));
        // the registry closes what it was given to close
        context.getRegistry().bind(name, dataSource, null, "close");
        return dataSource;
    }

    /** A connection to read by, in a transaction where its product has such; closed, it is as it was. */
    public static Connection reading(DataSource dataSource, AwaitedAnswers answers) throws SQLException {
        return new ReadConnections(RowsEndpoint.DEFAULT_FETCH_SIZE, answers).getConnection(dataSource);
    }

    /** Likewise, and one that stays as it is until it is let go. */
    static DataSource hold(CamelContext context, String name) {
        DataSource found = find(context, name);
        return found instanceof ConfiguredSource configured ? configured.hold() : found;
    }

    static void letGo(DataSource held) {
        if (held instanceof DatabasePool pool) {
            pool.letGo();
        }
    }

    static boolean isInUse(CamelContext context, String name, DatabasePool pool) {
        return context.getRegistry().lookupByName(name) instanceof ConfiguredSource configured
                && configured.pool() == pool;
    }

    /** Has the data sources of a context be what other settings say, for all who do not hold one. */
    public static Reloadable reloadable(CamelContext context) {
        return reloading -> {
            List<Runnable> takings = new ArrayList<>();
            Settings next = reloading.settings();
            for (String name : next.dataSources()) {
                pool(name, PREFIX + name + ".", next.dataSource(name)); // what is not in use yet is looked at, too
            }
            context.getRegistry().findByTypeWithName(ConfiguredSource.class).forEach((name, source) -> {
                Map<String, String> settings = next.dataSource(name);
                if (settings.isEmpty()) {
                    takings.add(() -> {
                        source.end();
                        context.getRegistry().unbind(name);
                    });
                } else if (!settings.equals(source.settings())) {
                    DatabasePool pool = pool(name, PREFIX + name + ".", settings);
                    takings.add(() -> source.use(settings, pool));
                }
            });
            return () -> takings.forEach(Runnable::run);
        };
    }

    /**
     * The one data source that is meant where a flow names none: {@code waybill.default-datasource}, else the only one.
     *
     * @throws WaybillException when there is none, or several
     */
    public static String defaultName(CamelContext context) {
        String configured = Settings.of(context).get(SettingsTable.DEFAULT_DATASOURCE);
        if (configured != null) {
            return configured;
        }
        List<String> names = names(context);
        if (names.size() == 1) {
            return names.get(0);
        }
        throw WaybillException.refusal(
                names.isEmpty()
                        ? "no data source is configured (set " + PREFIX + "<name>.url in application.properties)"
                        : "several data sources are configured (" + String.join(", ", names)
                                + "): name one by `datasource` in the flow, or set waybill.default-datasource");
    }

    /** The names of all data sources: of the registry and of the properties, sorted. */
    public static List<String> names(CamelContext context) {
        Set<String> names = new TreeSet<>(Settings.of(context).dataSources());
        context.getRegistry().findByTypeWithName(DataSource.class).forEach((name, bean) -> {
            if (!(bean instanceof ConfiguredSource)) { // which is one of the settings, or was
                names.add(name);
            }
        });
        return List.copyOf(names);
    }

    /** The drivers that are there, of the products that are known. */
    public static List<JdbcDriver> drivers() {
        return DriverClass.present();
    }

    private static String known(CamelContext context) {
        List<String> names = names(context);
        return names.isEmpty() ? "none is configured" : "known: " + String.join(", ", names);
    }

    /**
     * A new pool.
     *
     * @param name what it is called
     * @param prefix what stands before the settings' names where they are set
     * @param settings those of a data source
     * @throws WaybillException when they are wrong
     */
    public static HikariDataSource open(String name, String prefix, Map<String, String> settings) {
        return pool(name, prefix, settings);
    }

    private static DatabasePool pool(String name, String prefix, Map<String, String> settings) {
        String url = settings.get("url");
        if (url == null) {
            throw WaybillException.refusal("data source \"" + name + "\": " + prefix + "url is missing");
        }
        LoginSaidOnce.check(name, prefix, settings);
        if (!prefix.equals(LEDGER)) { // which is made where there is none
            requireFile(name, prefix, url);
        }
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setMinimumIdle(0);
        config.setMaximumPoolSize(8);
        try {
            DriverClass.forUrl(url, settings.get("driver")).ifPresent(config::setDriverClassName);
            settings.forEach((key, value) -> apply(config, key, value));
            config.validate();
        } catch (RuntimeException e) {
            // a URL may hold a password
            String reason = String.valueOf(e.getMessage()).replace(url, "the url");
            throw WaybillException.refusal("data source \"" + name + "\": " + prefix + reason, e);
        }
        return new DatabasePool(config);
    }

    /** What nobody has written yet is nothing to read: a database would be made of it, without a word. */
    private static void requireFile(String name, String prefix, String url) {
        Databases.file(url).filter(file -> !Files.exists(file)).ifPresent(file -> {
            throw WaybillException.refusal("data source \"" + name + "\": " + prefix + "url: there is no file "
                    + file.toAbsolutePath().normalize());
        });
    }

    /** Ends a connection that nobody is to have again, and lets its pool know rather than find out. */
    public static void discard(DataSource dataSource, Connection connection, Standard database) throws SQLException {
        if (dataSource.isWrapperFor(HikariDataSource.class)) {
            dataSource.unwrap(HikariDataSource.class).evictConnection(connection);
        }
        database.physical(connection).abort(Runnable::run);
        connection.close();
    }

    /** The values are as the table of settings allows them. */
    private static void apply(HikariConfig config, String key, String value) {
        switch (key) {
            case "url" -> config.setJdbcUrl(value);
            case "username" -> config.setUsername(value);
            case "password" -> config.setPassword(value);
            case "driver" -> {} // is found already
            case "schema" -> config.setSchema(value);
            case "maximum-pool-size" -> config.setMaximumPoolSize(Integer.parseInt(value));
            case "connection-timeout-ms" -> config.setConnectionTimeout(Long.parseLong(value));
            default -> config.addDataSourceProperty(key.substring("property.".length()), value);
        }
    }
}
