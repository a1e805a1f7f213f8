package io.waybill.settings;

import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/**
 * Settings that may take the place of those that hold.
 *
 * @param next a context that has them, and no routes
 * @param changed the names of properties, settings among them, that are others then
 */
public record Reloading(CamelContext next, Set<String> changed) {

    /** The settings that are to hold. */
    public Settings settings() {
        return Settings.of(next);
    }

    /** The names of connections of which something is another then. */
    public Set<String> connections() {
        return changed.stream()
                .filter(SettingGroup.CONNECTION::holds)
                .map(SettingGroup.CONNECTION::nameIn)
                .collect(Collectors.toSet());
    }
}
