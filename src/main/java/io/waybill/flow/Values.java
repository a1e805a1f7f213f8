package io.waybill.flow;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of the keys that are set.
 *
 * @param given by the keys' names, in the order in which they were set
 */
public record Values(Map<String, Object> given) implements Serializable {

    public static final Values NONE = new Values(Map.of());

    public Values {
        given = Collections.unmodifiableMap(given);
    }

    /** The value of a key, or what holds without it. */
    @SuppressWarnings("unchecked") // with puts no other
    public <T> T get(Key<T> key) {
        return (T) given.getOrDefault(key.name(), key.otherwise());
    }

    /** Whether a key is set, be it to what holds without it. */
    public boolean has(Key<?> key) {
        return given.containsKey(key.name());
    }

    /** The same values but for one; null to unset it. */
    public <T> Values with(Key<T> key, T value) {
        Map<String, Object> others = new LinkedHashMap<>(given);
        if (value == null) {
            others.remove(key.name());
        } else {
            others.put(key.name(), value);
        }
        return new Values(others);
    }

    /** These and others, which count where both have one. */
    public Values with(Values others) {
        Map<String, Object> all = new LinkedHashMap<>(given);
        all.putAll(others.given);
        return new Values(all);
    }

    /** Those of some keys. */
    public Values only(List<Key<?>> keys) {
        Map<String, Object> some = new LinkedHashMap<>();
        keys.stream().filter(this::has).forEach(key -> some.put(key.name(), given.get(key.name())));
        return new Values(some);
    }

    /** The properties of a bean that has the values of some keys: those that differ from what holds without them. */
    public Map<String, Object> properties(List<Key<?>> keys) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            String printed = print(key);
            if (printed != null) {
                properties.put(key.property(), printed);
            }
        }
        return properties;
    }

    /** The text of an option; null where the value is what holds without it. */
    public <T> String print(Key<T> key) {
        return key.print(get(key));
    }
}
