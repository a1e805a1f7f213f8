package io.waybill.privacy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * The same as {@link Ff1} without tweaks, of many texts at once, whose halves each fit into a {@code long}: a round of all of them is one call of
 * AES, and there is arithmetic of {@code long} alone. For one thread.
 */
final class Ff1Lanes {

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

    /** How many texts there may be at once. */
    static final int MOST = 256;

    private final int radix;
    private final Cipher aes;
    /** By the length of texts; null where it has not been met. */
    private final Shape[] shapes;

    /** Those of the radix that are numbers of halves. */
    private final long[] powers;

    private final Shape[] ofLane = new Shape[MOST];
    private final long[] a = new long[MOST];
    private final long[] b = new long[MOST];
    private final byte[] blocks = new byte[MOST * Ff1.BLOCK];
    private int lanes;

    /**
     * What follows from a text's length.
     *
     * @param bytes of a half's number
     * @param high the first half of the first block, encrypted
     */
    private record Shape(int length, int bytes, long ofU, long ofV, long high, long low) {}

    Ff1Lanes(SecretKey key, int radix) {
        this.radix = radix;
        this.aes = Ff1.aes(key);
        this.shapes = new Shape[longest(radix) + 1];
        this.powers = new long[longest(radix) / 2 + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * radix;
        }
    }

    /** How many numerals texts may have for their halves to fit. */
    static int longest(int radix) {
        int half = 0;
        BigInteger power = BigInteger.valueOf(radix);
        while (power.bitLength() <= 62) {
            power = power.multiply(BigInteger.valueOf(radix));
            half++;
        }
        return 2 * half;
    }

    /** How many numerals a half may have. */
    int longestHalf() {
        return powers.length - 1;
    }

    /** The radix to the power of so many numerals, of a half at most. */
    long power(int numerals) {
        return powers[numerals];
    }

    /** How many numerals a text has. */
    int length(int lane) {
        return ofLane[lane].length();
    }

    void clear() {
        lanes = 0;
    }

    /** Adds a text of {@code length} numerals, by the numbers of its halves. */
    void add(long first, long second, int length) {
        Shape shape = shapes[length];
        if (shape == null) {
            shape = shapes[length] = shape(length);
        }
        ofLane[lanes] = shape;
        a[lanes] = first;
        b[lanes] = second;
        lanes++;
    }

    private Shape shape(int length) {
        Ff1.Lengths lengths = new Ff1.Lengths(radix, length);
        byte[] first = lengths.first(0);
        encrypt(first, 1);
        return new Shape(
                length,
                lengths.b(),
                lengths.ofU().longValueExact(),
                lengths.ofV().longValueExact(),
                (long) BIG_ENDIAN.get(first, 0),
                (long) BIG_ENDIAN.get(first, 8));
    }

    /** The number of the first half of a text that was added, once all are encrypted. */
    long first(int lane) {
        return a[lane];
    }

    long second(int lane) {
        return b[lane];
    }

    void encrypt() {
        for (int round = 0; round < Ff1.ROUNDS; round++) {
            for (int lane = 0; lane < lanes; lane++) {
                Shape shape = ofLane[lane];
                int bits = 8 * shape.bytes();
                // Q: zeros, the number of the round, the bytes of B
                long high = bits == 64 ? round : 0;
                long low = bits == 64 ? b[lane] : b[lane] | (long) round << bits;
                BIG_ENDIAN.set(blocks, lane * Ff1.BLOCK, shape.high() ^ high);
                BIG_ENDIAN.set(blocks, lane * Ff1.BLOCK + 8, shape.low() ^ low);
            }
            encrypt(blocks, lanes);
            for (int lane = 0; lane < lanes; lane++) {
                Shape shape = ofLane[lane];
                long modulus = (round & 1) == 0 ? shape.ofU() : shape.ofV();
                long high = (long) BIG_ENDIAN.get(blocks, lane * Ff1.BLOCK);
                long y = shape.bytes() <= 4
                        ? Long.remainderUnsigned(high, modulus)
                        : remainder(high, (int) ((long) BIG_ENDIAN.get(blocks, lane * Ff1.BLOCK + 8) >>> 32), modulus);
                long c = a[lane] + y; // both below 2^62
                a[lane] = b[lane];
                b[lane] = c >= modulus ? c - modulus : c;
            }
        }
    }

    /** What is left of a number of 96 bits, by the modulus, which is below 2^62. */
    static long remainder(long high, int low, long modulus) {
        long rest = Long.remainderUnsigned(high, modulus);
        if (modulus <= UNSIGNED_INT) {
            return Long.remainderUnsigned(rest << 32 | low & UNSIGNED_INT, modulus);
        }
        // the quotient has 32 bits, of which a double errs by less than one
        long quotient = (long) ((double) rest * 0x1p32 / (double) modulus);
        long left = (rest << 32) + (low & UNSIGNED_INT) - quotient * modulus;
        while (left < 0) {
            left += modulus;
        }
        while (left >= modulus) {
            left -= modulus;
        }
        return left;
    }

    private void encrypt(byte[] bytes, int count) {
        try {
            aes.update(bytes, 0, count * Ff1.BLOCK, bytes, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("blocks of AES have room for themselves", e);
        }
    }
}
