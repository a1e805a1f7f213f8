package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Standard;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.Filter;
import io.waybill.flow.FilterOperator;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A filter is a condition in SQL, and each of its values a parameter of the column's type. */
class FilterSqlTest {

    private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-01-15T02:00:00+01:00[Europe/Vienna]");

    private static final Map<String, ColumnType> COLUMNS = Map.of(
            "n", ColumnType.INT32,
            "price", ColumnType.decimal(10, 2),
            "word", ColumnType.TEXT,
            "flag", ColumnType.BOOLEAN,
            "d", ColumnType.DATE,
            "t", ColumnType.time(0),
            "l", ColumnType.timestamp(6),
            "i", ColumnType.instant(6),
            "raw", ColumnType.BINARY);

    private final List<Object> parameters = new ArrayList<>();

    private String condition(ZonedDateTime now, String column, FilterOperator operator, Object... values) {
        Source source = new Source(
                "orders",
                DataSetKind.PLAIN,
                new Standard(),
                "\"orders\"",
                "table orders",
                List.of(),
                COLUMNS.entrySet().stream()
                        .map(entry -> new SourceColumn(
                                entry.getKey(), entry.getValue(), entry.getValue(), "", true, false, false, false))
                        .toList());
        return new FilterSql(source, now, parameters).condition(new Filter(column, operator, List.of(values)));
    }

