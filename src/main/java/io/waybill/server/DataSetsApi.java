package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.facts.FactsJson;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.Filter;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.query.Catalog;
import io.waybill.query.DayLimit;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.MarkedDataSets;
import io.waybill.rows.DataSources;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Data sets: those that are declared, and those that flows read. */
final class DataSetsApi {

    private final Desk desk;

    DataSetsApi(Desk desk) {
        this.desk = desk;
    }

    List<Operation> operations() {
        return List.of(
                Operation.of(
                        "listDataSets",
                        "GET",
                        "/v2/datasets",
                        Role.VIEW,
                        "The data sets that are declared, or that flows read.",
                        this::list),
                Operation.of(
                        "getDataSet",
                        "GET",
                        "/v2/datasets/{id}",
                        Role.VIEW,
                        "A data set, with its columns.",
                        this::get));
    }

    private Answer list(Call call) {
        TreeMap<String, DataSet> seen = new TreeMap<>();
        desk.files().all().dataSets().forEach((id, dataSet) -> {
            if (may(call.caller(), id)) {
                seen.put(id, dataSet);
            }
        });
        for (Flow flow : desk.files().all().flows().values()) {
            String id = flow.sourceDataset();
            if (id != null && !flow.isOfManyTables() && may(call.caller(), id)) {
                seen.computeIfAbsent(id, this::undeclared);
            }
        }
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        ArrayNode listed = json.putArray("datasets");
        seen.forEach((id, dataSet) -> listed.addObject()
                .put("id", id)
                .put("declared", dataSet.place() != null)
                .put("datasource", datasource(dataSet).orElse(null))
                .set("flows", FactsJson.MAPPER.valueToTree(flowsOf(call.caller(), id))));
        return Answer.json(200, json);
    }

    /** Somebody may see a data set who may see it itself, or a flow that reads it. */
    boolean may(Caller caller, String id) {
        return caller.may(Role.VIEW, Target.ofDataSet(id))
                || !flowsOf(caller, id).isEmpty();
    }

    private List<String> flowsOf(Caller caller, String dataSet) {
        return desk.files().all().flows().values().stream()
                .filter(flow -> !flow.isOfManyTables()
                        && dataSet.equals(flow.sourceDataset())
                        && caller.may(Role.VIEW, Target.of(flow)))
                .map(Flow::id)
                .toList();
    }

    /** A table that nobody has declared, where the flows say it is that read it. */
    private DataSet undeclared(String id) {
        String datasource = desk.files().all().flows().values().stream()
                .filter(flow -> id.equals(flow.sourceDataset()))
                .map(flow -> flow.feed() == null
                        ? flow.export().get(ExportKeys.DATASOURCE)
                        : flow.feed().get(FeedKeys.DATASOURCE))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return DataSet.undeclared(id, datasource);
    }

    /** Empty where nobody says which, and there are several. */
    private Optional<String> datasource(DataSet dataSet) {
        try {
            return Optional.of(FlowRoutesLoader.datasource(desk.context(), null, dataSet));
        } catch (WaybillException e) {
            return Optional.empty();
        }
    }

    /** A data set as its database has it. */
    record Found(DataSet dataSet, String datasource, Source source) {

        /**
         * What rows meet that are of a day or later.
         *
         * @param day that day; null for any
         * @throws Refused where the data set does not tell of which day a row is
         */
        List<Filter> from(LocalDate day) {
            try {
                return day == null
                        ? List.of()
                        : List.of(DayLimit.of(source, dataSet).from(day));
            } catch (WaybillException e) {
                throw Refused.forbidden("rows from " + day + " on, by the grant: " + e.getMessage());
            }
        }
    }

    /** The id of that of a call, for those who may see it. */
    String known(Call call) {
        String id = call.variable("id");
        boolean known = desk.files().all().dataSets().containsKey(id)
                || desk.files().all().flows().values().stream()
                        .anyMatch(flow -> !flow.isOfManyTables() && id.equals(flow.sourceDataset()));
        if (!known || !may(call.caller(), id)) {
            throw Refused.notFound("there is no data set \"" + id + "\"");
        }
        return id;
    }

    /** That of a call, for those who may see it. */
    Found find(Call call) {
        String id = known(call);
        DataSet declared = desk.files().all().dataSets().get(id);
        DataSet dataSet = declared == null ? undeclared(id) : declared;
        String datasource = datasource(dataSet)
                .orElseThrow(
                        () -> Refused.of(
                                409,
                                "data set \"" + id
                                        + "\": nobody says in which data source it is; declare it in datasets.toml, or set waybill.default-datasource"));
        dataSet = MarkedDataSets.of(desk.context()).beside(dataSet, datasource);
        Source source;
        try (Connection connection =
                DataSources.find(desk.context(), datasource).getConnection()) {
            source = new Catalog(connection, datasource).find(dataSet, "public");
        } catch (SQLException e) {
            throw Refused.of(503, "data source \"" + datasource + "\" cannot be asked now");
        } catch (WaybillException e) {
            throw Refused.of(e.retryable() ? 503 : 409, desk.told(e.getMessage(), call.caller()));
        }
        return new Found(dataSet, datasource, source);
    }

    private Answer get(Call call) {
        Found found = find(call);
        Source source = found.source();
        ObjectNode json = FactsJson.MAPPER
                .createObjectNode()
                .put("id", source.id())
                .put("declared", found.dataSet().place() != null)
                .put("datasource", found.datasource())
                .put("kind", Form.lower(source.kind()))
                .put("watermark", found.dataSet().get(DataSetKeys.WATERMARK))
                .put("time", found.dataSet().timeColumn());
        ArrayNode columns = json.putArray("columns");
        source.columns()
                .forEach(column -> columns.addObject()
                        .put("name", column.name())
                        .put("type", column.type().toString())
                        .put("pii", column.pii()));
        return Answer.json(200, json);
    }
}
