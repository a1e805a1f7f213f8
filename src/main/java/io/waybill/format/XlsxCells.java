package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.FloatText;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.FloatCells;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;

/**
 * The cells of a workbook, from behind their reference on. What Excel would change (more than 15 digits, dates that it counts otherwise)
 * is text.
 *
 * @param zone that points in time are shown in
 * @param cuts whether texts that are too long are cut, and do not fail
 */
record XlsxCells(ZoneId zone, boolean cuts) {

    /** The digits of a number that Excel keeps. */
    private static final int MOST_DIGITS = 15;

    private static final long BEYOND_MOST_DIGITS = 1_000_000_000_000_000L;

    /** 1970-01-01, in days as Excel counts them. */
    private static final int EPOCH = 25_569;

    /** 1900-03-01: the day before is one that only Excel has, and programs differ on the days before that. */
    private static final int FIRST_DAY = 61 - EPOCH;

    /** 9999-12-31. */
    private static final int LAST_DAY = 2_958_465 - EPOCH;

    /** A number beyond ten to that, or closer to zero than its inverse, is none of those that Excel has. */
    private static final int MOST_POWER = 307;

    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;
    private static final double MILLIS_PER_DAY = 86_400_000;

    private static final byte[] END_NUMBER = "</v></c>".getBytes(StandardCharsets.US_ASCII);

    /** A text is no formula, whatever it begins with. */
    private static final byte[] BEGIN_TEXT = beginText(XlsxStyle.TEXT);

    private static final byte[] BEGIN_HEADER = beginText(XlsxStyle.HEADER);
    private static final byte[] END_TEXT = "</t></is></c>".getBytes(StandardCharsets.US_ASCII);

    private static byte[] beginText(XlsxStyle style) {
        return (" s=\"" + style.ordinal() + "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] beginNumber(ColumnType type, String kind) {
        return (" s=\"" + XlsxStyle.number(type) + "\"" + kind + "><v>").getBytes(StandardCharsets.US_ASCII);
    }

    /** Puts the cell of a column's name. */
    static void putHeader(String name, ByteSink out) throws IOException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        out.put(BEGIN_HEADER);
        XlsxText.put(text, 0, text.length, false, out);
        out.put(END_TEXT);
    }

    CellWriter writer(ColumnType type) {
        byte[] begin = beginNumber(type, type.kind() == Kind.BOOLEAN ? " t=\"b\"" : "");
        return switch (type.kind()) {
            case BOOLEAN, INT16, INT32 ->
                (column, row, out) -> {
                    out.put(begin);
                    out.putLong(column.longAt(row));
                    out.put(END_NUMBER);
                };
            case INT64 -> (column, row, out) -> putWhole(begin, column.longAt(row), out);
            case FLOAT32, FLOAT64 -> floating(begin, FloatCells.of(type));
            case DECIMAL -> (column, row, out) -> putDecimal(begin, column, row, out);
            case TEXT, JSON, UUID, ARRAY ->
                (column, row, out) -> {
                    out.put(BEGIN_TEXT);
                    XlsxText.put(column.bytes(), column.start(row), column.end(row), cuts, out);
                    out.put(END_TEXT);
                };
            case BINARY ->
                through((column, row, out) -> out.putBase64(column.bytes(), column.start(row), column.end(row)));
            case DATE, TIME, TIMESTAMP, INSTANT -> timed(begin, type);
        };
    }

    private static void putWhole(byte[] begin, long value, ByteSink out) throws IOException {
        boolean exact = value > -BEYOND_MOST_DIGITS && value < BEYOND_MOST_DIGITS;
        out.put(exact ? begin : BEGIN_TEXT);
        out.putLong(value);
        out.put(exact ? END_NUMBER : END_TEXT);
    }

