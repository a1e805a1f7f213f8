package io.waybill.flow;

/** Decimal digits of whole numbers as ASCII, two at a time, in a caller's array. */
public final class Digits {

    /** Bytes that a {@code long} takes at most, its sign included. */
    public static final int MOST_BYTES = 20;

    private static final int BILLION = 1_000_000_000;

    private static final byte[] PAIRS = new byte[200];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[2 * i] = (byte) ('0' + i / 10);
            PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
        }
    }

    private Digits() {}

    /**
     * Puts a number, with a minus where it is negative.
     *
     * @param out has room for {@link #MOST_BYTES} from {@code at} on
     * @return where the text ends
     */
    public static int put(long value, byte[] out, int at) {
        if (value >= 0) {
            return putMagnitude(value, out, at);
        }
        out[at] = '-';
        return value == Long.MIN_VALUE
                ? putNine(854_775_808, out, putNine(223_372_036, out, putShort(9, out, at + 1)))
                : putMagnitude(-value, out, at + 1);
    }

    private static int putMagnitude(long value, byte[] out, int at) {
        if (value < BILLION) {
            return putShort((int) value, out, at);
        }
        long high = value / BILLION;
        int end = high < BILLION
                ? putShort((int) high, out, at)
                : putNine((int) (high % BILLION), out, putShort((int) (high / BILLION), out, at));
        return putNine((int) (value - high * BILLION), out, end);
    }

    /** Puts a number from 0 to before 10^9: 32 bits divide quicker than 64. */
    private static int putShort(int value, byte[] out, int at) {
        int end = at + count(value);
        int to = end;
        int rest = value;
        while (rest >= 100) {
            int next = rest / 100;
            to -= 2;
            putTwo(rest - next * 100, out, to);
            rest = next;
        }
        if (rest >= 10) {
            putTwo(rest, out, at);
        } else {
            out[at] = (byte) ('0' + rest);
        }
        return end;
    }

    /** How many digits a number from 0 to before 10^9 has. */
    private static int count(int value) {
        if (value < 10_000) {
            return value < 100 ? value < 10 ? 1 : 2 : value < 1000 ? 3 : 4;
        }
        if (value < 1_000_000) {
            return value < 100_000 ? 5 : 6;
        }
        return value < 10_000_000 ? 7 : value < 100_000_000 ? 8 : 9;
    }

    /** How many digits a number has that is not negative. */
    public static int count(long value) {
        int more = 0;
        long rest = value;
        while (rest >= BILLION) {
            rest /= BILLION;
            more += 9;
        }
        return more + count((int) rest);
    }

    private static int putNine(int value, byte[] out, int at) {
        out[at] = (byte) ('0' + value / 100_000_000);
        int rest = value % 100_000_000;
        putFour(rest / 10_000, out, at + 1);
        return putFour(rest % 10_000, out, at + 5);
    }

    /** Puts four digits, with leading zeros; answers where they end. */
    public static int putFour(int value, byte[] out, int at) {
        int high = value / 100;
        putTwo(high, out, at);
        return putTwo(value - high * 100, out, at + 2);
    }

    /** Puts two digits, with a leading zero; answers where they end. */
    public static int putTwo(int value, byte[] out, int at) {
        out[at] = PAIRS[2 * value];
        out[at + 1] = PAIRS[2 * value + 1];
        return at + 2;
    }

    /** Puts the last {@code width} digits of a number that is not negative, with leading zeros; answers where they end. */
    public static int putPadded(long value, int width, byte[] out, int at) {
        long rest = value;
        for (int i = at + width - 1; i >= at; i--) {
            long next = rest / 10;
            out[i] = (byte) ('0' + rest - next * 10);
            rest = next;
        }
        return at + width;
    }
}
