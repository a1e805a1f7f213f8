package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.database.Standard;
import io.waybill.flow.ColumnType;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

/** Days as drivers hand them over whose databases no test can start: rightly, or counted by the calendar of java.sql.Date. */
class StandardTimesTest {

    private static ResultSet row(Object value, String text) {
        return (ResultSet) Proxy.newProxyInstance(
                ResultSet.class.getClassLoader(),
                new Class<?>[] {ResultSet.class},
                (proxy, method, arguments) -> method.getName().equals("getString") ? text : value);
    }

    private static ColumnVector read(ColumnType type, Object value, String text) throws Exception {
        ColumnVector out = new ColumnVector(type, 1);
        new Standard().reader(type, "", false).read(row(value, text), 1, out);
        return out;
    }

    @Test
    void takesAnOldDayThatTheDriversTextAgreesWith() throws Exception {
        assertThat(read(ColumnType.DATE, LocalDate.of(1500, 2, 28), "1500-02-28")
                        .longAt(0))
                .isEqualTo(LocalDate.of(1500, 2, 28).toEpochDay());
        assertThat(read(ColumnType.timestamp(6), LocalDateTime.of(1500, 2, 28, 1, 2), "1500-02-28 01:02:00.0")
                        .longAt(0))
                .isNegative();
    }

    @Test
    void refusesAnOldDayThatTheDriverHasShifted() {
        assertThatThrownBy(() -> read(ColumnType.DATE, LocalDate.of(1500, 3, 9), "1500-02-28"))
                .isInstanceOf(DateTimeException.class)
                .hasMessage(
                        "the driver hands over 1500-03-09 where its text is \"1500-02-28\": declare the column as type"
                                + " = \"text\" in datasets.toml");
        assertThatThrownBy(() ->
                        read(ColumnType.timestamp(6), LocalDateTime.of(1500, 3, 9, 1, 2), "1500-02-28 01:02:00.0"))
                .isInstanceOf(DateTimeException.class);
    }

    @Test
    void asksForNoTextOfALaterDay() throws Exception {
        assertThat(read(ColumnType.DATE, LocalDate.of(2026, 3, 8), "in a form of the driver's own")
                        .longAt(0))
                .isEqualTo(LocalDate.of(2026, 3, 8).toEpochDay());
    }
}
