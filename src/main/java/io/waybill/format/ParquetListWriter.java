package io.waybill.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.rows.ColumnVector;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;

/** Writes an array, kept as JSON text, as a Parquet LIST of its elements. */
final class ParquetListWriter implements ParquetColumnWriter {

    private static final JsonFactory JSON = new JsonFactory();
    private static final LocalDateTime EPOCH = LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

    private final ColumnType element;
    private final boolean nanos;

    ParquetListWriter(ParquetTypes types, ColumnType element) {
        this.element = element;
        this.nanos =
                types.describe(new io.waybill.rows.Column("element", element)).contains("NANOS");
    }

    /** {@code level} is that of the list being there; its repeated group and its elements each add one (Parquet, LIST). */
    @Override
    public void write(ColumnVector column, int row, ColumnWriter out, int level) throws IOException {
        int start = column.start(row);
        try (JsonParser parser = JSON.createParser(column.bytes(), start, column.end(row) - start)) {
            parser.nextToken();
            int repetition = 0;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_NULL) {
                    out.writeNull(repetition, level + 1);
                } else if (token == JsonToken.START_ARRAY) {
                    throw new IllegalArgumentException(
                            "the array has several dimensions; a Parquet list of " + element + " has one");
                } else {
                    writeElement(parser, out, repetition, level + 2);
                }
                repetition = 1;
            }
            if (repetition == 0) {
                out.writeNull(0, level);
            }
        }
    }

    private void writeElement(JsonParser parser, ColumnWriter out, int repetition, int level) throws IOException {
        switch (element.kind()) {
            case BOOLEAN -> out.write(parser.getBooleanValue(), repetition, level);
            case INT16, INT32 -> out.write(parser.getIntValue(), repetition, level);
            case INT64 -> out.write(parser.getLongValue(), repetition, level);
            case FLOAT32 -> out.write(Float.parseFloat(parser.getText()), repetition, level);
            case FLOAT64 -> out.write(Double.parseDouble(parser.getText()), repetition, level);
            case DECIMAL -> writeDecimal(parser.getText(), out, repetition, level);
            case DATE ->
                out.write(Math.toIntExact(LocalDate.parse(parser.getText()).toEpochDay()), repetition, level);
            case TIME ->
                out.write(LocalTime.parse(parser.getText()).toNanoOfDay() / (nanos ? 1 : 1000), repetition, level);
            case TIMESTAMP -> out.write(sinceEpoch(LocalDateTime.parse(parser.getText())), repetition, level);
            case INSTANT ->
                out.write(
                        sinceEpoch(LocalDateTime.ofInstant(Instant.parse(parser.getText()), ZoneOffset.UTC)),
                        repetition,
                        level);
            case UUID -> out.write(ParquetTypes.uuid(parser.getText()), repetition, level);
            case BINARY ->
                out.write(
                        Binary.fromConstantByteArray(Base64.getDecoder().decode(parser.getText())), repetition, level);
            case TEXT -> out.write(Binary.fromString(parser.getText()), repetition, level);
            case JSON, ARRAY -> throw new IllegalArgumentException("a list of " + element + " has no form in Parquet");
        }
    }

    private long sinceEpoch(LocalDateTime time) {
        return (nanos ? ChronoUnit.NANOS : ChronoUnit.MICROS).between(EPOCH, time);
    }

    private void writeDecimal(String digits, ColumnWriter out, int repetition, int level) {
        if (!element.isLimitedDecimal()) {
            out.write(Binary.fromString(digits), repetition, level);
            return;
        }
        BigDecimal value = new BigDecimal(digits).setScale(element.scale(), RoundingMode.UNNECESSARY);
        if (element.precision() <= 9) {
            out.write(value.unscaledValue().intValueExact(), repetition, level);
        } else if (element.precision() <= 18) {
            out.write(value.unscaledValue().longValueExact(), repetition, level);
        } else {
            out.write(
                    ParquetDecimals.fixed(value, element.scale(), ParquetDecimals.bytesFor(element.precision())),
                    repetition,
                    level);
        }
    }

    /** Whether a list of such elements has a form in Parquet. */
    static boolean supports(ColumnType element) {
        return element.kind() != Kind.JSON && element.kind() != Kind.ARRAY;
    }
}
