package io.waybill.format;

import static io.waybill.format.Encoded.bytes;
import static io.waybill.format.Encoded.encodable;
import static io.waybill.format.Encoded.row;
import static io.waybill.format.Encoded.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CsvEncodingTest {

    @Property(tries = 500)
    void anyTextsRoundTrip(@ForAll @Size(min = 1, max = 5) List<List<String>> table) throws IOException {
        List<Map<String, ?>> rows = new ArrayList<>();
        List<List<String>> expected = new ArrayList<>();
        for (List<String> texts : table) {
            String first = texts.isEmpty() ? "" : texts.get(0);
            String second = texts.size() < 2 ? "" : texts.get(1);
            rows.add(row("a", first, "b", second));
            expected.add(List.of(encodable(first), encodable(second)));
        }

        String csv = text(new CsvDataFormat(), rows);

        List<List<String>> read;
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(csv)) {
            read = reader.stream().skip(1).map(CsvRecord::getFields).toList();
        }
        assertThat(read).isEqualTo(expected);
    }

    /** As a database may hand them over whose texts are taken as they are. */
    @Test
    void bytesThatAreNoUtf8AreReplacedInAnotherEncoding() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.ENCODING, "utf-16");
        format.set(CsvFormat.INCLUDE_HEADER, false);
        RowSchema schema = new RowSchema(List.of(new Column("a", ColumnType.TEXT)));
        RowBatch batch = new RowBatch(schema);
        batch.column(0).appendBytes(new byte[] {'x', (byte) 0xFF, 'y'}, 0, 3);
        batch.endRow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        RowEncoder encoder = format.open(schema, out);
        encoder.write(batch, 0, 1);
        encoder.finish();

        assertThat(out.toString(StandardCharsets.UTF_16LE)).isEqualTo("\uFEFFx\uFFFDy\n");
    }

    @Property(tries = 300)
    void anyTextRoundTripsWithAnotherDelimiterAndAnEscape(@ForAll String text) throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.DELIMITER, ";");
        format.set(CsvFormat.QUOTE, "'");
        format.set(CsvFormat.QUOTE_MODE, "all");

        String csv = text(format, List.of(row("a", text, "b", "x")));

        try (CsvReader<CsvRecord> reader =
                CsvReader.builder().fieldSeparator(';').quoteCharacter('\'').ofCsvRecord(csv)) {
            assertThat(reader.stream().skip(1).findFirst().orElseThrow().getField(0))
                    .isEqualTo(encodable(text));
        }
    }

    @Test
    void nullIsTheEmptyFieldAndTheEmptyTextIsQuoted() throws IOException {
        assertThat(text(
                        new CsvDataFormat(),
                        List.of(row("a", null, "b", "", "c", "x"), row("a", "", "b", null, "c", null))))
                .isEqualTo("a,b,c\n,\"\",x\n\"\",,\n");
    }

    @Test
    void aTextLikeTheNullStringIsQuoted() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.NULL_STRING, "NULL");
        format.set(CsvFormat.LINE_ENDING, "crlf");

        assertThat(text(format, List.of(row("a", "NULL", "b", null)))).isEqualTo("a,b\r\n\"NULL\",NULL\r\n");
    }

    @Test
    void aNumberOrFlagLikeTheNullStringIsQuotedToo() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        List<Object> values = List.of(
                0L,
                0.0,
                new BigDecimal("0"),
                Double.NaN,
                false,
                LocalDate.of(2026, 1, 15),
                UUID.fromString("00000000-0000-0000-0000-0000000000ff"));
        for (Object value : values) {
            String shown = text(new CsvDataFormat(), List.of(row("a", value))).substring(2);
            format.set(CsvFormat.NULL_STRING, shown.strip());

            assertThat(text(format, List.of(row("a", value, "b", 7), row("a", null, "b", null))))
                    .isEqualTo("a,b\n\"" + shown.strip() + "\",7\n" + shown.strip() + "," + shown);
        }
    }

    @Test
    void withoutQuotesAValueLikeTheNullStringFailsNamingRowAndColumn() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.QUOTE_MODE, "none");
        format.set(CsvFormat.NULL_STRING, "NULL");

        assertThatThrownBy(() -> bytes(format, List.of(row("a", null), row("a", "NULL"))))
                .hasMessage(
                        "row 2, column \"a\": the value looks like null_string, \"NULL\", and quote_mode = \"none\" leaves no"
                                + " way to tell it from NULL; set another null_string, or another quote_mode");

        format.set(CsvFormat.NULL_STRING, "\\N");
        format.set(CsvFormat.ESCAPE, "\\");
        assertThat(text(format, List.of(row("a", null), row("a", "\\N")))).isEqualTo("a\n\\N\n\\\\N\n");
    }

    @Test
    void nonNumericQuotesAllButNumbersAndNull() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.QUOTE_MODE, "non_numeric");

        assertThat(text(format, List.of(row("n", 1, "t", "x", "d", LocalDate.of(2026, 1, 15), "b", true, "z", null))))
                .isEqualTo("\"n\",\"t\",\"d\",\"b\",\"z\"\n1,\"x\",\"2026-01-15\",\"true\",\n");
    }

    @Test
    void withoutQuotesTheEscapeStandsBeforeWhatNeedsIt() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.QUOTE_MODE, "none");
        format.set(CsvFormat.ESCAPE, "\\");

        assertThat(text(format, List.of(row("a", "x,y\\z", "b", "q\"q")))).isEqualTo("a,b\nx\\,y\\\\z,q\\\"q\n");
    }

    @Test
    void withoutQuotesAndEscapeADelimiterInATextFailsNamingRowAndColumn() {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.QUOTE_MODE, "none");

        assertThatThrownBy(() -> bytes(format, List.of(row("a", "fine"), row("a", "not, fine"))))
                .isInstanceOf(WaybillException.class)
                .hasMessage("row 2, column \"a\": the text holds a delimiter or a line break, and quote_mode = \"none\""
                        + " leaves no way to write it; set escape, or another quote_mode");
    }

    @Test
    void aCharacterThatTheEncodingLacksFailsNamingRowAndColumn() {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.ENCODING, "iso-8859-1");

        assertThatThrownBy(() -> bytes(format, List.of(row("a", "Grüße", "b", "fine"), row("a", "x", "b", "10 €"))))
                .isInstanceOf(WaybillException.class)
                .hasMessage("row 2, column \"b\": iso-8859-1 has no character U+20AC (€); choose another encoding, or"
                        + " encoding_errors = \"replace\"");
    }

    @Test
    void aCharacterThatTheEncodingLacksIsReplacedWhenAsked() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.ENCODING, "windows-1252");
        format.set(CsvFormat.ENCODING_ERRORS, "replace");

        assertThat(new String(bytes(format, List.of(row("a", "Grüße €, 李"))), Charset.forName("windows-1252")))
                .isEqualTo("a\n\"Grüße €, ?\"\n");
    }

    @Test
    void byteOrderMarksComeFirst() throws IOException {
        CsvDataFormat utf8 = new CsvDataFormat();
        utf8.set(CsvFormat.ENCODING, "utf-8-sig");
        CsvDataFormat utf16 = new CsvDataFormat();
        utf16.set(CsvFormat.ENCODING, "utf-16");

        assertThat(bytes(utf8, List.of(row("a", 1)))).isEqualTo("\uFEFFa\n1\n".getBytes(StandardCharsets.UTF_8));
        assertThat(bytes(utf16, List.of(row("a", "李 📦"))))
                .isEqualTo("\uFEFFa\n李 📦\n".getBytes(StandardCharsets.UTF_16LE));
    }

    @Test
    void longTextsInAnotherEncodingAreNotCutInTheMiddleOfACharacter() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.ENCODING, "utf-16");
        format.set(CsvFormat.INCLUDE_HEADER, false);
        String text = "ü李📦".repeat(50_000);

        assertThat(new String(bytes(format, List.of(row("a", text), row("a", text))), StandardCharsets.UTF_16LE))
                .isEqualTo("\uFEFF" + text + "\n" + text + "\n");
    }

    @Test
    void datesAndTimesTakeTheAuthorsFormatAndZone() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.DATE_FORMAT, "dd.MM.yyyy");
        format.set(CsvFormat.TIMESTAMP_FORMAT, "dd.MM.yyyy, HH:mm");
        format.set(CsvFormat.TIMEZONE, "Europe/Vienna");

        assertThat(text(
                        format,
                        List.of(row("d", LocalDate.of(2026, 7, 1), "t", Instant.parse("2026-07-01T22:30:00Z")))))
                .isEqualTo("d,t\n01.07.2026,\"02.07.2026, 00:30\"\n");
    }

    @Test
    void theZoneAloneKeepsIso8601WithItsOffset() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.TIMEZONE, "Europe/Vienna");

        assertThat(text(format, List.of(row("t", Instant.parse("2026-07-01T22:30:00.5Z")))))
                .isEqualTo("t\n2026-07-02T00:30:00.5+02:00\n");
    }

    @Test
    void formulasAreGuardedWhenAsked() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.FORMULA_GUARD, true);
        List<Map<String, ?>> rows = new ArrayList<>();
        for (String cell : List.of("=1+1", "+1", "-1", "@x", "\tx", "1=1", "")) {
            rows.add(row("@a", cell, "n", -1));
        }

        assertThat(text(format, rows)).isEqualTo("'@a,n\n'=1+1,-1\n'+1,-1\n'-1,-1\n'@x,-1\n'\tx,-1\n1=1,-1\n\"\",-1\n");
    }

    @Test
    void columnsAreChosenAndOrdered() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        format.setColumns("c, a");

        assertThat(text(format, List.of(row("a", 1, "b", 2, "c", 3)))).isEqualTo("c,a\n3,1\n");
        format.setColumns("a,x");
        assertThatThrownBy(() -> text(format, List.of(row("a", 1, "b", 2))))
                .hasMessage("waybill-csv: columns names \"x\", which the rows do not have; they have a, b");
    }

    @Test
    void floatsAreShortAndWithoutAnExponentWhereTheyCanBe() throws IOException {
        List<Map<String, ?>> rows = new ArrayList<>();
        for (double number :
                new double[] {1e7, 0.1, -0.0, 1e20, 1e21, 1.5e-7, 1e-8, 100, Double.NaN, Double.NEGATIVE_INFINITY}) {
            rows.add(row("a", number));
        }

        assertThat(text(new CsvDataFormat(), rows))
                .isEqualTo(
                        "a\n10000000\n0.1\n-0\n100000000000000000000\n1e21\n0.00000015\n1e-8\n100\nNaN\n-Infinity\n");
    }

    @Test
    void noRowsGiveTheHeaderAlone() throws IOException {
        assertThat(text(new CsvDataFormat(), Arrays.asList(row("a", null)))).isEqualTo("a\n\n");
        assertThat(text(new CsvDataFormat(), Collections.emptyList())).isEqualTo("\n");
    }
}
