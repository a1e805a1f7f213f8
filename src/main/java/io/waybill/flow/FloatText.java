package io.waybill.flow;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Binary floating point numbers as the shortest decimal text that reads back as the same number, on every Java
 * version: without an exponent from 1e-7 to before 1e21 (as ECMAScript writes them), {@code 1e21} beyond.
 *
 * <p>Raffaello Giulietti, "The Schubfach way to render doubles" (2020), as Java 19 and later render them; written into a
 * caller's array, without making objects. The names of variables are the paper's. An instance is for one thread.
 */
public final class FloatText {

    /** Bytes that a number takes at most. */
    public static final int MOST_BYTES = 32;

    private static final int DOUBLE_DIGITS = 53;
    private static final int FLOAT_DIGITS = 24;
    private static final int K_MIN = -324;
    private static final int K_MAX = 292;
    private static final long MASK_63 = (1L << 63) - 1;

    /** For each k, the two halves of the paper's g(k), section 9.8: 126 bits of 10^-k, rounded up. */
    private static final long[] G = powersOfTen();

    /** Powers of ten by which zeros are dropped. */
    private static final long[] POWERS = {1, 10, 100, 0, 10_000, 0, 0, 0, 100_000_000};

    /** The number found last is {@code decimal × 10^exponent}. */
    private long decimal;

    private int exponent;

    private static long[] powersOfTen() {
        long[] g = new long[2 * (K_MAX - K_MIN + 1)];
        for (int k = K_MIN; k <= K_MAX; k++) {
            BigInteger power = BigInteger.TEN.pow(Math.abs(k));
            BigInteger floor;
            if (k <= 0) {
                int shift = power.bitLength() - 126;
                floor = shift >= 0 ? power.shiftRight(shift) : power.shiftLeft(-shift);
            } else {
                floor = BigInteger.ONE.shiftLeft(power.bitLength() + 126).divide(power);
                floor = floor.shiftRight(floor.bitLength() - 126);
            }
            BigInteger above = floor.add(BigInteger.ONE);
            g[2 * (k - K_MIN)] = above.shiftRight(63).longValueExact();
            g[2 * (k - K_MIN) + 1] = above.longValue() & MASK_63;
        }
        return g;
    }

    public static String of(double value) {
        byte[] text = new byte[MOST_BYTES];
        return new String(text, 0, new FloatText().put(value, text, 0), StandardCharsets.ISO_8859_1);
    }

