package io.waybill.flow.toml;

import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.DataSetRules;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.Problem;
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
                    section.problem(DataSetKeys.ID, "\"" + dataSet.id() + "\" is declared twice");
                }
            }
            root.refuseUnknownKeys();
        }
        return new Reading(dataSets, problems);
    }

    private static DataSet readOne(TomlSection section) {
        String id = section.get(DataSetKeys.ID);
        String table = section.get(DataSetKeys.TABLE);
        String query = section.get(DataSetKeys.QUERY);
        section.get(DataSetKeys.DESCRIPTION);
        DataSetKind kind = section.get(DataSetKeys.KIND);
        List<String> primaryKey = section.get(DataSetKeys.PRIMARY_KEY);
        String watermark = section.get(DataSetKeys.WATERMARK);
        Duration lag = section.get(DataSetKeys.WATERMARK_LAG);
        List<DataSet.DeclaredColumn> columns = new ArrayList<>();
        for (TomlSection column : section.sections(DataSetKeys.COLUMNS)) {
            columns.add(new DataSet.DeclaredColumn(
                    column.get(DataSetKeys.COLUMN_NAME),
                    FeedReader.checkType(column),
                    column.get(DataSetKeys.COLUMN_PII),
                    column.get(DataSetKeys.COLUMN_REQUIRED)));
            column.refuseUnknownKeys();
        }
        DataSet.Limits limits = readLimits(section.section(DataSetKeys.LIMITS));
        DataSet dataSet = new DataSet(
                id,
                section.get(DataSetKeys.DATASOURCE),
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
        DataSet.Limits read = new DataSet.Limits(limits.get(DataSetKeys.MAX_ROWS), limits.get(DataSetKeys.MAX_BYTES));
        limits.refuseUnknownKeys();
        return read;
    }
}
