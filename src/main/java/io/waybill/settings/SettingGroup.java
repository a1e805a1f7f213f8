package io.waybill.settings;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Settings that share a beginning: those of a data source, of a connection, of the ledger. */
enum SettingGroup {
    LEDGER("waybill.ledger.", false, "property."),
    DATA_SOURCE("waybill.datasource.", true, "property."),
    CONNECTION("waybill.connection.", true, "option."),
    /** Each is a value by itself. */
    PRIVACY_KEY(SettingsTable.PRIVACY_KEYS, true, "");

    private final String prefix;
    private final boolean named;
    private final String open;

    /** @param open what the names begin with that others have made: a driver's properties, an endpoint's options */
    SettingGroup(String prefix, boolean named, String open) {
        this.prefix = prefix;
        this.named = named;
        this.open = open;
    }

    String prefix() {
        return prefix;
    }

    /** Whether one of the group is a value, and not some settings. */
    boolean isValue() {
        return open.isEmpty();
    }

    boolean isNamed() {
        return named;
    }

    String open() {
        return open;
    }

    /** The group that a setting is of, by the beginning of its name. */
    static Optional<SettingGroup> of(String setting) {
        return Arrays.stream(values()).filter(group -> group.holds(setting)).findFirst();
    }

    /** Whether one of the group may have a key. */
    boolean knows(String key) {
        return keys().contains(key) || !isValue() && key.startsWith(open);
    }

    boolean holds(String setting) {
        return setting.startsWith(prefix);
    }

    /** What names the one of the group that a setting is of; empty where there is but one. It may have dots in it. */
    String nameIn(String setting) {
        String rest = setting.substring(prefix.length());
        if (!named || isValue()) {
            return named ? rest : "";
        }
        int opens = rest.indexOf("." + open);
        int dot = opens > 0 ? opens : rest.lastIndexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    /** What is set: what follows the name. */
    String keyIn(String setting) {
        String rest = setting.substring(prefix.length());
        String name = nameIn(setting);
        return name.isEmpty() ? rest : rest.substring(Math.min(rest.length(), name.length() + 1));
    }

    /** All keys that one of the group may have, the longest first. */
    List<String> keys() {
        if (isValue()) {
            return List.of("");
        }
        TreeSet<String> keys = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        if (this == CONNECTION) {
            keys.add("type");
            SettingsTable.connectionTypes()
                    .forEach(type -> SettingsTable.ofConnection(type).forEach(setting -> keys.add(setting.name())));
        } else {
            SettingsTable.DATA_SOURCE.forEach(setting -> keys.add(setting.name()));
        }
        return List.copyOf(keys);
    }
}
