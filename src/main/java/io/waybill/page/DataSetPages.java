package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Refused;
import io.waybill.server.Role;
import io.waybill.server.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Data sets: those that there are, and each one's columns. */
final class DataSetPages {

    private final Inside inside;
    private final Paper paper;

    DataSetPages(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    List<Operation> operations() {
        return List.of(
                Operation.page("dataSetsPage", "/datasets", Role.VIEW, "Data sets, for people.", this::list),
                Operation.page("dataSetPage", "/datasets/{id}", Role.VIEW, "A data set, for people.", this::show),
                Operation.page(
                                "previewPage",
                                "/datasets/{id}/preview",
                                Role.DOWNLOAD,
                                "The first rows of a data set, for people.",
                                this::preview)
                        .query("flow", "as which flow has them leave"));
    }

    private Answer list(Call call) throws Exception {
        JsonNode listed = inside.ask(call, "listDataSets").json().get("datasets");
        return paper.page(
                call,
                "datasets",
                Place.DATA_SETS,
                "Data sets",
                Map.of("datasets", listed, "mayCreate", call.caller().maySomewhere(Role.CREATE)));
    }

    private Answer show(Call call) throws Exception {
        JsonNode dataSet =
                inside.ask(call, "getDataSet").of("id", call.variable("id")).json();
        String id = dataSet.get("id").asText();
        return paper.page(
                call,
                "dataset",
                Place.DATA_SETS,
                id,
                Map.of(
                        "dataset",
                        dataSet,
                        "mayPreview",
                        call.caller().may(Role.DOWNLOAD, Target.ofDataSet(id)),
                        "mayCreate",
                        call.caller().maySomewhere(Role.CREATE),
                        "isMarked",
                        StreamSupport.stream(dataSet.path("columns").spliterator(), false)
                                .anyMatch(column -> column.path("pii").asBoolean())));
    }

    private Answer preview(Call call) throws Exception {
        String id = call.variable("id");
        String flow = call.parameter("flow").filter(name -> !name.isEmpty()).orElse(null);
        List<String> flows = exporting(call, id);
        Map<String, Object> shown = new HashMap<>();
        shown.put("id", id);
        shown.put("flow", flow);
        shown.put("flows", flows);
        shown.put("preview", null);
        shown.put("problem", null);
        int status = 200;
        try {
            Inside.Asked asked = inside.ask(call, "previewDataSet").of("id", id);
            shown.put("preview", (flow == null ? asked : asked.query("flow", flow)).json());
        } catch (Refused e) {
            if (flows.isEmpty()) {
                throw e;
            }
            status = e.status();
            shown.put("problem", e.getMessage());
        }
        return paper.page(call, status, "preview", Place.DATA_SETS, "First rows of " + id, shown);
    }

    /** The flows that somebody may see and that export a data set: the rows can be shown as one of them has them. */
    private List<String> exporting(Call call, String dataSet) throws Exception {
        return StreamSupport.stream(
                        inside.ask(call, "listDataSets").json().get("datasets").spliterator(), false)
                .filter(each -> each.get("id").asText().equals(dataSet))
                .flatMap(each -> StreamSupport.stream(each.get("flows").spliterator(), false))
                .map(JsonNode::asText)
                .filter(name -> inside.flow(call, name)
                        .filter(found -> found.export() != null)
                        .isPresent())
                .toList();
    }
}
