package io.waybill.route;

import io.waybill.flow.Filter;
import io.waybill.flow.FilterOperator;
import io.waybill.flow.NearestName;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link Filter} as a bean of a route file: its values are texts, and one type says what all of them are. */
public class FilterBean {

    private static final List<String> TYPES =
            List.of("text", "number", "boolean", "date", "time", "timestamp", "timestamptz");

    private String column;
    private String op;
    private String type = "text";
    private List<String> values = new ArrayList<>();

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    Filter toFilter() {
        if (column == null || column.isBlank()) {
            throw new IllegalArgumentException("column of a filter bean is missing");
        }
        if (op == null) {
            throw new IllegalArgumentException(
                    "op of a filter bean is missing; allowed: " + String.join(", ", symbols()));
        }
        return new Filter(column, operator(), values.stream().map(this::typed).toList());
    }

    private static List<String> symbols() {
        return Arrays.stream(FilterOperator.values())
                .map(FilterOperator::symbol)
                .toList();
    }

    private FilterOperator operator() {
        return Arrays.stream(FilterOperator.values())
                .filter(operator -> operator.symbol().equals(op))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + op + "\" is not an operator; allowed: "
                        + String.join(", ", symbols()) + NearestName.hint(op, symbols())));
    }

    private Object typed(String value) {
        try {
            return switch (type) {
                case "number" ->
                    value.indexOf('.') < 0 && value.indexOf('e') < 0 && value.indexOf('E') < 0
                            ? (Object) Long.valueOf(value)
                            : new BigDecimal(value);
                case "boolean" -> truth(value);
                case "date" -> LocalDate.parse(value);
                case "time" -> LocalTime.parse(value);
                case "timestamp" -> LocalDateTime.parse(value);
                case "timestamptz" -> OffsetDateTime.parse(value);
                case "text" -> value;
                default -> throw unknownType();
            };
        } catch (NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException("\"" + value + "\" is not a value of type " + type, e);
        }
    }

    private static Boolean truth(String value) {
        if (value.equals("true") || value.equals("false")) {
            return Boolean.valueOf(value);
        }
        throw new IllegalArgumentException("\"" + value + "\" is not true or false");
    }

    private IllegalArgumentException unknownType() {
        return new IllegalArgumentException("\"" + type + "\" is not a type of values; allowed: "
                + String.join(", ", TYPES) + NearestName.hint(type, TYPES));
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
