package io.waybill.server;

import io.waybill.settings.SettingsTable;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.camel.spi.LoadablePropertiesSource;

/**
 * The connections of export calls under way. What a caller proves itself by at the destination is here as long as the call, and nowhere
 * else: routes and the ledger have placeholders, as of any connection.
 */
final class CallConnections implements LoadablePropertiesSource {

    private final Map<String, String> properties = new ConcurrentHashMap<>();

    /**
     * Camel resolves placeholders in what a placeholder stands for: nothing of a caller's may have any, whatever field it is from.
     *
     * @param settings the settings of the connection, by their keys
     */
    void open(String name, Map<String, String> settings) {
        settings.forEach((key, value) -> {
            if (ExportRequest.steers(value)) {
                throw Refused.badRequest(key + ": has what Camel would take for its own");
            }
        });
        settings.forEach((key, value) -> properties.put(prefix(name) + key, value));
    }

    void close(String name) {
        properties.keySet().removeIf(key -> key.startsWith(prefix(name)));
    }

    private static String prefix(String name) {
        return SettingsTable.ROOT + "connection." + name + ".";
    }

    @Override
    public String getName() {
        return "waybill-export-calls";
    }

    @Override
    public String getProperty(String name) {
        return properties.get(name);
    }

    @Override
    public Properties loadProperties() {
        return loadProperties(name -> true);
    }

    @Override
    public Properties loadProperties(Predicate<String> filter) {
        Properties loaded = new Properties();
        properties.forEach((name, value) -> {
            if (filter.test(name)) {
                loaded.setProperty(name, value);
            }
        });
        return loaded;
    }

    @Override
    public void reloadProperties(String location) {
        // there is no location
    }
}
