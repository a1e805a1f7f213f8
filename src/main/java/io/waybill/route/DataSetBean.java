package io.waybill.route;

import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.Form;
import io.waybill.flow.NameList;
import io.waybill.flow.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A declared {@link DataSet} as a bean of a route file. */
public class DataSetBean {

    private String id;
    private String datasource;
    private String table;
    private String query;
    private String kind;
    private String primaryKey;
    private String watermark;
    private String watermarkLag;
    private List<String> columns = new ArrayList<>();
    private long maxRows;
    private long maxBytes;

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    DataSet toDataSet() {
        return new DataSet(
                id,
                datasource,
                table,
                query,
                kind == null ? null : named("kind", () -> new Form.Choice<>(DataSetKind.class).parse(kind)),
                NameList.split(primaryKey),
                watermark,
                watermarkLag == null ? null : named("watermarkLag", () -> Span.exact(watermarkLag)),
                named("columns", () -> columns.stream().map(DataSetBean::column).toList()),
                new DataSet.Limits(maxRows, maxBytes),
                null);
    }

    private static <T> T named(String property, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + ": " + e.getMessage(), e);
        }
    }

    /** Reads {@code name: type pii required}, where each word after the colon may be missing. */
    private static DataSet.DeclaredColumn column(String text) {
        int colon = text.lastIndexOf(':');
        String name = colon < 0 ? text.trim() : text.substring(0, colon).trim();
        List<String> words = colon < 0
                ? List.of()
                : Arrays.stream(text.substring(colon + 1).trim().split("\\s+")).toList();
        // all the other words are the type: one that is not understood was to say something, that it is pii for example
        String type = words.stream()
                .filter(word -> !word.equals("pii") && !word.equals("required"))
                .collect(Collectors.joining(" "));
        return new DataSet.DeclaredColumn(
                name,
                type.isEmpty() ? null : ColumnType.parse(type),
                words.contains("pii"),
                words.contains("required"));
    }

    /** The bean's properties for a data set. */
    static Map<String, Object> properties(DataSet dataSet) {
        Map<String, Object> properties = new LinkedHashMap<>();
        put(properties, "id", dataSet.id());
        put(properties, "datasource", dataSet.datasource());
        put(properties, "table", dataSet.table());
        put(properties, "query", dataSet.query());
        put(
                properties,
                "kind",
                dataSet.kind() == null ? null : dataSet.kind().name().toLowerCase(Locale.ROOT));
        put(properties, "primaryKey", dataSet.primaryKey().isEmpty() ? null : NameList.join(dataSet.primaryKey()));
        put(properties, "watermark", dataSet.watermark());
        put(properties, "watermarkLag", dataSet.watermarkLag() == null ? null : Span.text(dataSet.watermarkLag()));
        put(properties, "maxRows", unlessZero(dataSet.limits().maxRows()));
        put(properties, "maxBytes", unlessZero(dataSet.limits().maxBytes()));
        for (int i = 0; i < dataSet.columns().size(); i++) {
            DataSet.DeclaredColumn column = dataSet.columns().get(i);
            properties.put(
                    "columns[" + i + "]",
                    column.name() + ":" + (column.type() == null ? "" : " " + column.type())
                            + (column.pii() ? " pii" : "") + (column.required() ? " required" : ""));
        }
        return properties;
    }

    private static String unlessZero(long limit) {
        return limit == 0 ? null : Long.toString(limit);
    }

    private static void put(Map<String, Object> properties, String key, String value) {
        if (value != null) {
            properties.put(key, value);
        }
    }

    public String getId() {
        return id;
    }

    public void setId(String id) {
        this.id = id;
    }

    public String getDatasource() {
        return datasource;
    }

    public void setDatasource(String datasource) {
        this.datasource = datasource;
    }

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public String getQuery() {
        return query;
    }

    public void setQuery(String query) {
        this.query = query;
    }

    public String getKind() {
        return kind;
    }

    public void setKind(String kind) {
        this.kind = kind;
    }

    public String getPrimaryKey() {
        return primaryKey;
    }

    public void setPrimaryKey(String primaryKey) {
        this.primaryKey = primaryKey;
    }

    public String getWatermark() {
        return watermark;
    }

    public void setWatermark(String watermark) {
        this.watermark = watermark;
    }

    public String getWatermarkLag() {
        return watermarkLag;
    }

    public void setWatermarkLag(String watermarkLag) {
        this.watermarkLag = watermarkLag;
    }

    public List<String> getColumns() {
        return columns;
    }

    public void setColumns(List<String> columns) {
        this.columns = columns;
    }

    public long getMaxRows() {
        return maxRows;
    }

    public void setMaxRows(long maxRows) {
        this.maxRows = maxRows;
    }

    public long getMaxBytes() {
        return maxBytes;
    }

    public void setMaxBytes(long maxBytes) {
        this.maxBytes = maxBytes;
    }
}