    private String condition(String column, FilterOperator operator, Object... values) {
        return condition(NOW, column, operator, values);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            =        | 1    | "n" = ?
            !=       | 1    | "n" <> ?
            <        | 1    | "n" < ?
            <=       | 1    | "n" <= ?
            >        | 1    | "n" > ?
            >=       | 1    | "n" >= ?
            in       | 1, 2 | "n" IN (?, ?)
            not_in   | 1, 2 | "n" NOT IN (?, ?)
            between  | 1, 2 | "n" BETWEEN ? AND ?
            is_null  | ``   | "n" IS NULL
            not_null | ``   | "n" IS NOT NULL
            """)
    void eachOperatorIsSql(String operator, String values, String sql) {
        Object[] numbers =
                values.isEmpty() ? new Object[0] : List.of(values.split(", ")).toArray();

        assertThat(condition("n", FilterOperator.parse(operator), numbers)).isEqualTo(sql);

        assertThat(parameters).hasSize(numbers.length);
    }

    @Test
    void aValueIsOfTheColumnsType() {
        condition("n", FilterOperator.IN, 7L, "8", 9.5);
        condition("price", FilterOperator.EQUAL, "12.50");
        condition("flag", FilterOperator.EQUAL, "true");
        condition("d", FilterOperator.EQUAL, "2026-01-15");
        condition("l", FilterOperator.AT_LEAST, "2026-01-15 18:00:00");
        condition("l", FilterOperator.LESS, LocalDate.of(2026, 1, 15));

        assertThat(parameters)
                .containsExactly(
                        7L,
                        8L,
                        new BigDecimal("9.5"),
                        new BigDecimal("12.50"),
                        true,
                        LocalDate.of(2026, 1, 15),
                        LocalDateTime.of(2026, 1, 15, 18, 0),
                        LocalDateTime.of(2026, 1, 15, 0, 0));
    }

    @Test
    void aTimeWithoutAZoneIsOneOfTheTriggersZone() {
        condition("i", FilterOperator.AT_LEAST, "2026-01-15 18:00:00");
        condition("i", FilterOperator.AT_LEAST, "2026-01-15 18:00:00-05:00");
        condition("l", FilterOperator.AT_LEAST, OffsetDateTime.parse("2026-01-15T18:00:00Z"));

        assertThat(parameters)
                .containsExactly(
                        OffsetDateTime.parse("2026-01-15T17:00:00Z"),
                        OffsetDateTime.parse("2026-01-15T23:00:00Z"),
                        LocalDateTime.of(2026, 1, 15, 19, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "d, day,   2026-01-14, 2026-01-15",
        "d, week,  2026-01-05, 2026-01-12",
        "d, month, 2025-12-01, 2026-01-01",
        "l, day,   2026-01-14T00:00, 2026-01-15T00:00",
        "i, day,   2026-01-13T23:00Z, 2026-01-14T23:00Z"
    })
    void previousIsTheCalendarsUnitBeforeThisOne(String column, String unit, String from, String before) {
        assertThat(condition(column, FilterOperator.PREVIOUS, unit))
                .isEqualTo("(\"" + column + "\" >= ? AND \"" + column + "\" < ?)");

        assertThat(parameters).extracting(Object::toString).containsExactly(from, before);
    }

    @Test
    void lastEndsWithTheRunsTimeAndOfDatesWithItsDay() {
        assertThat(condition("i", FilterOperator.LAST, "2 hours")).isEqualTo("(\"i\" >= ? AND \"i\" < ?)");
        assertThat(condition("d", FilterOperator.LAST, "7 days")).isEqualTo("(\"d\" >= ? AND \"d\" <= ?)");

        assertThat(parameters)
                .extracting(Object::toString)
                .containsExactly("2026-01-14T23:00Z", "2026-01-15T01:00Z", "2026-01-08", "2026-01-15");
    }

    /** At 03:00 of summer time clocks went back to 02:00: what they showed at 02:30 they have shown twice. */
    @Test
    void lastLeavesOutNoRowOfAnHourThatComesTwice() {
        ZonedDateTime second = ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Vienna]");

        condition(second, "l", FilterOperator.LAST, "1 hour");

        assertThat(parameters)
                .containsExactly(LocalDateTime.of(2026, 10, 25, 2, 0), LocalDateTime.of(2026, 10, 25, 3, 0));
    }

    @Test
    void onIsAnyOfSomeDays() {
        assertThat(condition("d", FilterOperator.ON, "2026-01-06", "2026-01-15"))
                .isEqualTo("((\"d\" >= ? AND \"d\" < ?) OR (\"d\" >= ? AND \"d\" < ?))");

        assertThat(parameters)
                .extracting(Object::toString)
                .containsExactly("2026-01-06", "2026-01-07", "2026-01-15", "2026-01-16");
    }

    @Test
    void hoursMayGoOnAfterMidnight() {
        assertThat(condition("t", FilterOperator.HOURS, "09:00-17:00")).isEqualTo("(\"t\" >= ? AND \"t\" < ?)");
        assertThat(condition("l", FilterOperator.HOURS, "22:00-06:00"))
                .isEqualTo("(CAST(\"l\" AS TIME) >= ? OR CAST(\"l\" AS TIME) < ?)");

        assertThat(parameters)
                .containsExactly(LocalTime.of(9, 0), LocalTime.of(17, 0), LocalTime.of(22, 0), LocalTime.of(6, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            n    | EQUAL    | many   | filters: column "n" is integer: "many" does not go with that type
            word | EQUAL    | 7      | filters: column "word" is text: 7 does not go with that type
            n    | LIKE     | 7%     | filters: column "n" is integer: like and matches compare text with text
            raw  | EQUAL    | x      | filters: column "raw" is binary: only is_null and not_null go with it
            word | PREVIOUS | day    | filters: column "word" is text: last, previous, on and hours go with dates and times
            word | LAST     | 1 day  | filters: column "word" is text: last, previous, on and hours go with dates and times
            """)
    void whatDoesNotGoWithTheColumnIsRefusedByItsName(
            String column, FilterOperator operator, String value, String message) {
        Object given = value.equals("7") ? (Object) 7L : value;

        assertThatThrownBy(() -> condition(column, operator, given)).hasMessage(message);
    }

    @Test
    void aColumnThatIsNotThereIsRefusedWithTheNearestName() {
        assertThatThrownBy(() -> condition("words", FilterOperator.IS_NULL))
                .hasMessageStartingWith(
                        "filters: data set \"orders\" has no column \"words\"; did you mean \"word\"?; it has ");
    }
}
