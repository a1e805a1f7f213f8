package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.ColumnType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IsoTextTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ByteSink sink = new ByteSink(bytes);

    private String text(ColumnType type, long value) throws IOException {
        RowBatch batch = new RowBatch(new RowSchema(List.of(new Column("at", type))));
        batch.column(0).appendLong(value);
        IsoText.writer(type).write(batch.column(0), 0, sink);
        sink.flush();
        String text = bytes.toString(StandardCharsets.US_ASCII);
        bytes.reset();
        return text;
    }

    @Test
    void eachDayOfTenThousandYearsIsAsJavaPrintsIt() throws IOException {
        RowBatch batch = new RowBatch(new RowSchema(List.of(new Column("day", ColumnType.DATE))));
        CellWriter writer = IsoText.writer(ColumnType.DATE);
        LocalDate last = LocalDate.of(10_000, 1, 31);
        LocalDate day = LocalDate.of(-1, 1, 1);
        while (day.isBefore(last)) {
            batch.clear();
            StringBuilder expected = new StringBuilder();
            int count = 0;
            for (; count < RowBatch.CAPACITY && day.isBefore(last); day = day.plusDays(1)) {
                batch.column(0).appendLong(day.toEpochDay());
                count++;
                expected.append(day);
                writer.write(batch.column(0), count - 1, sink);
            }
            sink.flush();
            assertThat(bytes.toString(StandardCharsets.US_ASCII)).isEqualTo(expected.toString());
            bytes.reset();
        }
    }

    @Test
    void timesAreAsJavaPrintsThemWithTheirSeconds() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            long micros = random.nextLong() % 200_000_000_000_000_000L;
            LocalDateTime time = LocalDateTime.ofEpochSecond(
                    Math.floorDiv(micros, 1_000_000L), (int) Math.floorMod(micros, 1_000_000L) * 1000, ZoneOffset.UTC);
            String expected = time.toString().replaceFirst("(T\\d\\d:\\d\\d)$", "$1:00");
            String shortest = expected.contains(".") ? expected.replaceFirst("0+$", "") : expected;
            assertThat(text(ColumnType.timestamp(6), micros)).isEqualTo(shortest);
        }
    }

    @Test
    void anInstantEndsInZ() throws IOException {
        assertThat(text(ColumnType.instant(6), 1_500_000)).isEqualTo("1970-01-01T00:00:01.5Z");
        assertThat(text(ColumnType.instant(6), -1)).isEqualTo("1969-12-31T23:59:59.999999Z");
        assertThat(text(ColumnType.instant(6), ColumnType.POSITIVE_INFINITY)).isEqualTo("infinity");
    }

    @Test
    void aTimeMayBeLongerThanADayAndNegative() throws IOException {
        assertThat(text(ColumnType.time(6), -3_020_399_000_000_000L)).isEqualTo("-838:59:59");
        assertThat(text(ColumnType.time(6), 45_296_000_001_000L)).isEqualTo("12:34:56.000001");
    }
}
