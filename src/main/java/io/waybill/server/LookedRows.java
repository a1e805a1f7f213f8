package io.waybill.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.waybill.facts.FactsJson;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.run.FirstRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be seen.
 *
 * @param flow whose rows they are; null for those of no flow
 * @param most so many rows
 * @param rows null where nothing is left to be seen
 */
record LookedRows(String id, String flow, int most, FirstRows rows, List<String> hidden) {

    /** @param more whether there are more rows than these */
    ObjectNode answer(List<JsonNode> read, boolean more) {
        ObjectNode json = FactsJson.MAPPER.createObjectNode().put("id", id).put("flow", flow);
        ArrayNode described = json.putArray("columns");
        List<SelectedColumn> columns = rows == null ? List.of() : rows.query().columns();
        columns.forEach(column -> {
            ObjectNode one = described
                    .addObject()
                    .put("name", column.label())
                    .put("type", column.written().type().toString())
                    .put("pii", column.source().pii());
            if (column.transform() != null) {
                one.put("leaves", column.transform().words());
            }
        });
        json.set("hidden", FactsJson.MAPPER.valueToTree(hidden));
        Set<String> cut = new TreeSet<>();
        read.forEach(row -> cut.addAll(cut((ObjectNode) row)));
        json.putArray("rows").addAll(read);
        json.set("cut", FactsJson.MAPPER.valueToTree(cut));
        return json.put("more", more);
    }

    /** Cuts the long texts of a row; answers whose they are. */
    private static List<String> cut(ObjectNode row) {
        List<String> cut = new ArrayList<>();
        for (Map.Entry<String, JsonNode> value : row.properties()) {
            String text = value.getValue().isTextual() ? value.getValue().textValue() : "";
            if (text.length() > PreviewApi.MOST_CHARACTERS) {
                int end = Character.isHighSurrogate(text.charAt(PreviewApi.MOST_CHARACTERS - 1))
                        ? PreviewApi.MOST_CHARACTERS - 1
                        : PreviewApi.MOST_CHARACTERS;
                value.setValue(TextNode.valueOf(text.substring(0, end)));
                cut.add(value.getKey());
            }
        }
        return cut;
    }
}
