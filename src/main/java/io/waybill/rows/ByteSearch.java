package io.waybill.rows;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/**
 * Finds the first of some bytes in a text, eight at a time: most texts hold none, and to look at each byte takes longer than to copy it.
 */
public final class ByteSearch {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;

    private final boolean[] wanted = new boolean[256];

    /** All bytes below are looked for. */
    private final long below;

    /** The high bits, where all bytes are looked for that are not ASCII. */
    private final long notAscii;

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    /** Whether that is all; more are looked for byte by byte. */
    private final boolean inWords;

    /** Looks for the bytes that are marked in an array of 256. */
    ByteSearch(boolean[] wanted) {
        System.arraycopy(wanted, 0, this.wanted, 0, wanted.length);
        int least = 0;
        while (least < 0x80 && wanted[least]) {
            least++;
        }
        boolean high = true;
        for (int b = 0x80; b < 256; b++) {
            high &= wanted[b];
        }
        int[] others =
                IntStream.range(least, high ? 0x80 : 256).filter(b -> wanted[b]).toArray();
        long[] patterns = new long[4];
        for (int i = 0; i < patterns.length; i++) {
            // one that is looked for twice, or the bytes that are below, is found all the same
            patterns[i] = ONES * (i < others.length ? others[i] : others.length > 0 ? others[0] : least - 1);
        }
        this.below = ONES * least;
        this.notAscii = high ? HIGHS : 0;
        this.first = patterns[0];
        this.second = patterns[1];
        this.third = patterns[2];
        this.fourth = patterns[3];
        this.inWords = others.length <= patterns.length && (others.length > 0 || least > 0);
    }

    /** Looks for some bytes. Four different ones at most are looked for quickly, beside all from 0 on and all that are not ASCII. */
    public static ByteSearch of(byte... bytes) {
        boolean[] wanted = new boolean[256];
        for (byte b : bytes) {
            wanted[b & 0xFF] = true;
        }
        return new ByteSearch(wanted);
    }

    /** The index of the first of them from {@code start} on; {@code end} where there is none before it. */
    public int next(byte[] bytes, int start, int end) {
        int i = start;
        if (inWords) {
            for (; i <= end - 8; i += 8) {
                long found = found((long) WORDS.get(bytes, i));
                if (found != 0) {
                    return i + (Long.numberOfTrailingZeros(found) >>> 3);
                }
            }
        }
        while (i < end && !wanted[bytes[i] & 0xFF]) {
            i++;
        }
        return i;
    }

    /** Has the high bit of the first byte that is looked for, and maybe of later ones (Warren, "Hacker's Delight", 6-1). */
    private long found(long word) {
        return ((zeros(word ^ first)
                                | zeros(word ^ second)
                                | zeros(word ^ third)
                                | zeros(word ^ fourth)
                                | word - below & ~word)
                        & HIGHS)
                | word & notAscii;
    }

    private static long zeros(long word) {
        return word - ONES & ~word;
    }
}
