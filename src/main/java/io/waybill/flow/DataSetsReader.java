package io.waybill.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Reads {@code datasets.toml}: a list of {@code [[dataset]]}. */
public final class DataSetsReader {

    /** The file's name, in the folder of the flows. */
    public static final String FILE_NAME = "datasets.toml";

    private final UnaryOperator<String> placeholders;

    /** @param placeholders as for {@link FlowReader} */
    public DataSetsReader(UnaryOperator<String> placeholders) {
        this.placeholders = placeholders;
    }

    /**
     * What reading came to.
     *
     * @param dataSets those declared, by their ids
     * @param problems what is wrong
     */
    public record Reading(Map<String, DataSet> dataSets, List<Problem> problems) {

        /** @throws InvalidFlowException when there are problems */
        public Map<String, DataSet> orThrow() {
            if (!problems.isEmpty()) {
                throw new InvalidFlowException(problems);
            }
            return dataSets;
        }
    }

    public Reading read(String file, String text) {
        List<Problem> problems = new ArrayList<>();
        Map<String, DataSet> dataSets = new LinkedHashMap<>();
        TomlSection root = TomlFile.parse(file, text, problems, placeholders);
        if (root != null) {
            for (TomlSection section : root.sections("dataset")) {
                DataSet dataSet = readOne(section);
                if (dataSet.id() != null && dataSets.putIfAbsent(dataSet.id(), dataSet) != null) {
                    section.problem("id", "\"" + dataSet.id() + "\" is declared twice");
                }
            }
            root.refuseUnknownKeys();
        }
        return new Reading(dataSets, problems);
    }

    private static DataSet readOne(TomlSection section) {
        String id = section.requiredText("id");
        String table = section.text("table");
        String query = section.text("query");
        section.text("description");
        DataSetKind kind = section.choice("kind", DataSetKind.class, null);
        List<String> primaryKey = section.texts("primary_key");
        String watermark = section.text("watermark");
        Duration lag = RunRulesReader.readSpan(section, "watermark_lag", null);
        List<DataSet.DeclaredColumn> columns = new ArrayList<>();
        for (TomlSection column : section.sections("columns")) {
            columns.add(new DataSet.DeclaredColumn(
                    column.requiredText("name"),
                    FeedReader.checkType(column),
                    column.flag("pii", false),
                    column.flag("required", false)));
            column.refuseUnknownKeys();
        }
        DataSet.Limits limits = readLimits(section.section("limits", section.path("limits.")));
        DataSet dataSet = new DataSet(
                id,
                section.text("datasource"),
                table,
                query,
                kind,
                primaryKey,
                watermark,
                lag,
                columns,
                limits,
                section.place("id"));
        DataSetRules.check(dataSet).forEach(section::problem);
        section.refuseUnknownKeys();
        return dataSet;
    }

    private static DataSet.Limits readLimits(TomlSection limits) {
        if (limits == null) {
            return DataSet.Limits.NONE;
        }
        Long rows = limits.number("max_rows", 1);
        Long bytes = limits.number("max_bytes", 1);
        limits.refuseUnknownKeys();
        return new DataSet.Limits(rows == null ? 0 : rows, bytes == null ? 0 : bytes);
    }
}
