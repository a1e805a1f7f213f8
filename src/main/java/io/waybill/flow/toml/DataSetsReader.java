package io.waybill.flow.toml;

import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Problem;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Reads {@code datasets.toml}: a list of {@code [[dataset]]}.
 *
 * @param placeholders as for {@link FlowReader}
 */
public record DataSetsReader(UnaryOperator<String> placeholders) {

    /** The file's name, in the folder of the flows. */
    public static final String FILE_NAME = "datasets.toml";

    public Reading<Map<String, DataSet>> read(String file, String text) {
        List<Problem> problems = new ArrayList<>();
        Map<String, DataSet> dataSets = new LinkedHashMap<>();
        TomlSection root = TomlSection.parse(file, text, problems, placeholders);
        if (root != null) {
            for (TomlSection section : root.sections("dataset")) {
                DataSet dataSet = readOne(section);
                if (dataSet.id() != null && dataSets.putIfAbsent(dataSet.id(), dataSet) != null) {
                    section.problem(DataSetKeys.ID, "\"" + dataSet.id() + "\" is declared twice");
                }
            }
            root.refuseUnknownKeys();
        }
        return new Reading<>(dataSets, problems);
    }

    private static DataSet readOne(TomlSection section) {
        Values values = section.values(DataSetKeys.ALL);
        List<DataSet.DeclaredColumn> columns = new ArrayList<>();
        for (TomlSection column : section.sections(DataSetKeys.COLUMNS)) {
            Values declared = column.all(DataSetKeys.OF_A_COLUMN);
            columns.add(new DataSet.DeclaredColumn(
                    declared.get(DataSetKeys.COLUMN_NAME),
                    declared.get(DataSetKeys.COLUMN_TYPE),
                    declared.get(DataSetKeys.COLUMN_PII),
                    declared.get(DataSetKeys.COLUMN_REQUIRED),
                    column.has(DataSetKeys.COLUMN_PII)));
        }
        DataSet dataSet = new DataSet(values, columns, section.place("id"));
        dataSet.refusals().forEach(section::problem);
        section.refuseUnknownKeys();
        return dataSet;
    }
}
