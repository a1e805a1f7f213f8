package io.waybill.adopt;

import io.waybill.flow.toml.TomlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A flow that is being made of what another tool says, key by key. */
final class ForeignFlow {

    private final String id;
    private final List<String> comments = new ArrayList<>();
    private final Map<String, Object> flow = new LinkedHashMap<>();
    private final Map<String, Object> export = new LinkedHashMap<>();
    private final Map<String, Object> exporter = new LinkedHashMap<>();
    private final Map<String, Object> dataSet = new LinkedHashMap<>();
    private final List<String> schedules = new ArrayList<>();

    ForeignFlow(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** @param value null for what is not said */
    ForeignFlow flow(String key, Object value) {
        return put(flow, key, value);
    }

    ForeignFlow export(String key, Object value) {
        return put(export, key, value);
    }

    /** An option of the format. */
    ForeignFlow exporter(String key, Object value) {
        return put(exporter, key, value);
    }

    /** What is declared of the data set: a table that needs none has none. */
    ForeignFlow dataSet(String key, Object value) {
        return put(dataSet, key, value);
    }

    ForeignFlow schedule(String cron) {
        schedules.add(cron);
        return this;
    }

    ForeignFlow comment(String comment) {
        comments.add(comment.replaceAll("\\p{Cntrl}+", " ")); // a line of somebody else's is none of the flow's
        return this;
    }

    private ForeignFlow put(Map<String, Object> into, String key, Object value) {
        if (value != null && !value.equals("") && !value.equals(List.of())) {
            into.put(key, value);
        }
        return this;
    }

    boolean declaresDataSet() {
        return !dataSet.isEmpty();
    }

    /** The flow's file. */
    String text() {
        StringBuilder text = new StringBuilder();
        comments.forEach(comment -> text.append("# ").append(comment).append('\n'));
        text.append("id = ").append(TomlText.written(id)).append('\n');
        lines(flow, text);
        text.append("\n[properties.export]\n");
        lines(export, text);
        if (!exporter.isEmpty()) {
            text.append("exporter_config = ").append(TomlText.written(exporter)).append('\n');
        }
        for (int i = 0; i < schedules.size(); i++) {
            text.append("\n[[triggers]]\nid = ")
                    .append(TomlText.written(schedules.size() == 1 ? "schedule" : "schedule_" + (i + 1)))
                    .append("\ntype = \"schedule\"\nschedule = ")
                    .append(TomlText.written(schedules.get(i)))
                    .append('\n');
        }
        return text.toString();
    }

    /** The data set's table in {@code datasets.toml}. */
    String dataSetText() {
        StringBuilder text = new StringBuilder("[[dataset]]\n");
        lines(dataSet, text);
        return text.toString();
    }

    private static void lines(Map<String, Object> values, StringBuilder text) {
        values.forEach((key, value) ->
                text.append(key).append(" = ").append(TomlText.written(value)).append('\n'));
    }
}
