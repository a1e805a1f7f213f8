package io.waybill.format;

import static io.waybill.format.Encoded.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.ColumnType;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Filter;
import io.waybill.flow.FilterOperator;
import io.waybill.flow.Key;
import io.waybill.rows.Column;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pattern shows what its column has, or is refused. */
class TimePatternTest {

    private static final String ZONE = "timestamp_format: \"uuuu-MM-dd HH:mm VV\" shows a zone, which column \"at\"";

    private static CsvDataFormat csv(String dates, String timestamps) {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.DATE_FORMAT, dates);
        format.set(CsvFormat.TIMESTAMP_FORMAT, timestamps);
        return format;
    }

    @Test
    void aZoneIsRefusedWhereTheColumnHasNone() throws Exception {
        CsvDataFormat format = csv(null, "uuuu-MM-dd HH:mm VV");

        assertThatThrownBy(() -> format.targetType(new Column("at", ColumnType.timestamp(6))))
                .hasMessageStartingWith(
                        ZONE + " (timestamp(6)) has not; leave the zone out of the pattern, or declare");
        assertThatThrownBy(() -> Encoded.text(format, List.of(row("at", LocalDateTime.of(2026, 1, 15, 10, 0)))))
                .hasMessageStartingWith(ZONE);
        assertThat(Encoded.text(format, List.of(row("at", Instant.parse("2026-01-15T10:00:00Z")))))
                .isEqualTo("at\n2026-01-15 10:00 Z\n");
    }

    @Test
    void aDateFormatWithAZoneIsRefusedWhenItIsLoaded() {
        Key<?> dates = FileFormat.of("csv").options().get("date_format");
        Key<?> timestamps = FileFormat.of("csv").options().get("timestamp_format");

        assertThat(dates.problem("uuuu-MM-dd VV"))
                .isEqualTo("\"uuuu-MM-dd VV\" shows what a date has not: dates have no zone");
        assertThat(dates.problem("uuuu-MM-dd HH")).isNull();
        assertThat(timestamps.problem("uuuu-MM-dd VV")).isNull();
    }

    @Test
    void aYearBeforeTheFirstIsNotShownAsOneAfterIt() throws Exception {
        LocalDate before = LocalDate.of(-4712, 1, 1);

        assertThatThrownBy(() -> Encoded.text(csv("yyyy-MM-dd", null), List.of(row("d", before))))
                .hasMessage(
                        "row 1, column \"d\": the year -4712 has no form in \"yyyy-MM-dd\": y counts the years of an era;"
                                + " write u in its place, or add G");
        assertThatThrownBy(() -> Encoded.text(csv(null, "dd.MM.yyyy"), List.of(row("d", before.atTime(10, 0)))))
                .hasMessageContaining("the year -4712 has no form in \"dd.MM.yyyy\"");
        assertThat(Encoded.text(csv("uuuu-MM-dd", null), List.of(row("d", before))))
                .isEqualTo("d\n-4712-01-01\n");
        assertThat(Encoded.text(csv("yyyy-MM-dd G", null), List.of(row("d", before))))
                .startsWith("d\n4713-01-01 B");
        assertThat(Encoded.text(csv("dd.MM.yyyy 'yy'", null), List.of(row("d", LocalDate.of(2026, 1, 15)))))
                .isEqualTo("d\n15.01.2026 yy\n");
    }

    @Test
    void whatIsNoNumberIsNoValueOfAFilter() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> new Filter("amount", FilterOperator.GREATER, List.of(value)))
                    .hasMessageStartingWith(value + " is no number that databases compare alike");
        }
    }
}
