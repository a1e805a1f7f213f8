package io.waybill.route;

import io.waybill.flow.Filter;
import io.waybill.flow.FilterKeys;
import io.waybill.flow.FilterOperator;
import io.waybill.flow.Form;
import io.waybill.flow.NearestName;
import io.waybill.flow.Values;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A {@link Filter} as a bean of a route file: its values are texts, and one type says what all of them are. */
public class FilterBean extends KeyedBean {

    private static final String VALUES = FilterKeys.VALUES.property();

    /** What values may be. */
    private enum Type {
        TEXT(String.class, text -> text),
        NUMBER(Number.class, FilterBean::number),
        BOOLEAN(Boolean.class, new Form.Flag()::parse),
        DATE(LocalDate.class, LocalDate::parse),
        TIME(LocalTime.class, LocalTime::parse),
        TIMESTAMP(LocalDateTime.class, LocalDateTime::parse),
        TIMESTAMPTZ(OffsetDateTime.class, OffsetDateTime::parse);

        private final Class<?> type;
        private final Function<String, Object> reading;

        Type(Class<?> type, Function<String, Object> reading) {
            this.type = type;
            this.reading = reading;
        }

        static Type of(Object value) {
            return Arrays.stream(values())
                    .filter(type -> type.type.isInstance(value))
                    .findFirst()
                    .orElse(TIMESTAMPTZ);
        }
    }

    private static final Form.Choice<Type> TYPES = Form.Choice.of(Type.class);

    public FilterBean() {
        super(FilterKeys.OF_A_BEAN, VALUES);
    }

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    Filter toFilter() {
        String column = get(FilterKeys.COLUMN);
        String op = get(FilterKeys.OP);
        if (column == null || column.isBlank()) {
            throw new IllegalArgumentException("column of a filter bean is missing");
        }
        List<String> symbols = Arrays.stream(FilterOperator.values())
                .map(FilterOperator::symbol)
                .toList();
        if (op == null) {
            throw new IllegalArgumentException(
                    "op of a filter bean is missing; allowed: " + String.join(", ", symbols));
        }
        if (!symbols.contains(op)) {
            throw new IllegalArgumentException(NearestName.refusal(op, "is not an operator", symbols));
        }
        return new Filter(
                column,
                FilterOperator.parse(op),
                elements().stream().map(this::typed).toList());
    }

    private Object typed(String value) {
        String name = get(FilterKeys.TYPE);
        if (!TYPES.allowed().contains(name)) {
            throw new IllegalArgumentException(NearestName.refusal(name, "is not a type of values", TYPES.allowed()));
        }
        try {
            return TYPES.parse(name).reading.apply(value);
        } catch (NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException("\"" + value + "\" is not a value of type " + name, e);
        }
    }

    private static Object number(String value) {
        return value.indexOf('.') < 0 && value.indexOf('e') < 0 && value.indexOf('E') < 0
                ? (Object) Long.valueOf(value)
                : new BigDecimal(value);
    }

    /** The bean's properties for a filter. */
    static Map<String, Object> properties(Filter filter) {
        List<Object> values = filter.values();
        Map<String, Object> properties = Values.NONE
                .with(FilterKeys.COLUMN, filter.column())
                .with(FilterKeys.OP, filter.operator().symbol())
                .with(FilterKeys.TYPE, values.isEmpty() ? null : Form.lower(Type.of(values.get(0))))
                .properties(FilterKeys.OF_A_BEAN);
        putAll(properties, VALUES, values.stream().map(Object::toString).toList());
        return properties;
    }
}
