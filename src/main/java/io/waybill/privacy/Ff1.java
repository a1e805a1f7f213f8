package io.waybill.privacy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * FF1 of NIST SP 800-38G, for numerals of any length: format-preserving encryption by ten rounds of a Feistel network. For one thread.
 *
 * <p>A text of {@code n} numerals is two numbers here, of its first {@code n / 2} numerals and of the others.
 */
final class Ff1 {

    static final int ROUNDS = 10;
    static final int BLOCK = 16;

    private static final byte[] NO_TWEAK = {};

    private final int radix;
    private final Cipher aes;

    /** @param key of AES */
    Ff1(SecretKey key, int radix) {
        this.radix = radix;
        this.aes = aes(key);
    }

    /** AES of whole blocks, each by itself. */
    static Cipher aes(SecretKey key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key);
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a key of AES", e);
        }
    }

    /** Both halves of a text, encrypted. */
    BigInteger[] encrypt(BigInteger[] halves, int length) {
        return encrypt(halves, length, NO_TWEAK);
    }

    BigInteger[] encrypt(BigInteger[] halves, int length, byte[] tweak) {
        Lengths lengths = new Lengths(radix, length);
        byte[] input = input(lengths, tweak);
        BigInteger a = halves[0];
        BigInteger b = halves[1];
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger c = a.add(round(i, b, lengths, input)).mod(lengths.modulus(i));
            a = b;
            b = c;
        }
        return new BigInteger[] {a, b};
    }

    /** The text that was encrypted to this one. */
    BigInteger[] decrypt(BigInteger[] halves, int length) {
        return decrypt(halves, length, NO_TWEAK);
    }

    BigInteger[] decrypt(BigInteger[] halves, int length, byte[] tweak) {
        Lengths lengths = new Lengths(radix, length);
        byte[] input = input(lengths, tweak);
        BigInteger a = halves[0];
        BigInteger b = halves[1];
        for (int i = ROUNDS - 1; i >= 0; i--) {
            BigInteger c = b.subtract(round(i, a, lengths, input)).mod(lengths.modulus(i));
            b = a;
            a = c;
        }
        return new BigInteger[] {a, b};
    }

    /**
     * What follows from a text's length: the names are those of the standard.
     *
     * @param u numerals of the first half
     * @param b bytes of a half's number
     * @param d bytes that are made of it in each round
     * @param ofU radix to the power of {@code u}
     * @param ofV radix to the power of the other half's numerals
     */
    record Lengths(int radix, int n, int u, int b, int d, BigInteger ofU, BigInteger ofV) {

        Lengths(int radix, int n) {
            this(
                    radix,
                    n,
                    n / 2,
                    BigInteger.valueOf(radix).pow(n / 2),
                    BigInteger.valueOf(radix).pow(n - n / 2));
        }

        private Lengths(int radix, int n, int u, BigInteger ofU, BigInteger ofV) {
            this(radix, n, u, bytes(ofV), 4 * ((bytes(ofV) + 3) / 4) + 4, ofU, ofV);
        }

        private static int bytes(BigInteger modulus) {
            return (modulus.subtract(BigInteger.ONE).bitLength() + 7) / 8;
        }

        BigInteger modulus(int round) {
            return round % 2 == 0 ? ofU : ofV;
        }

        /** The first block, P. */
        byte[] first(int tweakLength) {
            byte[] block = new byte[BLOCK];
            block[0] = 1;
            block[1] = 2;
            block[2] = 1;
            put(radix, block, 3, 3);
            block[6] = ROUNDS;
            block[7] = (byte) u;
            put(n, block, 8, 4);
            put(tweakLength, block, 12, 4);
            return block;
        }
    }

    private static void put(int number, byte[] block, int at, int bytes) {
        for (int i = 0; i < bytes; i++) {
            block[at + i] = (byte) (number >>> 8 * (bytes - 1 - i));
        }
    }

    /** P and Q, but for what differs from round to round. */
    private static byte[] input(Lengths lengths, byte[] tweak) {
        int padding = Math.floorMod(-tweak.length - lengths.b() - 1, BLOCK);
        byte[] input = Arrays.copyOf(lengths.first(tweak.length), BLOCK + tweak.length + padding + 1 + lengths.b());
        System.arraycopy(tweak, 0, input, BLOCK, tweak.length);
        return input;
    }

    private BigInteger round(int round, BigInteger half, Lengths lengths, byte[] input) {
        int at = input.length - lengths.b();
        input[at - 1] = (byte) round;
        byte[] number = half.toByteArray();
        int sign = number.length > lengths.b() ? number.length - lengths.b() : 0;
        Arrays.fill(input, at, input.length, (byte) 0);
        System.arraycopy(number, sign, input, input.length - number.length + sign, number.length - sign);
        byte[] r = prf(input);
        byte[] s = Arrays.copyOf(r, (lengths.d() + BLOCK - 1) / BLOCK * BLOCK);
        for (int j = 1; j * BLOCK < lengths.d(); j++) {
            byte[] block = r.clone();
            for (int i = 0; i < 4; i++) {
                block[BLOCK - 1 - i] ^= (byte) (j >>> 8 * i);
            }
            encrypt(block);
            System.arraycopy(block, 0, s, j * BLOCK, BLOCK);
        }
        return new BigInteger(1, s, 0, lengths.d());
    }

    private byte[] prf(byte[] input) {
        byte[] block = new byte[BLOCK];
        for (int at = 0; at < input.length; at += BLOCK) {
            for (int i = 0; i < BLOCK; i++) {
                block[i] ^= input[at + i];
            }
            encrypt(block);
        }
        return block;
    }

    private void encrypt(byte[] block) {
        try {
            aes.update(block, 0, BLOCK, block, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a block of AES has room for itself", e);
        }
    }
}
