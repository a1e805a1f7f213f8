package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.WaybillException;
import io.waybill.database.Ask;
import io.waybill.database.Source;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;

/** A row is of the day that it is in UTC, to the microsecond. */
class DayLimitTest {

    private static HikariDataSource database;

    @BeforeContainer
    static void open() {
        database = TestDatabases.h2();
        TestDatabases.execute(
                database,
                "CREATE TABLE moments (born DATE, clock TIMESTAMP(6), moment TIMESTAMP(6) WITH TIME ZONE, number INT)");
    }

    @AfterContainer
    static void close() {
        database.close();
    }

    private static DataSet dataSet(String time) {
        return new DataSet(DataSet.undeclared("moments", null).values().with(DataSetKeys.TIME, time), List.of(), null);
    }

    /** Moments near the midnight that a day begins with, and far from it. */
    @Provide
    Arbitrary<LocalDateTime> moments() {
        Arbitrary<Long> near = Arbitraries.longs().between(-3, 3);
        Arbitrary<Long> far = Arbitraries.longs()
                .between(-Duration.ofDays(3).toSeconds(), Duration.ofDays(3).toSeconds())
                .map(seconds -> seconds * 1_000_000);
        return Combinators.combine(days(), Arbitraries.oneOf(near, far))
                .as((day, micros) -> day.atStartOfDay().plusNanos(micros * 1_000));
    }

    @Provide
    Arbitrary<LocalDate> days() {
        return Arbitraries.of("2024-02-29", "2025-01-01", "2025-03-30", "2025-10-26")
                .map(LocalDate::parse);
    }

    @Property(tries = 300)
    void aRowLeavesWhereItIsOfTheDayOrLater(
            @ForAll("moments") LocalDateTime moment,
            @ForAll("days") LocalDate first,
            @ForAll @net.jqwik.api.constraints.IntRange(min = -14, max = 14) int offset)
            throws SQLException {
        try (Connection connection = database.getConnection()) {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO moments VALUES (?, ?, ?, 1)")) {
                insert.setObject(1, moment.toLocalDate());
                insert.setObject(2, moment);
                insert.setObject(3, moment.atOffset(ZoneOffset.UTC).withOffsetSameInstant(ZoneOffset.ofHours(offset)));
                insert.execute();
            }
            Source source = new Catalog(connection, "db").find(dataSet("born"), "public");
            boolean leaves = !moment.isBefore(first.atStartOfDay());
            for (String column : List.of("born", "clock", "moment")) {
                List<Object> parameters = new ArrayList<>();
                String condition = new FilterSql(source, first.atStartOfDay(ZoneOffset.UTC), parameters)
                        .condition(DayLimit.of(source, dataSet(column)).from(first));
                Long rows = Ask.first(
                        connection,
                        "SELECT COUNT(*) FROM moments WHERE " + condition,
                        row -> row.getLong(1),
                        parameters.toArray());
                assertThat(rows).as(column).isEqualTo(leaves ? 1 : 0);
            }
            connection.createStatement().execute("DELETE FROM moments");
        }
    }

    @Test
    void whatTellsNoDayIsRefused() throws SQLException {
        try (HikariDataSource own = TestDatabases.h2()) {
            TestDatabases.execute(own, "CREATE TABLE moments (born DATE, number INT, at TIME)");
            try (Connection connection = own.getConnection()) {
                Source source = new Catalog(connection, "db").find(dataSet("born"), "public");
                for (String column : List.of("number", "at")) {
                    assertThatThrownBy(() -> DayLimit.of(source, dataSet(column)))
                            .isInstanceOf(WaybillException.class)
                            .hasMessageContaining("column " + column + " of data set \"moments\" is ")
                            .hasMessageContaining("which tells no day; nobody has declared which column");
                }
                assertThatThrownBy(() -> DayLimit.of(source, dataSet("none"))).hasMessageContaining("none");
                assertThatThrownBy(() -> DayLimit.of(source, DataSet.undeclared("moments", null)))
                        .hasMessage("nobody has declared which column of data set \"moments\" tells the day of a row;"
                                + " write time = \"<a column of dates or times>\" there, in datasets.toml");
            }
        }
    }
}
