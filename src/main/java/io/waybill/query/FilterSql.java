package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Phrase;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Filter;
import io.waybill.flow.FilterOperator;
import io.waybill.flow.Span;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The SQL conditions of filters. Columns are quoted; every value is a parameter.
 *
 * @param key what names them, for messages
 * @param source the data set
 * @param now the run's logical time in the trigger's zone
 * @param parameters gets the values, in the order of their question marks
 */
record FilterSql(String key, Source source, ZonedDateTime now, List<Object> parameters) {

    FilterSql(Source source, ZonedDateTime now, List<Object> parameters) {
        this("filters", source, now, parameters);
    }

    String condition(Filter filter) {
        SourceColumn column = source.column(key, filter.column());
        try {
            return filter.operator().isTime() ? time(column, filter) : comparison(column, filter);
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal(
                    key + ": column \"" + column.name() + "\" is " + column.type() + ": " + e.getMessage(), e);
        }
    }

    private String comparison(SourceColumn column, Filter filter) {
        String left = source.database().filtered(column);
        FilterOperator operator = filter.operator();
        return switch (operator) {
            case IS_NULL -> source.database().quote(column.name()) + " IS NULL";
            case NOT_NULL -> source.database().quote(column.name()) + " IS NOT NULL";
            case EQUAL, LESS, AT_MOST, GREATER, AT_LEAST ->
                left + " " + operator.symbol() + " "
                        + parameter(column, filter.values().get(0));
            case NOT_EQUAL -> left + " <> " + parameter(column, filter.values().get(0));
            case IN -> left + " IN (" + parameters(column, filter.values()) + ")";
            case NOT_IN -> left + " NOT IN (" + parameters(column, filter.values()) + ")";
            case BETWEEN ->
                left + " BETWEEN " + parameter(column, filter.values().get(0)) + " AND "
                        + parameter(column, filter.values().get(1));
            case LIKE -> left + " LIKE " + textParameter(column, filter.values().get(0));
            case MATCHES -> {
                textParameter(
                        column,
                        source.database()
                                .written(Phrase.WHOLE_TEXT, filter.values().get(0)));
                yield source.database().matches(left);
            }
            default -> throw new IllegalStateException(operator + " is a time filter");
        };
    }

    private String parameters(SourceColumn column, List<Object> values) {
        return values.stream().map(value -> parameter(column, value)).collect(Collectors.joining(", "));
    }

    private String parameter(SourceColumn column, Object value) {
        parameters.add(bound(column, convert(column, value)));
        return "?";
    }

    private Object bound(SourceColumn column, Object converted) {
        return source.database().parameter(column, converted);
    }

    private String textParameter(SourceColumn column, Object value) {
        if (column.type().kind() != Kind.TEXT || !(value instanceof String)) {
            throw new IllegalArgumentException("like and matches compare text with text");
        }
        parameters.add(value);
        return "?";
    }

    /** A flow's value as the column's type. */
    Object convert(SourceColumn column, Object value) {
        try {
            return switch (column.type().kind()) {
                case BOOLEAN -> truth(value);
                case INT16, INT32, INT64 -> integer(value);
                case FLOAT32 ->
                    single(new BigDecimal(number(value)), column.found().kind());
                case FLOAT64, DECIMAL -> new BigDecimal(number(value));
                case TEXT -> text(value);
                case UUID -> source.database().uuid(text(value).toLowerCase(Locale.ROOT));
                case DATE -> value instanceof LocalDate date ? date : LocalDate.parse(text(value));
                case TIME -> value instanceof LocalTime time ? time : LocalTime.parse(text(value));
                case TIMESTAMP -> localTime(value);
                case INSTANT -> instant(value);
                case JSON, BINARY, ARRAY -> throw new IllegalArgumentException("only is_null and not_null go with it");
            };
        } catch (NumberFormatException | DateTimeException e) {
            throw mismatch(value);
        }
    }

    /** A batch as it is bound; one that is written as a number may be kept as text, and the other way round. */
    Object boundBatch(SourceColumn column, Object batch) {
        return bound(
                column, converted("batch_id: ", column, column.type().kind() == Kind.TEXT ? batch.toString() : batch));
    }

    /**
     * A value that a column is compared with, as it is bound.
     *
     * @throws WaybillException when it is none of the column's type
     */
    Object bound(SourceColumn column, String value) {
        return bound(column, converted("", column, value));
    }

    /**
     * A value as the column's type.
     *
     * @param prefix what names it, for the message
     * @throws WaybillException when it is none of it
     */
    Object converted(String prefix, SourceColumn column, Object value) {
        try {
            return convert(column, value);
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal(
                    prefix + "\"" + value + "\" does not go with column " + column.name() + ", which is "
                            + column.type(),
                    e);
        }
    }

    private static IllegalArgumentException mismatch(Object value) {
        return new IllegalArgumentException(
                (value instanceof String ? "\"" + value + "\"" : value) + " does not go with that type");
    }

    private static Object truth(Object value) {
        if (value instanceof Boolean || "true".equals(value) || "false".equals(value)) {
            return Boolean.valueOf(value.toString());
        }
        throw mismatch(value);
    }

    private static Object integer(Object value) {
        return value instanceof Double ? new BigDecimal(value.toString()) : Long.valueOf(number(value));
    }

    /** The value that a column of singles holds for a number: databases compare it as a double, which that of 0.1 is not. */
    private static Number single(BigDecimal number, Kind found) {
        float single = number.floatValue();
        return found != Kind.FLOAT32 || Float.isInfinite(single) ? number : (Number) (double) single;
    }

