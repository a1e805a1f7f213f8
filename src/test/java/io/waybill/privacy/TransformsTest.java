package io.waybill.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.ColumnType;
import io.waybill.flow.Transform;
import io.waybill.flow.TransformKeys;
import io.waybill.flow.Values;
import io.waybill.format.CsvDataFormat;
import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What single values become, at the edges of their types. */
class TransformsTest {

    private static final Values BUCKET = Values.NONE.with(TransformKeys.METHOD, Transform.Method.GENERALIZE);

    private static RowBatch batch(ColumnType type, Consumer<ColumnVector> value) {
        RowBatch batch = new RowBatch(new RowSchema(List.of(new Column("c", type))));
        value.accept(batch.column(0));
        batch.endRow();
        return batch;
    }

    private static TreatedColumn treated(ColumnType type, Values values) {
        Transform transform = new Transform(values);
        return new TreatedColumn(
                new Column("c", type), new Column("c", transform.result(type)), transform, false, null);
    }

    private static String canon(ColumnType type, Consumer<ColumnVector> value) throws Exception {
        ByteSink out = ByteSink.inMemory();
        Canon.of(treated(type, Values.NONE.with(TransformKeys.METHOD, Transform.Method.HASH)))
                .write(batch(type, value).column(0), 0, out);
        return new String(out.bytes(), 0, out.at(), StandardCharsets.UTF_8);
    }

