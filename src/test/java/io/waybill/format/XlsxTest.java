package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.DateUtil;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A workbook holds what the rows do, as Apache POI reads it. */
class XlsxTest {

    private static byte[] write(XlsxDataFormat format, RowSchema schema, int rows, Consumer<RowBatch> row)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowEncoder encoder = format.open(schema, out);
        RowBatch batch = new RowBatch(schema);
        for (int i = 0; i < rows; i++) {
            row.accept(batch);
            batch.endRow();
        }
        encoder.write(batch, 0, batch.rows());
        encoder.finish();
        assertThat(encoder.bytes()).isEqualTo(out.size());
        return out.toByteArray();
    }

    private static XlsxDataFormat format(Map<String, String> options) {
        XlsxDataFormat format = new XlsxDataFormat();
        options.forEach(format::set);
        return format;
    }

    private static RowSchema schema(ColumnType type) {
        return new RowSchema(List.of(new Column("v", type)));
    }

    private static XSSFWorkbook open(byte[] bytes) throws IOException {
        return new XSSFWorkbook(new ByteArrayInputStream(bytes));
    }

    /** The cell of a value. */
    private static Cell cell(XlsxDataFormat format, ColumnType type, Consumer<ColumnVector> value) throws IOException {
        byte[] bytes = write(format, schema(type), 1, batch -> value.accept(batch.column(0)));
        return open(bytes).getSheetAt(0).getRow(1).getCell(0);
    }

    private static Cell cell(ColumnType type, Consumer<ColumnVector> value) throws IOException {
        return cell(new XlsxDataFormat(), type, value);
    }

    private static String shown(Cell cell) {
        return new DataFormatter(java.util.Locale.ROOT).formatCellValue(cell);
    }

    @Test
    void valuesAreWhatTheyAreAndShownAsSuch() throws Exception {
        Cell truth = cell(ColumnType.BOOLEAN, column -> column.appendLong(1));
        assertThat(truth.getCellType()).isEqualTo(CellType.BOOLEAN);
        assertThat(truth.getBooleanCellValue()).isTrue();

        Cell whole = cell(ColumnType.INT64, column -> column.appendLong(-123_456_789_012_345L));
        assertThat(whole.getNumericCellValue()).isEqualTo(-123_456_789_012_345.0);
        assertThat(shown(whole)).isEqualTo("-123456789012345");

        Cell price = cell(ColumnType.decimal(10, 2), column -> column.appendText("1250.50"));
        assertThat(price.getNumericCellValue()).isEqualTo(1250.5);
        assertThat(shown(price)).isEqualTo("1250.50");

        assertThat(cell(ColumnType.FLOAT64, column -> column.appendDouble(0.1)).getNumericCellValue())
                .isEqualTo(0.1);
        assertThat(cell(ColumnType.FLOAT64, column -> column.appendDouble(1.7976931348623157e308))
                        .getNumericCellValue())
                .isEqualTo(Double.MAX_VALUE);
        assertThat(cell(ColumnType.BINARY, column -> column.appendBytes(new byte[] {1, 2, 3}, 0, 3))
                        .getStringCellValue())
                .isEqualTo("AQID");
        assertThat(cell(ColumnType.TEXT, ColumnVector::appendNull)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "123456789012345, true",
        "1234567890123456, false",
        "-999999999999999.00, true",
        "0.000000123456789012345, true",
        "1.234567890123456, false",
        "12345678901234500000, true",
        "NaN, false",
        "-Infinity, false",
        "0, true",
        "0.000, true",
        "-1e307, true",
        "1e308, false",
        "1e-307, true",
        "1e-308, false"
    })
    void aNumberThatExcelHasNotIsText(String number, boolean isNumber) throws Exception {
        String digits = number.contains("e") ? new BigDecimal(number).toPlainString() : number;
        Cell cell = cell(ColumnType.UNLIMITED_DECIMAL, column -> column.appendText(digits));

        assertThat(cell.getCellType()).isEqualTo(isNumber ? CellType.NUMERIC : CellType.STRING);
        if (isNumber) {
            assertThat(cell.getNumericCellValue()).isEqualTo(Double.parseDouble(digits));
        } else {
            assertThat(cell.getStringCellValue()).isEqualTo(digits);
        }
    }

    @Test
    void wholeNumbersAndDoublesThatExcelHasNotAreTextToo() throws Exception {
        assertThat(cell(ColumnType.INT64, column -> column.appendLong(1_000_000_000_000_000L))
                        .getStringCellValue())
                .isEqualTo("1000000000000000");
        assertThat(cell(ColumnType.INT64, column -> column.appendLong(Long.MIN_VALUE))
                        .getStringCellValue())
                .isEqualTo("-9223372036854775808");
        assertThat(cell(ColumnType.FLOAT64, column -> column.appendDouble(Double.NaN))
                        .getStringCellValue())
                .isEqualTo("NaN");
        assertThat(cell(ColumnType.FLOAT64, column -> column.appendDouble(-Double.MIN_VALUE))
                        .getStringCellValue())
                .isEqualTo("-4.9e-324");
    }

    @ParameterizedTest
    @CsvSource({"1900-03-01, true", "2026-01-15, true", "9999-12-31, true", "1900-02-28, false", "0001-01-01, false"})
    void aDayThatProgramsCountAlikeIsADate(LocalDate day, boolean isDate) throws Exception {
        Cell cell = cell(ColumnType.DATE, column -> column.appendLong(day.toEpochDay()));

        if (isDate) {
            assertThat(DateUtil.isCellDateFormatted(cell)).isTrue();
            assertThat(cell.getLocalDateTimeCellValue()).isEqualTo(day.atStartOfDay());
            assertThat(shown(cell)).isEqualTo(day.toString());
        } else {
            assertThat(cell.getStringCellValue()).isEqualTo(day.toString());
        }
    }

    @Test
    void endlessDaysAndThoseBeyondTheLastAreText() throws Exception {
        assertThat(cell(
                                ColumnType.DATE,
                                column -> column.appendLong(
                                        LocalDate.of(10_000, 1, 1).toEpochDay()))
                        .getStringCellValue())
                .isEqualTo("+10000-01-01");
        assertThat(cell(ColumnType.DATE, column -> column.appendLong(ColumnType.POSITIVE_INFINITY))
                        .getStringCellValue())
                .isEqualTo("infinity");
        assertThat(cell(ColumnType.instant(6), column -> column.appendLong(ColumnType.NEGATIVE_INFINITY))
                        .getStringCellValue())
                .isEqualTo("-infinity");
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
    }

    @ParameterizedTest
    @CsvSource({
        "UTC, 2026-03-29T00:59:59.999Z, 2026-03-29T00:59:59.999",
        "Europe/Vienna, 2026-03-29T00:59:59.999Z, 2026-03-29T01:59:59.999",
        "Europe/Vienna, 2026-03-29T01:00:00Z, 2026-03-29T03:00:00",
        "America/New_York, 2026-01-01T00:00:00Z, 2025-12-31T19:00:00",
        "UTC, 1969-12-31T23:59:59.250Z, 1969-12-31T23:59:59.250"
    })
    void aPointInTimeIsShownInTheZoneThatIsAskedFor(String zone, Instant instant, LocalDateTime shown)
            throws Exception {
        Cell cell = cell(
                format(Map.of("timezone", zone)), ColumnType.instant(3), column -> column.appendLong(micros(instant)));

        assertThat(cell.getLocalDateTimeCellValue()).isEqualTo(shown);
    }

    @Test
    void timesAreTimes() throws Exception {
        LocalTime time = LocalTime.of(23, 59, 59, 250_000_000);
        Cell cell = cell(ColumnType.time(6), column -> column.appendLong(time.toNanoOfDay()));
        assertThat(shown(cell)).isEqualTo("23:59:59.250");
        assertThat(cell.getNumericCellValue()).isBetween(0.99, 1.0);

        Cell midnight = cell(ColumnType.time(0), column -> column.appendLong(86_400_000_000_000L));
        assertThat(midnight.getStringCellValue()).isEqualTo("24:00:00");

        Cell stamp = cell(
                ColumnType.timestamp(0), column -> column.appendLong(micros(Instant.parse("2026-01-15T02:03:04Z"))));
        assertThat(shown(stamp)).isEqualTo("2026-01-15 02:03:04");
    }

    /** What is rounded may be of the next day, which the last one has not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "9999-12-31T23:59:59.999999",
                "2026-01-15T23:59:59.999999",
                "1969-12-31T23:59:59.999999",
                "2090-06-01T12:34:56.123999"
            })
    void whatIsFinerThanAMillisecondIsCut(LocalDateTime time) throws Exception {
        Instant instant = time.toInstant(ZoneOffset.UTC);
        String millis = time.toString().substring(0, 23).replace('T', ' ');

        assertThat(shown(cell(ColumnType.timestamp(6), column -> column.appendLong(micros(instant)))))
                .isEqualTo(millis);
        assertThat(shown(cell(ColumnType.instant(6), column -> column.appendLong(micros(instant)))))
                .isEqualTo(millis);
        assertThat(shown(cell(
                        ColumnType.time(6),
                        column -> column.appendLong(time.toLocalTime().toNanoOfDay()))))
                .isEqualTo(millis.substring(11));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+1",
                "@SUM(A1)",
                " spaces  at both ends ",
                "",
                "a\tb\nc\r\nd\re",
                "\0 \u0001 \u001F \u007F",
                "_x0041_ and _x000D_ and _x00Zz_ and x0041_ and _x005F_x0041_",
                "_x004",
                "_x0041\r_x0041\u0001_x0041\uFFFE_x0041\n_x0041&_x0041é_x0041",
                "\rx0041_",
                "a < b > c & \"d\" 'e' ]]> <![CDATA[",
                "Grüße 漢字 😀 \uFFFD \uFFFE \uFFFF",
            })
    void aTextIsThatTextAndNoFormula(String text) throws Exception {
        Cell cell = cell(ColumnType.TEXT, column -> column.appendText(text));

        assertThat(cell.getCellType()).isEqualTo(CellType.STRING);
        assertThat(cell.getStringCellValue()).isEqualTo(text);
        assertThat(cell.getCellStyle().getDataFormatString()).isEqualTo("@");
    }

    @Test
    void aTextThatNoCellHoldsFailsOrIsCut() throws Exception {
        String most = "x".repeat(32_765) + "😀";
        assertThat(cell(ColumnType.TEXT, column -> column.appendText(most)).getStringCellValue())
                .isEqualTo(most);
        assertThat(cell(ColumnType.TEXT, column -> column.appendText("ä".repeat(32_767)))
                        .getStringCellValue())
                .hasSize(32_767);

        assertThatThrownBy(() -> cell(ColumnType.TEXT, column -> column.appendText("x" + most)))
                .isInstanceOf(WaybillException.class)
                .hasMessage(
                        "row 1, column \"v\": the text has 32768 characters, and a cell holds 32767; leave the column out, or set"
                                + " exporter_config = { long_text = \"cut\" }");
        assertThat(cell(
                                format(Map.of("longText", "cut")),
                                ColumnType.TEXT,
                                column -> column.appendText("x" + most + "y"))
                        .getStringCellValue())
                .isEqualTo("x" + "x".repeat(32_765));
    }

    @Test
    void furtherSheetsBeginWhereOneIsFull() throws Exception {
        int[] next = {0};
        byte[] bytes = write(
                format(Map.of("maxRowsPerSheet", "3", "sheetName", "R & D")),
                schema(ColumnType.INT32),
                5,
                batch -> batch.column(0).appendLong(next[0]++));

        XSSFWorkbook workbook = open(bytes);
        List<String> found = new ArrayList<>();
        workbook.sheetIterator()
                .forEachRemaining(sheet -> sheet.rowIterator()
                        .forEachRemaining(row -> found.add(sheet.getSheetName() + ": " + shown(row.getCell(0)))));
        assertThat(found)
                .containsExactly(
                        "R & D: v",
                        "R & D: 0",
                        "R & D: 1",
                        "R & D 2: v",
                        "R & D 2: 2",
                        "R & D 2: 3",
                        "R & D 3: v",
                        "R & D 3: 4");
        XSSFSheet second = workbook.getSheetAt(1);
        assertThat(second.getPaneInformation().isFreezePane()).isTrue();
        assertThat(second.getPaneInformation().getHorizontalSplitTopRow()).isEqualTo((short) 1);
        assertThat(second.getRow(0).getCell(0).getCellStyle().getFont().getBold())
                .isTrue();
        assertThat(second.getColumnWidthInPixels(0)).isGreaterThan(70);
    }

    @Test
    void aSheetEndsBeforeItIsTooLongForAZipFile() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowSchema schema = schema(ColumnType.TEXT);
        RowEncoder encoder = new XlsxEncoder(
                schema.columns(),
                new int[] {0},
                new XlsxCells(java.time.ZoneOffset.UTC, false),
                new XlsxWorkbook("Sheet", false, out),
                XlsxFormat.MOST_ROWS,
                2000);
        RowBatch batch = new RowBatch(schema);
        for (int i = 0; i < 3; i++) {
            batch.column(0).appendText("x".repeat(1500));
            batch.endRow();
        }
        encoder.write(batch, 0, 3);
        encoder.finish();

        XSSFWorkbook workbook = open(out.toByteArray());
        assertThat(workbook.getSheetAt(0).getPhysicalNumberOfRows()).isEqualTo(2);
        assertThat(workbook.getSheetAt(1).getPhysicalNumberOfRows()).isEqualTo(1);
    }

    @Test
    void withoutAHeaderNothingIsFrozen() throws Exception {
        byte[] bytes = write(
                format(Map.of("includeHeader", "false")),
                schema(ColumnType.INT32),
                1,
                batch -> batch.column(0).appendLong(7));

        XSSFSheet sheet = open(bytes).getSheetAt(0);
        assertThat(shown(sheet.getRow(0).getCell(0))).isEqualTo("7");
        assertThat(sheet.getPaneInformation()).isNull();
    }

    @Test
    void noRowsAreASheetWithItsHeader() throws Exception {
        XSSFSheet sheet = open(write(new XlsxDataFormat(), schema(ColumnType.DATE), 0, batch -> {}))
                .getSheetAt(0);

        assertThat(sheet.getSheetName()).isEqualTo("Sheet");
        assertThat(sheet.getPhysicalNumberOfRows()).isEqualTo(1);
    }

    @Test
    void columnsBeyondZHaveTwoLettersAndThreeAndNoMoreThanThereAre() throws Exception {
        assertThat(IntStream.of(0, 25, 26, 701, 702, 16_383).mapToObj(XlsxEncoder::letters))
                .containsExactly("A", "Z", "AA", "ZZ", "AAA", "XFD");
        RowSchema wide = new RowSchema(IntStream.rangeClosed(0, 16_384)
                .mapToObj(i -> new Column("c" + i, ColumnType.INT16))
                .toList());
        assertThatThrownBy(() -> new XlsxDataFormat().open(wide, new ByteArrayOutputStream()))
                .hasMessage("xlsx: the rows have 16385 columns, and a sheet has 16384 at most");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "a'", "a*", "a\nb", "a\uFFFE", "History"})
    void aNameThatExcelDoesNotTakeIsRefused(String name) {
        assertThat(XlsxFormat.SHEET_NAME.problem(name)).contains("is no name of a sheet: Excel allows none of");
    }

    /** Neither the clock nor the machine's zone is in the file. */
    @Test
    void theSameRowsMakeTheSameBytes() throws Exception {
        TimeZone usual = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            byte[] there = dates();
            TimeZone.setDefault(TimeZone.getTimeZone("America/Lima"));
            assertThat(dates()).isEqualTo(there);
            ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(there));
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                assertThat(entry.getTimeLocal()).isEqualTo(LocalDateTime.of(1980, 2, 1, 0, 0));
                assertThat(entry.getExtra()).isNull();
            }
        } finally {
            TimeZone.setDefault(usual);
        }
    }

    private static byte[] dates() throws IOException {
        return write(
                new XlsxDataFormat(),
                schema(ColumnType.instant(6)),
                3,
                batch -> batch.column(0).appendLong(micros(Instant.parse("2026-01-15T02:03:04.5Z"))));
    }
}