    private static CellWriter floating(byte[] begin, CellWriter digits) {
        return (column, row, out) -> {
            double value = Math.abs(column.doubleAt(row));
            boolean known = value == 0 || value >= Double.MIN_NORMAL && value <= Double.MAX_VALUE;
            out.put(known ? begin : BEGIN_TEXT);
            digits.write(column, row, out);
            out.put(known ? END_NUMBER : END_TEXT);
        };
    }

    private static void putDecimal(byte[] begin, ColumnVector column, int row, ByteSink out) throws IOException {
        boolean exact = isExact(column.bytes(), column.start(row), column.end(row));
        out.put(exact ? begin : BEGIN_TEXT);
        out.put(column, row);
        out.put(exact ? END_NUMBER : END_TEXT);
    }

    /** Whether a number's digits, without zeros at their ends, are so few that Excel keeps them, and it has one of that size. */
    private static boolean isExact(byte[] bytes, int start, int end) {
        int first = -1;
        int last = -1;
        int digits = 0;
        int point = -1;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b >= '0' && b <= '9') {
                digits++;
                if (b != '0') {
                    first = first < 0 ? digits : first;
                    last = digits;
                }
            } else if (b == '.') {
                point = digits;
            } else if (b != '-') {
                return false; // NaN, Infinity
            }
        }
        int power = (point < 0 ? digits : point) - first;
        return first < 0 || last - first < MOST_DIGITS && Math.abs(power) <= MOST_POWER;
    }

    /** Of values that are made to text first, whose length is to be known. */
    private CellWriter through(CellWriter text) {
        ByteSink scratch = ByteSink.inMemory();
        return (column, row, out) -> {
            scratch.clear();
            text.write(column, row, scratch);
            out.put(BEGIN_TEXT);
            XlsxText.put(scratch.bytes(), 0, scratch.at(), cuts, out);
            out.put(END_TEXT);
        };
    }

    /** How many days a value is, as Excel counts and shows them: to a millisecond, cut. NaN where it has none for it. */
    @FunctionalInterface
    private interface Days {
        double of(ColumnVector column, int row);
    }

    private CellWriter timed(byte[] begin, ColumnType type) {
        CellWriter text = through(TimeStyle.of(null, null, zone.getId()).writer(type));
        FloatText digits = new FloatText();
        Days days = days(type);
        return (column, row, out) -> {
            double value = days.of(column, row);
            if (Double.isNaN(value)) {
                text.write(column, row, out);
            } else {
                out.put(begin);
                out.putDouble(digits, value);
                out.put(END_NUMBER);
            }
        };
    }

    private Days days(ColumnType type) {
        return switch (type.kind()) {
            case DATE -> (column, row) -> days(column.longAt(row), 0);
            case TIME ->
                (column, row) -> {
                    long nanos = column.longAt(row);
                    return nanos >= 0 && nanos < NANOS_PER_DAY ? nanos / 1_000_000 / MILLIS_PER_DAY : Double.NaN;
                };
            case TIMESTAMP -> (column, row) -> daysOfMicros(column.longAt(row));
            default -> instants();
        };
    }

    private Days instants() {
        ZoneRules rules = zone.getRules();
        long fixed = rules.getOffset(Instant.EPOCH).getTotalSeconds() * 1_000_000L;
        return (column, row) -> {
            long micros = column.longAt(row);
            if (ColumnType.isInfinite(micros)) {
                return Double.NaN;
            }
            return daysOfMicros(micros + (rules.isFixedOffset() ? fixed : offset(rules, micros)));
        };
    }

    private static long offset(ZoneRules rules, long micros) {
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L));
        return rules.getOffset(instant).getTotalSeconds() * 1_000_000L;
    }

    private static double daysOfMicros(long micros) {
        return days(Math.floorDiv(micros, MICROS_PER_DAY), Math.floorMod(micros, MICROS_PER_DAY));
    }

    private static double days(long day, long micros) {
        return day >= FIRST_DAY && day <= LAST_DAY ? day + EPOCH + micros / 1000 / MILLIS_PER_DAY : Double.NaN;
    }
}
