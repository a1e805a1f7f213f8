package io.waybill.contract;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.waybill.contract.Typed.Moment;
import io.waybill.flow.ColumnType;
import io.waybill.rows.ColumnVector;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/** The tests of values, by the types of their columns. What does not go with a type is an {@link IllegalArgumentException}. */
final class ValueTests {

    private ValueTests() {}

    /** From a value to another, both of which belong to it. */
    static ValueTest between(Typed typed, Object low, Object high) {
        return switch (typed.type().kind()) {
            case INT16, INT32, INT64 -> {
                ordered(typed.number(low).compareTo(typed.number(high)));
                yield range(typed.whole(low, RoundingMode.CEILING), typed.whole(high, RoundingMode.FLOOR));
            }
            case DATE -> range(ordered(typed.day(low), typed.day(high)), typed.day(high));
            case TIME -> range(ordered(typed.timeOfDay(low), typed.timeOfDay(high)), typed.timeOfDay(high));
            case FLOAT32, FLOAT64 -> range(typed.floating(low), typed.floating(high));
            case DECIMAL -> {
                ordered(typed.number(low).compareTo(typed.number(high)));
                yield range(Typed.digits(typed.number(low)), Typed.digits(typed.number(high)));
            }
            case TIMESTAMP, INSTANT -> range(typed.moment(low), typed.moment(high));
            case BOOLEAN, TEXT, JSON, UUID, BINARY, ARRAY ->
                throw new IllegalArgumentException(
                        "it is " + typed.type() + "; between is for numbers, dates and times");
        };
    }

    private static void ordered(int comparison) {
        if (comparison > 0) {
            throw new IllegalArgumentException("the first is higher than the second, so that no value is between them");
        }
    }

    private static long ordered(long low, long high) {
        ordered(Long.compare(low, high));
        return low;
    }

    private static ValueTest range(long low, long high) {
        return (column, row) -> {
            long value = column.longAt(row);
            return value >= low && value <= high;
        };
    }

    private static ValueTest range(double low, double high) {
        ordered(Double.compare(low, high));
        return (column, row) -> {
            double value = column.doubleAt(row);
            return value >= low && value <= high; // which NaN is not
        };
    }

    private static ValueTest range(byte[] low, byte[] high) {
        return (column, row) -> {
            byte[] bytes = column.bytes();
            int start = column.start(row);
            int end = column.end(row);
            return DecimalText.isNumber(bytes, end)
                    && DecimalText.compare(bytes, start, end, low, 0, low.length) >= 0
                    && DecimalText.compare(bytes, start, end, high, 0, high.length) <= 0;
        };
    }

    private static ValueTest range(Moment low, Moment high) {
        ordered(low.compareTo(high));
        return (column, row) -> {
            long micros = column.longAt(row);
            int nanos = column.subMicrosAt(row);
            return (micros > low.micros() || micros == low.micros() && nanos >= low.nanos())
                    && (micros < high.micros() || micros == high.micros() && nanos <= high.nanos());
        };
    }

    /** One of some values. */
    static ValueTest in(Typed typed, List<Object> values) {
        return switch (typed.type().kind()) {
            case BOOLEAN -> among(values.stream().mapToLong(typed::truth).toArray());
            case INT16, INT32, INT64 ->
                among(values.stream().mapToLong(typed::whole).toArray());
            case DATE -> among(values.stream().mapToLong(typed::day).toArray());
            case TIME -> among(values.stream().mapToLong(typed::timeOfDay).toArray());
            case FLOAT32, FLOAT64 ->
                among(values.stream().mapToDouble(typed::floating).toArray());
            case DECIMAL ->
                amongNumbers(
                        values.stream().map(typed::number).map(Typed::digits).toArray(byte[][]::new));
            case TEXT, UUID -> amongTexts(values.stream().map(typed::text).toArray(byte[][]::new));
            case TIMESTAMP, INSTANT ->
                amongMoments(values.stream().map(typed::moment).toList());
            case JSON, BINARY, ARRAY ->
                throw new IllegalArgumentException("it is " + typed.type() + ", whose values are not compared");
        };
    }

    private static ValueTest among(long[] values) {
        Arrays.sort(values);
        return (column, row) -> Arrays.binarySearch(values, column.longAt(row)) >= 0;
    }

    private static ValueTest among(double[] values) {
        return (column, row) -> {
            double value = column.doubleAt(row);
            for (double allowed : values) {
                if (value == allowed) {
                    return true;
                }
            }
            return false;
        };
    }

    private static ValueTest amongNumbers(byte[][] values) {
        return (column, row) -> {
            byte[] bytes = column.bytes();
            int start = column.start(row);
            int end = column.end(row);
            if (!DecimalText.isNumber(bytes, end)) {
                return false;
            }
            for (byte[] allowed : values) {
                if (DecimalText.compare(bytes, start, end, allowed, 0, allowed.length) == 0) {
                    return true;
                }
            }
            return false;
        };
    }

    /** By a table of their hashes, with room between them. */
    private static ValueTest amongTexts(byte[][] values) {
        int size = Integer.highestOneBit(values.length * 2) * 2;
        byte[][] table = new byte[size][];
        for (byte[] value : values) {
            int at = hash(value, 0, value.length) & size - 1;
            while (table[at] != null) {
                at = at + 1 & size - 1;
            }
            table[at] = value;
        }
        return (column, row) -> {
            byte[] bytes = column.bytes();
            int start = column.start(row);
            int end = column.end(row);
            for (int at = hash(bytes, start, end) & size - 1; table[at] != null; at = at + 1 & size - 1) {
                if (Arrays.equals(table[at], 0, table[at].length, bytes, start, end)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 16;
    }

    private static ValueTest amongMoments(List<Moment> values) {
        return (column, row) -> {
            long micros = column.longAt(row);
            int nanos = column.subMicrosAt(row);
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i).micros() == micros && values.get(i).nanos() == nanos) {
                    return true;
                }
            }
            return false;
        };
    }

    /** A text that a pattern of RE2 matches as a whole, in time that grows with its length and no faster. */
    static ValueTest matches(ColumnType type, String pattern) {
        if (type.kind() != ColumnType.Kind.TEXT && type.kind() != ColumnType.Kind.UUID) {
            throw new IllegalArgumentException("it is " + type + "; matches is for text");
        }
        Matcher matcher = Pattern.compile(pattern).matcher("");
        Ascii ascii = new Ascii();
        return (column, row) -> {
            matcher.reset(ascii.shows(column, row) ? ascii : column.textAt(row));
            return matcher.matches();
        };
    }

    /** The text of a value that is all ASCII, where it lies. */
    private static final class Ascii implements CharSequence {

        private byte[] bytes = {};
        private int start;
        private int length;

        /** Turns to a value; answers false where it is not all ASCII. */
        boolean shows(ColumnVector column, int row) {
            bytes = column.bytes();
            start = column.start(row);
            int end = column.end(row);
            length = end - start;
            for (int i = start; i < end; i++) {
                if (bytes[i] < 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public char charAt(int index) {
            return (char) bytes[start + index];
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return toString().substring(from, to);
        }

        @Override
        public String toString() {
            return new String(bytes, start, length, java.nio.charset.StandardCharsets.US_ASCII);
        }
    }
}
