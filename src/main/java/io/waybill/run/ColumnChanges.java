package io.waybill.run;

import io.waybill.facts.ColumnFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What has changed between the columns of two runs, in words. */
public final class ColumnChanges {

    private ColumnChanges() {}

    /** Empty where nothing has. */
    public static String between(List<ColumnFacts> before, List<ColumnFacts> now) {
        Map<String, String> old = types(before);
        Map<String, String> current = types(now);
        List<String> changes = new ArrayList<>();
        for (ColumnFacts column : now) {
            String type = old.get(column.name());
            if (type == null) {
                changes.add("added " + column.name() + " " + column.type());
            } else if (!type.equals(column.type())) {
                changes.add("changed " + column.name() + " from " + type + " to " + column.type());
            }
        }
        for (ColumnFacts column : before) {
            if (!current.containsKey(column.name())) {
                changes.add("removed " + column.name());
            }
        }
        if (changes.isEmpty() && !List.copyOf(old.keySet()).equals(List.copyOf(current.keySet()))) {
            changes.add("another order: " + String.join(", ", current.keySet()));
        }
        return String.join("; ", changes);
    }

    private static Map<String, String> types(List<ColumnFacts> columns) {
        Map<String, String> types = new LinkedHashMap<>();
        columns.forEach(column -> types.put(column.name(), column.type()));
        return types;
    }
}
