package io.waybill.route;

import io.waybill.flow.Filter;
import io.waybill.flow.FilterOperator;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link Filter} as a bean of a route file: its values are texts, and one type says what all of them are. */
public class FilterBean {

    private String column;
    private String op;
    private String type = "text";
    private List<String> values = new ArrayList<>();

    Filter toFilter() {
        return new Filter(column, operator(), values.stream().map(this::typed).toList());
    }

    private FilterOperator operator() {
        return FilterOperator.times().stream()
                .filter(time -> time.symbol().equals(op))
                .findFirst()
                .orElseGet(() -> FilterOperator.parse(op));
    }

    private Object typed(String value) {
        return switch (type) {
            case "number" ->
                value.indexOf('.') < 0 && value.indexOf('e') < 0 && value.indexOf('E') < 0
                        ? (Object) Long.valueOf(value)
                        : new BigDecimal(value);
            case "boolean" -> Boolean.valueOf(value);
            case "date" -> LocalDate.parse(value);
            case "time" -> LocalTime.parse(value);
            case "timestamp" -> LocalDateTime.parse(value);
            case "timestamptz" -> OffsetDateTime.parse(value);
            case "text" -> value;
            default ->
                throw new IllegalArgumentException(
                        "\"" + type
                                + "\" is not a type of values; allowed: text, number, boolean, date, time, timestamp, timestamptz");
        };
    }

    /** The bean's properties for a filter. */
    static Map<String, Object> properties(Filter filter) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("column", filter.column());
        properties.put("op", filter.operator().symbol());
        List<Object> values = filter.values();
        if (!values.isEmpty() && !(values.get(0) instanceof String)) {
            properties.put("type", typeOf(values.get(0)));
        }
        for (int i = 0; i < values.size(); i++) {
            properties.put("values[" + i + "]", values.get(i).toString());
        }
        return properties;
    }

    private static String typeOf(Object value) {
        if (value instanceof Number) {
            return "number";
        }
        if (value instanceof Boolean) {
            return "boolean";
        }
        if (value instanceof LocalDate) {
            return "date";
        }
        if (value instanceof LocalTime) {
            return "time";
        }
        return value instanceof LocalDateTime ? "timestamp" : "timestamptz";
    }

    public String getColumn() {
        return column;
    }

    public void setColumn(String column) {
        this.column = column;
    }

    public String getOp() {
        return op;
    }

    /** How the column is compared: an operator of {@code filters}, or last, previous, on, hours. */
    public void setOp(String op) {
        this.op = op;
    }

    public String getType() {
        return type;
    }

    /** What the values are: text, number, boolean, date, time, timestamp or timestamptz. */
    public void setType(String type) {
        this.type = type;
    }

    public List<String> getValues() {
        return values;
    }

    public void setValues(List<String> values) {
        this.values = values;
    }
}