    public static String of(float value) {
        byte[] text = new byte[MOST_BYTES];
        return new String(text, 0, new FloatText().put(value, text, 0), StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes a number.
     *
     * @param out has room for {@link #MOST_BYTES} from {@code at} on
     * @return where the text ends
     */
    public int put(double value, byte[] out, int at) {
        if (isShort(Math.abs(value))) {
            int from = at;
            if (value < 0) {
                out[from++] = '-';
            }
            return shape(out, from);
        }
        long bits = Double.doubleToRawLongBits(value);
        long fraction = bits & (1L << DOUBLE_DIGITS - 1) - 1;
        int biased = (int) (bits >>> DOUBLE_DIGITS - 1) & 0x7FF;
        return put(bits < 0, biased, 0x7FF, fraction, DOUBLE_DIGITS, out, at);
    }

    /**
     * Finds the decimal of a number that has few digits, as most in tables have: a whole number of ten-thousandths, with 15 digits at most.
     * There is no other decimal of 15 digits or less that reads back as the same number, so it is the shortest.
     */
    private boolean isShort(double value) {
        if (!(value >= 1e-4 && value < 1e11)) {
            return false;
        }
        long tenThousandths = (long) (value * 1e4 + 0.5);
        if (tenThousandths / 1e4 != value) { // rounded as the standard asks, since both are exact
            return false;
        }
        decimal = tenThousandths;
        exponent = -4;
        return true;
    }

    /** Likewise, with the digits of a single. */
    public int put(float value, byte[] out, int at) {
        int bits = Float.floatToRawIntBits(value);
        long fraction = bits & (1 << FLOAT_DIGITS - 1) - 1;
        int biased = bits >>> FLOAT_DIGITS - 1 & 0xFF;
        return put(bits < 0, biased, 0xFF, fraction, FLOAT_DIGITS, out, at);
    }

    private int put(boolean negative, int biased, int biasedMax, long fraction, int digits, byte[] out, int at) {
        if (biased == biasedMax) {
            return putText(fraction != 0 ? "NaN" : negative ? "-Infinity" : "Infinity", out, at);
        }
        int from = at;
        if (negative) {
            out[from++] = '-';
        }
        if (biased == 0 && fraction == 0) {
            out[from++] = '0';
            return from;
        }
        int least = 2 - (biasedMax >> 1) - digits;
        long hidden = 1L << digits - 1;
        if (biased != 0) {
            find(least - 1 + biased, hidden | fraction, fraction == 0 && biased > 1, 0);
        } else if (fraction < (digits == DOUBLE_DIGITS ? 3 : 8)) {
            find(least, 10 * fraction, false, -1); // so small that there would be one digit where Java shows two
        } else {
            find(least, fraction, false, 0);
        }
        return shape(out, from);
    }

    @SuppressWarnings("deprecation") // ASCII
    private static int putText(String text, byte[] out, int at) {
        text.getBytes(0, text.length(), out, at);
        return at + text.length();
    }

    /** Finds the decimal of {@code c × 2^q}: the paper's figures 4 and 7. */
    private void find(int q, long c, boolean irregular, int dk) {
        int shift = -q;
        if (dk == 0 && shift > 0 && shift < DOUBLE_DIGITS && c >> shift << shift == c) {
            decimal = c >> shift; // an integer
            exponent = 0;
            return;
        }
        long out = c & 1;
        long cb = c << 2;
        long cbr = cb + 2;
        long cbl = irregular ? cb - 1 : cb - 2;
        int k = irregular ? log10OfThreeQuartersOfPower(q) : log10OfPower(q);
        int h = q + log2OfPowerOfTen(-k) + 2;
        long g1 = G[2 * (k - K_MIN)];
        long g0 = G[2 * (k - K_MIN) + 1];
        long vb = roundToOdd(g1, g0, cb << h);
        long vbl = roundToOdd(g1, g0, cbl << h);
        long vbr = roundToOdd(g1, g0, cbr << h);
        long s = vb >> 2;
        exponent = k + dk;
        if (s >= 100) {
            long shorter = s / 10 * 10;
            boolean below = vbl + out <= shorter << 2;
            boolean above = (shorter + 10 << 2) + out <= vbr;
            if (below != above) {
                decimal = below ? shorter : shorter + 10;
                return;
            }
        }
        long t = s + 1;
        boolean below = vbl + out <= s << 2;
        boolean above = (t << 2) + out <= vbr;
        if (below != above) {
            decimal = below ? s : t;
        } else {
            long nearer = vb - (s + t << 1);
            decimal = nearer < 0 || nearer == 0 && (s & 1) == 0 ? s : t;
        }
    }

    /** Section 9.10 and figure 5 of the paper. */
    private static long roundToOdd(long g1, long g0, long cp) {
        long x1 = Math.multiplyHigh(g0, cp);
        long y0 = g1 * cp;
        long y1 = Math.multiplyHigh(g1, cp);
        long z = (y0 >>> 1) + x1;
        return y1 + (z >>> 63) | (z & MASK_63) + MASK_63 >>> 63;
    }

    private static int log10OfPower(int e) {
        return (int) (e * 661_971_961_083L >> 41);
    }

    private static int log10OfThreeQuartersOfPower(int e) {
        return (int) (e * 661_971_961_083L - 274_743_187_321L >> 41);
    }

    private static int log2OfPowerOfTen(int e) {
        return (int) (e * 913_124_641_741L >> 38);
    }

    private void dropZeros() {
        for (int zeros = 8; zeros > 0; zeros >>= 1) {
            long power = POWERS[zeros];
            for (long shorter = decimal / power; shorter * power == decimal; shorter = decimal / power) {
                decimal = shorter;
                exponent += zeros;
            }
        }
    }

    private int shape(byte[] out, int at) {
        dropZeros();
        int length = Digits.count(decimal);
        int point = length + exponent; // digits before the decimal point
        if (point > 21 || point < -6) {
            int end = length == 1 ? Digits.put(decimal, out, at) : putPoint(1, out, at);
            out[end++] = 'e';
            int power = point - 1;
            if (power < 0) {
                out[end++] = '-';
                power = -power;
            }
            return Digits.put(power, out, end);
        }
        if (exponent >= 0) {
            return putZeros(exponent, out, Digits.put(decimal, out, at));
        }
        if (point > 0) {
            return putPoint(point, out, at);
        }
        out[at] = '0';
        out[at + 1] = '.';
        return Digits.put(decimal, out, putZeros(-point, out, at + 2));
    }

    /** Puts the digits, and a point after {@code before} of them. */
    private int putPoint(int before, byte[] out, int at) {
        int end = Digits.put(decimal, out, at + 1);
        System.arraycopy(out, at + 1, out, at, before);
        out[at + before] = '.';
        return end;
    }

    private static int putZeros(int count, byte[] out, int at) {
        for (int i = 0; i < count; i++) {
            out[at + i] = '0';
        }
        return at + count;
    }
}
