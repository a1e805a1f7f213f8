package io.waybill.privacy;

import java.math.BigInteger;
import javax.crypto.SecretKey;

/**
 * Many texts of digits and letters together: each is a number of up to 124 bits, which FF1 encrypts in radix 2, again and again until it is the
 * number of a text of that form. For one thread.
 */
final class MixedLanes {

    private static final int MOST_BITS = BitLanes.LONGEST;
    /** Of digits and of letters: more have too many bits. */
    private static final int MOST_DIGITS = 37;

    private static final int MOST_LETTERS = 26;

    private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

    private final BitLanes bits;
    private final Form[][] forms = new Form[MOST_DIGITS + 1][MOST_LETTERS + 1];
    private final Form[] ofLane = new Form[Ff1Lanes.MOST];
    private final long[] highs = new long[Ff1Lanes.MOST];
    private final long[] lows = new long[Ff1Lanes.MOST];
    private final int[] pending = new int[Ff1Lanes.MOST];
    private int lanes;

    /**
     * A number of digits, and one of letters.
     *
     * @param high how many texts there are, its upper 64 bits
     * @param length how many bits their numbers have
     */
    private record Form(long high, long low, int length) {

        static Form of(int digits, int letters) {
            BigInteger texts =
                    BigInteger.TEN.pow(digits).multiply(BigInteger.valueOf(26).pow(letters));
            return new Form(
                    texts.shiftRight(64).longValue(),
                    texts.longValue(),
                    texts.subtract(BigInteger.ONE).bitLength());
        }

        /** Bits of the second half. */
        int second() {
            return length - length / 2;
        }
    }

    MixedLanes(SecretKey key) {
        this.bits = new BitLanes(key);
    }

    void clear() {
        lanes = 0;
    }

    /** Whether a text of so many digits and letters is for lanes. */
    boolean takes(int digits, int letters) {
        return digits <= MOST_DIGITS
                && letters <= MOST_LETTERS
                && form(digits, letters).length() <= MOST_BITS;
    }

    private Form form(int digits, int letters) {
        Form form = forms[digits][letters];
        if (form == null) {
            form = forms[digits][letters] = Form.of(digits, letters);
        }
        return form;
    }

    /** Adds a text, whose places {@link #put} puts in. */
    void add(int digits, int letters) {
        ofLane[lanes] = form(digits, letters);
        highs[lanes] = 0;
        lows[lanes] = 0;
        lanes++;
    }

    /**
     * Puts the next places of the text that was added last.
     *
     * @param texts how many texts there are of these places, below 2^31
     * @param number which of them it is
     */
    void put(long texts, long number) {
        int lane = lanes - 1;
        long low = lows[lane];
        long product = low * texts;
        long carry = Math.multiplyHigh(low, texts) + (low < 0 ? texts : 0);
        long sum = product + number;
        highs[lane] = highs[lane] * texts + carry + (Long.compareUnsigned(sum, product) < 0 ? 1 : 0);
        lows[lane] = sum;
    }

    /** Takes the last places of a text that was encrypted, and then those before them. */
    int take(int lane, long texts) {
        long high = highs[lane]; // of 60 bits
        long low = lows[lane];
        if (high == 0 && low >= 0) {
            long of = low / texts;
            lows[lane] = of;
            return (int) (low - of * texts);
        }
        long ofHigh = high / texts;
        long middle = high - ofHigh * texts << 32 | low >>> 32;
        long ofMiddle = middle / texts;
        long last = middle - ofMiddle * texts << 32 | low & UNSIGNED_INT;
        long ofLast = last / texts;
        highs[lane] = ofHigh;
        lows[lane] = ofMiddle << 32 | ofLast;
        return (int) (last - ofLast * texts);
    }

    void encrypt() {
        int count = lanes;
        for (int i = 0; i < count; i++) {
            pending[i] = i;
        }
        while (count > 0) {
            bits.clear();
            for (int i = 0; i < count; i++) {
                addHalves(pending[i]);
            }
            bits.encrypt();
            int again = 0;
            for (int i = 0; i < count; i++) {
                if (!takeHalves(pending[i], i)) {
                    pending[again++] = pending[i];
                }
            }
            count = again;
        }
    }

    private void addHalves(int lane) {
        int second = ofLane[lane].second();
        bits.add(
                highs[lane] << 64 - second | lows[lane] >>> second,
                lows[lane] & (1L << second) - 1,
                ofLane[lane].length());
    }

    /** Answers whether the number is one of a text of the form. */
    private boolean takeHalves(int lane, int encrypted) {
        Form form = ofLane[lane];
        int second = form.second();
        highs[lane] = bits.first(encrypted) >>> 64 - second;
        lows[lane] = bits.first(encrypted) << second | bits.second(encrypted);
        return highs[lane] < form.high()
                || highs[lane] == form.high() && Long.compareUnsigned(lows[lane], form.low()) < 0;
    }
}
