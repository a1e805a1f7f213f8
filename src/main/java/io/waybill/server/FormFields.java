package io.waybill.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a form, as a browser has sent them.
 *
 * @param values by their names, in their order; one that may be chosen several times has several
 */
public record FormFields(Map<String, List<String>> values) {

    /** What a form's type becomes inside, so that nobody but this reads it. */
    static final String KEPT = "application/x-form-kept";

    static FormFields read(String body) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (body.isEmpty()) {
            return new FormFields(values);
        }
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = Percent.decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : Percent.decode(pair.substring(equals + 1), true);
            values.computeIfAbsent(name, each -> new ArrayList<>()).add(value);
        }
        return new FormFields(values);
    }

    /** The value of a field, without blanks around it; empty where there is none, or nothing was written there. */
    public Optional<String> text(String name) {
        return first(name).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** The value of a field as it was written; empty where there is none. */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** All values of a field. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Whether a box is ticked. */
    public boolean isTicked(String name) {
        return !all(name).isEmpty();
    }

    /** Shows no value: one may be a token. */
    @Override
    public String toString() {
        return "FormFields" + values.keySet();
    }
}
