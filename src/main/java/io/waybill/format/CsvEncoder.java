package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.format.CsvDialect.QuoteMode;
import io.waybill.rows.ByteSearch;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.FloatCells;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import java.io.IOException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Writes rows as CSV (RFC 4180), or another dialect of it. */
final class CsvEncoder implements RowEncoder {

    /** What a number, a flag, a time or a uuid may be. */
    private static final Pattern VALUE = Pattern.compile("[-+0-9a-f].*|true|NaN|Infinity|infinity");

    private final CsvDialect dialect;
    private final TimeStyle times;
    private final CharsetEncoder checker;
    private final boolean[] special = new boolean[256];
    /** What makes a value to be quoted, and what is escaped in it then. */
    private final ByteSearch specials;

    private final ByteSearch quotes;
    /** Whether what stands for NULL may be a value of another type than text, too. */
    private final boolean nullLooksLikeAValue;

    private final boolean plainBase64;
    private final List<Column> columns;
    private final ByteSink out;
    private final TextRows rows;

    CsvEncoder(
            RowFormat format,
            CsvDialect dialect,
            TimeStyle times,
            CharsetEncoder checker,
            List<Column> columns,
            int[] selection,
            ByteSink out) {
        this.dialect = dialect;
        this.times = times;
        this.checker = checker;
        this.columns = columns;
        this.out = out;
        byte[] specialBytes = {dialect.delimiter(), dialect.quote(), dialect.escape(), '\n', '\r'};
        for (byte b : specialBytes) {
            special[b & 0xFF] = true;
        }
        this.specials = ByteSearch.of(specialBytes);
        this.quotes = ByteSearch.of(dialect.quote(), dialect.escape());
        this.plainBase64 = isPlainBase64();
        this.nullLooksLikeAValue = VALUE.matcher(new String(dialect.nullString(), StandardCharsets.UTF_8))
                .matches();
        byte[][] before = new byte[columns.size()][];
        Arrays.fill(before, new byte[] {dialect.delimiter()});
        if (before.length > 0) {
            before[0] = new byte[0];
        }
        this.rows = new TextRows(
                format,
                columns,
                columns.stream().map(column -> textsOf(column.type())).toArray(CellTexts[]::new),
                selection,
                IntStream.range(0, before.length).toArray(),
                new byte[0],
                0,
                before,
                dialect.lineEnding(),
                out);
    }

