package io.waybill.privacy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * The same as {@link Ff1Lanes} of numbers in radix 2: what is left of a number by a power of two are its last bits, and nothing is divided. For one
 * thread.
 */
final class BitLanes {

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** How many bits numbers may have. */
    static final int LONGEST = Ff1Lanes.longest(2);

    private final Cipher aes;
    /** By the length of numbers; null where it has not been met. */
    private final Shape[] shapes = new Shape[LONGEST + 1];

    private final Shape[] ofLane = new Shape[Ff1Lanes.MOST];
    private final long[] a = new long[Ff1Lanes.MOST];
    private final long[] b = new long[Ff1Lanes.MOST];
    private final byte[] blocks = new byte[Ff1Lanes.MOST * Ff1.BLOCK];
    private int lanes;

    /**
     * What follows from a number's length.
     *
     * @param isShort whether a half's number has no more than four bytes, so that eight are made of it in each round, and not twelve
     * @param round where the number of the round stands beside the bytes of a half, in bits
     * @param ofU the bits of the first half
     * @param high the first half of the first block, encrypted
     */
    private record Shape(boolean isShort, int round, long ofU, long ofV, long high, long low) {}

    BitLanes(SecretKey key) {
        this.aes = Ff1.aes(key);
    }

    void clear() {
        lanes = 0;
    }

    /** Adds a number of {@code length} bits, by its halves. */
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
        Ff1.Lengths lengths = new Ff1.Lengths(2, length);
        byte[] first = lengths.first(0);
        encrypt(first, 1);
        return new Shape(
                lengths.b() <= 4,
                8 * lengths.b(),
                lengths.ofU().longValueExact() - 1,
                lengths.ofV().longValueExact() - 1,
                (long) BIG_ENDIAN.get(first, 0),
                (long) BIG_ENDIAN.get(first, 8));
    }

    /** The first half of a number that was added, once all are encrypted. */
    long first(int lane) {
        return a[lane];
    }

    long second(int lane) {
        return b[lane];
    }

    void encrypt() {
        for (int lane = 0; lane < lanes; lane++) {
            ask(lane, ofLane[lane], 0, b[lane]);
        }
        for (int round = 0; round < Ff1.ROUNDS; round += 2) {
            encrypt(blocks, lanes);
            half(round, a, true);
            encrypt(blocks, lanes);
            half(round + 1, b, false);
        }
    }

    /** The end of a round, which changes one half, and the beginning of the next, which changes the other by it. */
    private void half(int round, long[] changed, boolean isFirst) {
        for (int lane = 0; lane < lanes; lane++) {
            Shape shape = ofLane[lane];
            long high = (long) BIG_ENDIAN.get(blocks, lane * Ff1.BLOCK);
            long y = shape.isShort() ? high : high << 32 | (long) BIG_ENDIAN.get(blocks, lane * Ff1.BLOCK + 8) >>> 32;
            long half = changed[lane] + y & (isFirst ? shape.ofU() : shape.ofV());
            changed[lane] = half;
            ask(lane, shape, round + 1, half);
        }
    }

    /** Makes the block of a round. Q: zeros, the number of the round, the bytes of the half. */
    private void ask(int lane, Shape shape, int round, long half) {
        boolean isFull = shape.round() == 64;
        BIG_ENDIAN.set(blocks, lane * Ff1.BLOCK, isFull ? shape.high() ^ round : shape.high());
        BIG_ENDIAN.set(
                blocks,
                lane * Ff1.BLOCK + 8,
                isFull ? shape.low() ^ half : shape.low() ^ (half | (long) round << shape.round()));
    }

    private void encrypt(byte[] bytes, int count) {
        try {
            aes.update(bytes, 0, count * Ff1.BLOCK, bytes, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("blocks of AES have room for themselves", e);
        }
    }
}
