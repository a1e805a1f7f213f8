package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The tables and views that somebody may make an export of, to be chosen from, and the one that is chosen.
 *
 * @param search a part of their names; empty for all
 * @param found those that there are; null where they cannot be told
 * @param problem why not; null where they can
 * @param chosen the columns of the one that is chosen; null for none, or where they cannot be told
 * @param chosenProblem why not; null where they can
 */
record TablePicker(String search, JsonNode found, String problem, JsonNode chosen, String chosenProblem) {

    private static final String SHOWN = "20";

    /**
     * For a call.
     *
     * @param dataSet the one that is chosen; empty for none
     * @param datasource where it is; empty where that goes without saying
     */
    static TablePicker of(Inside inside, Call call, String search, String dataSet, String datasource) throws Exception {
        JsonNode found = null;
        String problem = null;
        try {
            Inside.Asked tables =
                    inside.ask(call, "listTables").query("search", search).query("limit", SHOWN);
            found = (datasource.isEmpty() ? tables : tables.query("datasource", datasource)).json();
        } catch (Refused e) {
            problem = e.getMessage();
        }
        JsonNode chosen = null;
        String chosenProblem = null;
        if (!dataSet.isEmpty()) {
            try {
                Inside.Asked table = inside.ask(call, "getTable").of("id", dataSet);
                chosen = (datasource.isEmpty() ? table : table.query("datasource", datasource)).json();
            } catch (Refused e) {
                chosenProblem = e.getMessage().replaceFirst("^source_dataset_id: ", "Data set: ");
            }
        }
        return new TablePicker(search, found, problem, chosen, chosenProblem);
    }

    /** Where one of them is chosen. */
    String path(JsonNode table, String datasource) {
        Stream<Map.Entry<String, String>> parameters = Stream.of(
                Map.entry("dataset", table.path("id").asText()),
                Map.entry("datasource", datasource),
                Map.entry("search", search));
        List<String> written = parameters
                .filter(each -> !each.getValue().isEmpty())
                .map(each -> each.getKey() + "=" + Words.inPath(each.getValue()))
                .toList();
        return "/new?" + String.join("&", written) + "#begin";
    }

    /** What the one that is chosen is, and its name in the database where it is called otherwise. */
    String where() {
        String location = chosen.path("location").asText();
        String id = chosen.path("id").asText();
        return location.endsWith(" " + id) ? location.substring(0, location.length() - id.length() - 1) : location;
    }

    /** Whether that is the one that is chosen. */
    boolean isChosen(JsonNode table) {
        return Optional.ofNullable(chosen)
                .filter(one -> one.path("id").equals(table.path("id")))
                .isPresent();
    }
}