    void writeHeader() throws IOException {
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                out.put(dialect.delimiter());
            }
            byte[] name = columns.get(i).name().getBytes(StandardCharsets.UTF_8);
            name = dialect.formulaGuard() && isFormula(name, 0, name.length) ? guarded(name, 0, name.length) : name;
            try {
                check(name, 0, name.length);
                putText(name, 0, name.length, out);
            } catch (IllegalArgumentException e) {
                throw RowDataFormat.failure(0, columns.get(i), e);
            }
        }
        out.put(dialect.lineEnding());
    }

    @Override
    public void write(RowBatch batch, int from, int to) throws IOException {
        rows.write(batch, from, to);
    }

    private CellTexts textsOf(ColumnType type) {
        CellWriter writer = writerFor(type);
        byte[] nullText = dialect.nullString();
        boolean plain = dialect.quoteMode() == QuoteMode.MINIMAL && checker == null;
        return switch (type.kind()) {
            case DECIMAL, UUID ->
                isQuoted(type) || nullLooksLikeAValue
                        ? CellTexts.of(writer, nullText)
                        : CellTexts.asTheyAre(writer, nullText, null);
            case JSON, ARRAY ->
                plain ? CellTexts.asTheyAre(writer, nullText, specials) : CellTexts.of(writer, nullText);
            case TEXT ->
                plain && !dialect.formulaGuard()
                        ? CellTexts.asTheyAre(writer, nullText, specials)
                        : CellTexts.of(writer, nullText);
            default -> CellTexts.of(writer, nullText);
        };
    }

    private CellWriter writerFor(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN ->
                quoted(type, (column, row, sink) -> sink.putAscii(column.longAt(row) == 0 ? "false" : "true"));
            case INT16, INT32, INT64 -> quoted(type, (column, row, sink) -> sink.putLong(column.longAt(row)));
            case FLOAT32, FLOAT64 -> quoted(type, FloatCells.of(type));
            case DECIMAL, UUID -> quoted(type, (column, row, sink) -> sink.put(column, row));
            case BINARY -> this::writeBinary;
            case DATE, TIME, TIMESTAMP, INSTANT ->
                times.isFreeText(type) ? throughText(times.writer(type)) : quoted(type, times.writer(type));
            case TEXT -> dialect.formulaGuard() ? this::writeGuardedText : this::writeText;
            case JSON, ARRAY -> this::writeText;
        };
    }

    private boolean isQuoted(ColumnType type) {
        return switch (dialect.quoteMode()) {
            case ALL -> true;
            case NON_NUMERIC -> !type.isNumber();
            case MINIMAL, NONE -> false;
        };
    }

    private CellWriter quoted(ColumnType type, CellWriter plain) {
        if (isQuoted(type)) {
            return (column, row, sink) -> {
                sink.put(dialect.quote());
                plain.write(column, row, sink);
                sink.put(dialect.quote());
            };
        }
        return nullLooksLikeAValue ? unlikeNull(plain) : plain;
    }

    /** For values of which one may look like NULL. */
    private CellWriter unlikeNull(CellWriter plain) {
        ByteSink scratch = ByteSink.inMemory();
        return (column, row, sink) -> {
            scratch.clear();
            plain.write(column, row, scratch);
            putText(scratch.bytes(), 0, scratch.at(), sink);
        };
    }

    /** For values whose format is the author's: they may hold delimiters. */
    private CellWriter throughText(CellWriter plain) {
        ByteSink scratch = ByteSink.inMemory();
        return (column, row, sink) -> {
            scratch.clear();
            plain.write(column, row, scratch);
            check(scratch.bytes(), 0, scratch.at());
            putText(scratch.bytes(), 0, scratch.at(), sink);
        };
    }

    /** Its letters need no quotes, except where a dialect's own characters are among them; no bytes at all are not NULL. */
    private void writeBinary(ColumnVector column, int row, ByteSink sink) throws IOException {
        int start = column.start(row);
        int end = column.end(row);
        if (plainBase64 && start < end) {
            boolean quote = dialect.quoteMode() != QuoteMode.MINIMAL;
            if (quote) {
                sink.put(dialect.quote());
            }
            sink.putBase64(column.bytes(), start, end);
            if (quote) {
                sink.put(dialect.quote());
            }
        } else {
            byte[] encoded = Base64.getEncoder().encode(column.bytesAt(row));
            putText(encoded, 0, encoded.length, sink);
        }
    }

    private boolean isPlainBase64() {
        boolean plain = dialect.quoteMode() != QuoteMode.NONE && dialect.nullString().length == 0;
        for (int b = 0; b < 128 && plain; b++) {
            plain = !special[b] || !(Character.isLetterOrDigit(b) || b == '+' || b == '/' || b == '=');
        }
        return plain;
    }

    private void writeText(ColumnVector column, int row, ByteSink sink) throws IOException {
        int start = column.start(row);
        int end = column.end(row);
        check(column.bytes(), start, end);
        putText(column.bytes(), start, end, sink);
    }

    private void writeGuardedText(ColumnVector column, int row, ByteSink sink) throws IOException {
        if (isFormula(column.bytes(), column.start(row), column.end(row))) {
            byte[] guarded = guarded(column.bytes(), column.start(row), column.end(row));
            check(guarded, 0, guarded.length);
            putText(guarded, 0, guarded.length, sink);
        } else {
            writeText(column, row, sink);
        }
    }

    /** OWASP, CSV Injection: a cell is a formula when it begins with one of these. */
    private static boolean isFormula(byte[] bytes, int start, int end) {
        int first = start < end ? bytes[start] : 0;
        return first == '=' || first == '+' || first == '-' || first == '@' || first == '\t' || first == '\r';
    }

    private static byte[] guarded(byte[] bytes, int start, int end) {
        byte[] guarded = new byte[end - start + 1];
        guarded[0] = '\'';
        System.arraycopy(bytes, start, guarded, 1, end - start);
        return guarded;
    }

    private void check(byte[] bytes, int start, int end) {
        if (checker == null) {
            return;
        }
        String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        if (!checker.canEncode(text)) {
            int bad = text.codePoints()
                    .filter(point -> !checker.canEncode(Character.toString(point)))
                    .findFirst()
                    .orElse(0);
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s has no character U+%04X (%s); choose another encoding, or encoding_errors = \"replace\"",
                    checker.charset().name().toLowerCase(Locale.ROOT),
                    bad,
                    Character.toString(bad)));
        }
    }

    private void putText(byte[] bytes, int start, int end, ByteSink sink) throws IOException {
        if (dialect.quoteMode() == QuoteMode.NONE) {
            putEscaped(bytes, start, end, sink);
            return;
        }
        boolean quote = dialect.quoteMode() != QuoteMode.MINIMAL
                || looksLikeNull(bytes, start, end)
                || specials.next(bytes, start, end) < end;
        if (!quote) {
            sink.put(bytes, start, end - start);
            return;
        }
        sink.put(dialect.quote());
        int from = start;
        for (int i = quotes.next(bytes, start, end); i < end; i = quotes.next(bytes, i + 1, end)) {
            sink.put(bytes, from, i - from);
            sink.put(dialect.escape());
            from = i;
        }
        sink.put(bytes, from, end - from);
        sink.put(dialect.quote());
    }

    private boolean looksLikeNull(byte[] bytes, int start, int end) {
        return Arrays.equals(bytes, start, end, dialect.nullString(), 0, dialect.nullString().length);
    }

    private void putEscaped(byte[] bytes, int start, int end, ByteSink sink) throws IOException {
        boolean canEscape = dialect.escape() != dialect.quote();
        if (start < end && looksLikeNull(bytes, start, end) && !(canEscape && specials.next(bytes, start, end) < end)) {
            throw new IllegalArgumentException("the value looks like null_string, \""
                    + new String(dialect.nullString(), StandardCharsets.UTF_8)
                    + "\", and quote_mode = \"none\" leaves no way to tell it from NULL; set another null_string, or another"
                    + " quote_mode");
        }
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            boolean escape = special[b & 0xFF] && (canEscape || b != dialect.quote());
            if (escape && !canEscape) {
                throw new IllegalArgumentException(
                        "the text holds a delimiter or a line break, and quote_mode = \"none\""
                                + " leaves no way to write it; set escape, or another quote_mode");
            }
            if (escape) {
                sink.put(dialect.escape());
            }
            sink.put(b);
        }
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }

    @Override
    public long bytes() {
        return out.written();
    }
}
