package io.waybill.route;

import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Structured settings as a bean of a route file. Its properties are keys, as texts; {@link BeanConfigurer} sets them. They are read when
 * the route begins, so that what is wrong is told of there.
 */
public abstract class KeyedBean {

    private final List<Key<?>> keys;
    private final String list;
    private final Map<String, Object> given = new HashMap<>();
    private final List<String> elements = new ArrayList<>();

    /** @param list the property that is a list of texts; null where none is */
    KeyedBean(List<Key<?>> keys, String list) {
        this.keys = keys;
        this.list = list;
    }

    /** Sets a property; null to unset it. Numbers and truth values are refused at once where they are none. */
    public final KeyedBean set(Key<?> key, Object value) {
        boolean typed = key.form() instanceof Form.Whole || key.form() instanceof Form.Flag;
        given.put(key.property(), typed && value != null ? key.form().parse(value.toString()) : value);
        return this;
    }

    /** The texts of the property that is a list. */
    public final List<String> elements() {
        return elements;
    }

    /** Whether it has such a property; one that is a list is added to. */
    final boolean set(String property, Object value) {
        if (property.equalsIgnoreCase(list)) {
            (value instanceof List<?> all ? all : List.of(value)).forEach(element -> elements.add(element.toString()));
            return true;
        }
        for (Key<?> key : keys) {
            if (key.property().equalsIgnoreCase(property)) {
                set(key, value);
                return true;
            }
        }
        return false;
    }

    final Object property(String name) {
        return name.equalsIgnoreCase(list) ? elements : given.get(name);
    }

    /**
     * The value of a key, or what holds without it.
     *
     * @throws IllegalArgumentException when it is wrong; the message says why
     */
    final <T> T get(Key<T> key) {
        Object value = given.get(key.property());
        return value == null ? key.otherwise() : key.form().parse(value.toString());
    }

    /** @throws IllegalArgumentException when one is wrong; the message names it */
    final Values values() {
        Values values = Values.NONE;
        for (Key<?> key : keys) {
            values = with(values, key);
        }
        return values;
    }

    private <T> Values with(Values values, Key<T> key) {
        try {
            return given.get(key.property()) == null ? values : values.with(key, get(key));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key.property() + ": " + e.getMessage(), e);
        }
    }

    /** The properties of a list's texts. */
    static void putAll(Map<String, Object> properties, String list, List<String> elements) {
        for (int i = 0; i < elements.size(); i++) {
            properties.put(list + "[" + i + "]", elements.get(i));
        }
    }
}
