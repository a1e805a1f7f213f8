package io.waybill.route;

import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A declared {@link DataSet} as a bean of a route file; its columns are texts. */
public class DataSetBean extends KeyedBean {

    private static final String COLUMNS = DataSetKeys.COLUMNS.property();

    public DataSetBean() {
        super(DataSetKeys.OF_A_BEAN, COLUMNS);
    }

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    DataSet toDataSet() {
        return new DataSet(values(), columns(), null);
    }

    /**
     * What it declares; null where that cannot be read.
     *
     * @param source the data set that the step names
     * @param refusals gets what is wrong
     */
    DataSet declared(String source, List<Refusal> refusals) {
        try {
            DataSet declared = toDataSet();
            declared.refusals().stream()
                    .map(Refusal::asOption)
                    .forEach(refusal -> refusals.add(new Refusal("dataSet." + refusal.key(), refusal.message())));
            if (!String.valueOf(declared.id()).equals(source)) {
                refusals.add(new Refusal(
                        "sourceDatasetId", "is \"" + source + "\", and dataSet declares \"" + declared.id() + "\""));
            }
            return declared;
        } catch (IllegalArgumentException e) {
            refusals.add(new Refusal("dataSet", e.getMessage()));
            return null;
        }
    }

    private List<DeclaredColumn> columns() {
        try {
            return elements().stream().map(DataSetBean::column).toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(COLUMNS + ": " + e.getMessage(), e);
        }
    }

    /** What somebody has looked at, and found to identify nobody. */
    private static final String NO_PII = "no_pii";

    /** Reads {@code name: type pii required}, where each word after the colon may be missing, and no_pii stands for pii = false. */
    private static DeclaredColumn column(String text) {
        int colon = text.lastIndexOf(':');
        String name = colon < 0 ? text.trim() : text.substring(0, colon).trim();
        List<String> words = colon < 0
                ? List.of()
                : Arrays.stream(text.substring(colon + 1).trim().split("\\s+")).toList();
        // all the other words are the type: one that is not understood was to say something, that it is pii for example
        String type = words.stream()
                .filter(word -> !word.equals("pii") && !word.equals(NO_PII) && !word.equals("required"))
                .collect(Collectors.joining(" "));
        return new DeclaredColumn(
                name,
                type.isEmpty() ? null : ColumnType.parse(type),
                words.contains("pii"),
                words.contains("required"),
                words.contains("pii") || words.contains(NO_PII));
    }

    /** The form that {@link #column(String)} reads. */
    private static String text(DeclaredColumn column) {
        return column.name() + ":" + (column.type() == null ? "" : " " + column.type())
                + (column.pii() ? " pii" : column.looked() ? " " + NO_PII : "")
                + (column.required() ? " required" : "");
    }

    /** The bean's properties for a data set. */
    static Map<String, Object> properties(DataSet dataSet) {
        Map<String, Object> properties = dataSet.values().properties(DataSetKeys.OF_A_BEAN);
        putAll(
                properties,
                COLUMNS,
                dataSet.columns().stream().map(DataSetBean::text).toList());
        return properties;
    }
}
