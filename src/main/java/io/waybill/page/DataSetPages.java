package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Role;
import java.util.List;
import java.util.Map;

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
                Operation.page("dataSetPage", "/datasets/{id}", Role.VIEW, "A data set, for people.", this::show));
    }

    private Answer list(Call call) throws Exception {
        JsonNode listed = inside.ask(call, "listDataSets").json().get("datasets");
        return paper.page(call, "datasets", Place.DATA_SETS, "Data sets", Map.of("datasets", listed));
    }

    private Answer show(Call call) throws Exception {
        JsonNode dataSet =
                inside.ask(call, "getDataSet").of("id", call.variable("id")).json();
        return paper.page(
                call,
                "dataset",
                Place.DATA_SETS,
                dataSet.get("id").asText(),
                Map.of("dataset", dataSet, "mayCreate", call.caller().maySomewhere(Role.CREATE)));
    }
}
