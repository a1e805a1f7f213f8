package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.flow.toml.TomlPath;
import io.waybill.flow.toml.TomlText;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Refused;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The columns that the form of a flow offers: those of its data set, as who looks may see them. */
record FormColumns(Inside inside) {

    private static final TomlPath EXPORT = TomlPath.of("properties", "export");

    /**
     * A column.
     *
     * @param mark what is to be known of it; empty for nothing
     */
    record DataColumn(String name, String type, String mark) {

        private static DataColumn of(JsonNode column) {
            return new DataColumn(
                    column.path("name").asText(),
                    column.path("type").asText(),
                    column.path("pii").asBoolean() ? "personal data" : "");
        }
    }

    /** @param plan that of the draft; null where there is none */
    List<DataColumn> of(Call call, Draft draft, JsonNode plan) throws Exception {
        Optional<TomlText> text = text(draft.text());
        Optional<String> dataSet = text.flatMap(toml -> toml.value(EXPORT.then("source_dataset_id")))
                .filter(String.class::isInstance)
                .map(String.class::cast);
        if (dataSet.isEmpty()) {
            return List.of();
        }
        try {
            return columns(
                    inside.ask(call, "getDataSet").of("id", dataSet.get()).json());
        } catch (Refused refused) {
            // no flow reads it yet, and nobody has declared it
            return plan == null ? List.of() : planned(call, draft, text.get(), plan);
        }
    }

    private static Optional<TomlText> text(String text) {
        try {
            return Optional.of(TomlText.of(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<DataColumn> columns(JsonNode of) {
        return StreamSupport.stream(of.path("columns").spliterator(), false)
                .map(DataColumn::of)
                .toList();
    }

    /** Those of a plan, of one without any choice of columns where the draft has made one. */
    private List<DataColumn> planned(Call call, Draft draft, TomlText text, JsonNode plan) throws Exception {
        TomlText all = text.without(EXPORT.then("columns")).without(EXPORT.then("exclude_columns"));
        if (all.text().equals(text.text())) {
            return columns(plan);
        }
        try {
            return columns(inside.ask(call, "planText")
                    .query("id", draft.id())
                    .body(all.text(), "application/toml")
                    .json());
        } catch (Refused refused) {
            return columns(plan);
        }
    }
}