    private static ColumnVector apply(ColumnType type, Values values, ZoneId zone, Consumer<ColumnVector> value) {
        TreatedColumn column = treated(type, values);
        RowBatch out = new RowBatch(new RowSchema(List.of(column.written())));
        Transforms.of(column, zone).apply(batch(type, value).column(0), 0, 1, out.column(0));
        return out.column(0);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1",
        "1, 1",
        "0.00, 0",
        "-0.0, 0",
        "-12.50, -12.5",
        "0012, 12",
        "00.5, 0.5",
        ".5, 0.5",
        "-.50, -0.5",
        "100, 100",
        "5., 5",
        "NaN, NaN",
        "-Infinity, -Infinity"
    })
    void aDecimalHasOneText(String digits, String text) throws Exception {
        assertThat(canon(ColumnType.UNLIMITED_DECIMAL, column -> column.appendText(digits)))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1e0, 1",
        "-0.0, 0",
        "1e21, 1000000000000000000000",
        "1e-7, 0.0000001",
        "0.1, 0.1",
        "NaN, NaN",
        "Infinity, Infinity"
    })
    void aFloatHasTheTextOfTheSameDecimal(double value, String text) throws Exception {
        assertThat(canon(ColumnType.FLOAT64, column -> column.appendDouble(value)))
                .isEqualTo(text);
        assertThat(canon(ColumnType.FLOAT32, column -> column.appendDouble((float) value)))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ \"b\" : 1e0, \"a\" : [1.50, null, true], \"\" : \"\\u00e4\" } | {\"\":\"ä\",\"a\":[1.5,null,true],\"b\":1}",
                "1E+2 | 100",
                "-0.0 | 0",
                "1e999999999 | 1E+999999999",
                "{} | {}",
                "[] | []"
            })
    void jsonHasOneText(String document, String text) throws Exception {
        assertThat(canon(ColumnType.JSON, column -> column.appendText(document)))
                .isEqualTo(text);
    }

    @Test
    void jsonBeyondALimitIsNotToldAsASyntaxError() throws Exception {
        String deep = "[".repeat(1000) + "]".repeat(1000);
        String digits = "1".repeat(2000);
        assertThat(canon(ColumnType.JSON, column -> column.appendText(deep))).isEqualTo(deep);
        assertThat(canon(ColumnType.JSON, column -> column.appendText(digits))).isEqualTo(digits);

        assertThatThrownBy(() -> canon(ColumnType.JSON, column -> column.appendText("[" + deep + "]")))
                .hasMessage(
                        "the value is JSON that is nested deeper than 1000 levels, or has a number of more than 200000"
                                + " digits, and has no hash or token");
    }

    @Test
    void whatIsNoJsonIsRefusedAndNotShown() {
        assertThatThrownBy(() -> canon(ColumnType.JSON, column -> column.appendText("{secret")))
                .hasMessage("the value is not valid JSON");
    }

    @Test
    void anArrayIsCalledByItsType() {
        ColumnType numbers = ColumnType.array(ColumnType.INT32);

        assertThatThrownBy(() -> canon(numbers, column -> column.appendText("[secret")))
                .hasMessage("the value is not valid integer[]");
        assertThatThrownBy(() -> canon(numbers, column -> column.appendText("[".repeat(1001) + "]".repeat(1001))))
                .hasMessageStartingWith("the value is integer[] that is nested deeper than 1000 levels");
    }

    @Property(tries = 300)
    void theHmacIsThatOfJava(@ForAll @Size(32) byte[] key, @ForAll @Size(max = 300) byte[] text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        Hmac hmac = new Hmac(new SecretKeySpec(key, "HmacSHA256"));

        assertThat(hmac.of(text, 0, text.length)).isEqualTo(mac.doFinal(text));
        assertThat(hmac.of(text, 0, text.length)).isEqualTo(mac.doFinal(text)); // and once more
    }

    @Property(tries = 500)
    void aDecimalsBucketIsTheNextMultipleThatIsNotLarger(
            @ForAll @Scale(4) BigDecimal value,
            @ForAll @Scale(2) @BigRange(min = "0.01", max = "1000") BigDecimal bucket) {
        ColumnVector found = apply(
                ColumnType.UNLIMITED_DECIMAL,
                BUCKET.with(TransformKeys.BUCKET, bucket),
                ZoneOffset.UTC,
                column -> column.appendText(value.toPlainString()));

        BigDecimal floor = new BigDecimal(found.textAt(0));
        assertThat(floor.remainder(bucket)).isEqualByComparingTo("0");
        assertThat(value.subtract(floor))
                .isGreaterThanOrEqualTo(BigDecimal.ZERO)
                .isLessThan(bucket);
    }

    @Property(tries = 500)
    void aWholeNumbersBucketHasRoomBelowItsOwnType(
            @ForAll short value, @ForAll @LongRange(min = 1, max = 1_000_000_000_000L) long bucket) {
        Values values = BUCKET.with(TransformKeys.BUCKET, BigDecimal.valueOf(bucket));
        ColumnVector found = apply(ColumnType.INT16, values, ZoneOffset.UTC, column -> column.appendLong(value));

        assertThat(found.longAt(0)).isEqualTo(Math.floorDiv((long) value, bucket) * bucket);
        assertThat(found.type()).isEqualTo(bucket < 1 << 15 ? ColumnType.INT32 : ColumnType.INT64);
    }

    @Test
    void theLowestBucketBeginsAtTheLeastNumber() {
        for (long value : List.of(Long.MIN_VALUE, Long.MIN_VALUE + 807, Long.MIN_VALUE + 808)) {
            ColumnVector found = apply(
                    ColumnType.INT64,
                    BUCKET.with(TransformKeys.BUCKET, BigDecimal.valueOf(1000)),
                    ZoneOffset.UTC,
                    column -> column.appendLong(value));

            assertThat(found.longAt(0))
                    .isEqualTo(value < -9223372036854775000L ? Long.MIN_VALUE : -9223372036854775000L);
        }
    }

    @Test
    void threeTenthsAreInTheBucketOfThreeTenths() {
        ColumnVector found = apply(
                ColumnType.FLOAT64,
                BUCKET.with(TransformKeys.BUCKET, new BigDecimal("0.1")),
                ZoneOffset.UTC,
                column -> column.appendDouble(0.3));

        assertThat(found.doubleAt(0)).isEqualTo(0.3);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-29T01:30:00Z, hour, 2026-03-29T01:00:00Z", // the clocks go forward
        "2026-10-25T00:30:00Z, hour, 2026-10-25T00:00:00Z", // 2:30 for the first time
        "2026-10-25T01:30:00Z, hour, 2026-10-25T01:00:00Z", // 2:30 again
        "2026-10-25T12:00:00Z, day, 2026-10-24T22:00:00Z",
        "2026-11-01T12:00:00Z, week, 2026-10-25T23:00:00Z",
        "1899-12-31T23:59:59Z, quarter, 1899-12-31T23:00:00Z"
    })
    void anInstantGoesByTheZonesCalendar(Instant time, String to, Instant start) {
        ColumnVector found = apply(
                ColumnType.instant(6),
                BUCKET.with(TransformKeys.TO, TransformKeys.TO.parse(to)),
                ZoneId.of("Europe/Vienna"),
                column -> column.appendTimestamp(time.getEpochSecond() * 1_000_000, 0));

        assertThat(Instant.ofEpochSecond(Math.floorDiv(found.longAt(0), 1_000_000L)))
                .isEqualTo(start);
    }

    @ParameterizedTest
    @ValueSource(longs = {ColumnType.POSITIVE_INFINITY, ColumnType.NEGATIVE_INFINITY})
    void infiniteTimesStay(long infinite) {
        Values year = BUCKET.with(TransformKeys.TO, Transform.Span.YEAR);

        assertThat(apply(ColumnType.DATE, year, ZoneOffset.UTC, column -> column.appendLong(infinite))
                        .longAt(0))
                .isEqualTo(infinite);
        assertThat(apply(ColumnType.timestamp(6), year, ZoneOffset.UTC, column -> column.appendLong(infinite))
                        .longAt(0))
                .isEqualTo(infinite);
    }

    @Test
    void aColumnThatIsNotThereByItsNameDoesNotLeaveAsItIs() {
        Map<String, TreatedColumn> treated =
                Map.of("c", treated(ColumnType.TEXT, Values.NONE.with(TransformKeys.METHOD, Transform.Method.MASK)));
        RowSchema other = new RowSchema(List.of(new Column("C", ColumnType.TEXT)));

        assertThatThrownBy(() -> PrivateFormat.of(new CsvDataFormat(), treated, ZoneOffset.UTC)
                        .open(other, new ByteArrayOutputStream()))
                .hasMessage("transform: the rows have no column \"c\"; they have C");
    }
}
