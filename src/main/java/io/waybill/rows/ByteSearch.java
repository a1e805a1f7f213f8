package io.waybill.rows;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the first of some bytes in a text, eight at a time: most texts hold none, and to look at each byte takes longer than to copy it.
 */
public final class ByteSearch {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;

    private final boolean[] wanted = new boolean[256];
    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    /** Whether four are enough; a fifth is looked for byte by byte. */
    private final boolean inWords;

    private ByteSearch(byte... bytes) {
        int count = 0;
        long[] patterns = new long[4];
        for (byte b : bytes) {
            if (!wanted[b & 0xFF]) {
                wanted[b & 0xFF] = true;
                if (count < patterns.length) {
                    patterns[count] = ONES * (b & 0xFF);
                }
                count++;
            }
        }
        for (int i = count; i < patterns.length; i++) {
            patterns[i] = patterns[0];
        }
        this.first = patterns[0];
        this.second = patterns[1];
        this.third = patterns[2];
        this.fourth = patterns[3];
        this.inWords = count <= patterns.length;
    }

    /** @param bytes at least one; four different ones at most are looked for quickly */
    public static ByteSearch of(byte... bytes) {
        return new ByteSearch(bytes);
    }

    /** The index of the first of them from {@code start} on; {@code end} where there is none before it. */
    public int next(byte[] bytes, int start, int end) {
        int i = start;
        if (inWords) {
            while (i <= end - 8 && !isIn((long) WORDS.get(bytes, i))) {
                i += 8;
            }
        }
        while (i < end && !wanted[bytes[i] & 0xFF]) {
            i++;
        }
        return i;
    }

    private boolean isIn(long word) {
        return ((zeros(word ^ first) | zeros(word ^ second) | zeros(word ^ third) | zeros(word ^ fourth)) & HIGHS) != 0;
    }

    /** Has a high bit where a byte is zero, and elsewhere only above one that is (Warren, "Hacker's Delight", 6-1). */
    private static long zeros(long word) {
        return word - ONES & ~word;
    }
}