    private static String number(Object value) {
        if (value instanceof Number || value instanceof String) {
            return value.toString().trim();
        }
        throw mismatch(value);
    }

    private static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw mismatch(value);
    }

    private LocalDateTime localTime(Object value) {
        if (value instanceof LocalDateTime time) {
            return time;
        }
        if (value instanceof LocalDate date) {
            return date.atStartOfDay();
        }
        if (value instanceof OffsetDateTime time) {
            return time.atZoneSameInstant(now.getZone()).toLocalDateTime();
        }
        String text = text(value).replace(' ', 'T');
        return text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text);
    }

    private Object instant(Object value) {
        if (value instanceof OffsetDateTime time) {
            return moment(time.toInstant());
        }
        if (value instanceof String text && text.matches(".*(Z|[+-]\\d\\d:\\d\\d)$") && text.length() > 16) {
            return moment(OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
        }
        return moment(localTime(value).atZone(now.getZone()).toInstant());
    }

    private Object moment(Instant instant) {
        return source.database().instant(instant.atOffset(ZoneOffset.UTC));
    }

    private String time(SourceColumn column, Filter filter) {
        Object value = filter.values().get(0);
        return switch (filter.operator()) {
            case LAST -> last(column, value);
            case PREVIOUS -> previous(column, value.toString());
            case ON ->
                filter.values().stream()
                        .map(Filter::day)
                        .map(day -> range(column, day, day.plusDays(1)))
                        .collect(Collectors.joining(" OR ", "(", ")"));
            case HOURS -> hours(column, Filter.hours(value));
            default -> throw new IllegalStateException(filter.operator() + " is no time filter");
        };
    }

    /** From a span ago to before the run's time; of dates, its day belongs to it. */
    private String last(SourceColumn column, Object span) {
        ZonedDateTime from = now.minus(Span.parse(span));
        if (from.getYear() < 1) {
            throw new IllegalArgumentException("last = \"" + span + "\" goes back to before the year 1");
        }
        if (column.type().kind() == Kind.TIMESTAMP) {
            parameters.add(bound(column, earliest(from)));
            parameters.add(bound(column, latest(now)));
            return between(column, " < ");
        }
        addMoment(column, from);
        addMoment(column, now);
        return between(column, column.type().kind() == Kind.DATE ? " <= " : " < ");
    }

    /** What clocks show after that moment is no earlier, also where they are put back within an hour of it. */
    private static LocalDateTime earliest(ZonedDateTime moment) {
        ZoneOffsetTransition change = moment.getZone().getRules().getTransition(moment.toLocalDateTime());
        boolean comesAgain =
                change != null && change.isOverlap() && moment.getOffset().equals(change.getOffsetBefore());
        return comesAgain ? change.getDateTimeAfter() : moment.toLocalDateTime();
    }

    /** What clocks showed before that moment is earlier, also where they have been put back in the hour before. */
    private static LocalDateTime latest(ZonedDateTime moment) {
        ZoneOffsetTransition change = moment.getZone().getRules().getTransition(moment.toLocalDateTime());
        boolean cameBefore =
                change != null && change.isOverlap() && moment.getOffset().equals(change.getOffsetAfter());
        return cameBefore ? change.getDateTimeBefore() : moment.toLocalDateTime();
    }

    private String previous(SourceColumn column, String unit) {
        LocalDate today = now.toLocalDate();
        return switch (unit) {
            case "day" -> range(column, today.minusDays(1), today);
            case "week" -> {
                LocalDate monday = today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                yield range(column, monday.minusWeeks(1), monday);
            }
            default -> {
                LocalDate first = today.withDayOfMonth(1);
                yield range(column, first.minusMonths(1), first);
            }
        };
    }

    /** From the start of one day to before the start of another. */
    private String range(SourceColumn column, LocalDate from, LocalDate to) {
        addMoment(column, from.atStartOfDay(now.getZone()));
        addMoment(column, to.atStartOfDay(now.getZone()));
        return between(column, " < ");
    }

    /** From one of the last two parameters to the other. */
    private String between(SourceColumn column, String below) {
        String compared = source.database().compared(column);
        return "(" + compared + " >= ? AND " + compared + below + "?)";
    }

    private void addMoment(SourceColumn column, ZonedDateTime moment) {
        parameters.add(bound(
                column,
                switch (column.type().kind()) {
                    case DATE -> moment.toLocalDate();
                    case TIMESTAMP -> moment.toLocalDateTime();
                    case INSTANT -> moment(moment.toInstant());
                    default ->
                        throw new IllegalArgumentException("last, previous, on and hours go with dates and times");
                }));
    }

    private String hours(SourceColumn column, List<LocalTime> hours) {
        boolean overnight = hours.get(1).isBefore(hours.get(0));
        Kind kind = column.type().kind();
        List<String> bounds = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String left = timeOfDay(column);
            parameters.add(bound(column, source.database().time(kind, hours.get(i))));
            bounds.add(left + (i == 0 ? " >= " : " < ") + source.database().timeMark(kind));
        }
        return "(" + String.join(overnight ? " OR " : " AND ", bounds) + ")";
    }

    /** The time of day of a column in the trigger's zone. */
    private String timeOfDay(SourceColumn column) {
        return switch (column.type().kind()) {
            case TIME, TIMESTAMP -> source.database().timeOfDay(column);
            case INSTANT ->
                source.database().timeOfDay(source.database().quote(column.name()), now.getZone(), parameters);
            default -> throw new IllegalArgumentException("hours goes with times");
        };
    }
}
