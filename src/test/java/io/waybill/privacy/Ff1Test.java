package io.waybill.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FF1 by the samples of NIST ("FF1samples.pdf" to SP 800-38G), and beside another's. */
class Ff1Test {

    private static final String AES_128 = "2B7E151628AED2A6ABF7158809CF4F3C";
    private static final String AES_192 = AES_128 + "EF4359D8D580AA4F";
    private static final String AES_256 = AES_192 + "7F036D6F04FC6A94";

    @ParameterizedTest
    @CsvSource({
        AES_128 + ", 10, '', 0123456789, 2433477484",
        AES_128 + ", 10, 39383736353433323130, 0123456789, 6124200773",
        AES_128 + ", 36, 3737373770717273373737, 0123456789abcdefghi, a9tv40mll9kdu509eum",
        AES_192 + ", 10, '', 0123456789, 2830668132",
        AES_192 + ", 10, 39383736353433323130, 0123456789, 2496655549",
        AES_192 + ", 36, 3737373770717273373737, 0123456789abcdefghi, xbj3kv35jrawxv32ysr",
        AES_256 + ", 10, '', 0123456789, 6657667009",
        AES_256 + ", 10, 39383736353433323130, 0123456789, 1001623463",
        AES_256 + ", 36, 3737373770717273373737, 0123456789abcdefghi, xs8a0azh2avyalyzuwd"
    })
    void encryptsAndDecryptsTheSamplesOfNist(String key, int radix, String tweak, String plain, String cipher) {
        Ff1 ff1 = new Ff1(new SecretKeySpec(bytes(key), "AES"), radix);

        BigInteger[] encrypted = ff1.encrypt(halves(plain, radix), plain.length(), bytes(tweak));
        BigInteger[] decrypted = ff1.decrypt(halves(cipher, radix), cipher.length(), bytes(tweak));

        assertThat(text(encrypted, radix, plain.length())).isEqualTo(cipher);
        assertThat(text(decrypted, radix, cipher.length())).isEqualTo(plain);
    }

    /** NIST's samples are of short texts; this is of any. */
    @Property(tries = 2000)
    void encryptsWhatBouncyCastleDoes(
            @ForAll @IntRange(min = 2, max = 64) int radix,
            @ForAll @IntRange(min = 20, max = 90) int length,
            @ForAll @Size(32) byte[] key,
            @ForAll @Size(max = 40) byte[] tweak,
            @ForAll long seed) {
        byte[] numerals = numerals(radix, length, seed);
        byte[] expected = new byte[length];
        FPEFF1Engine engine = new FPEFF1Engine();
        engine.init(true, new FPEParameters(new KeyParameter(key), radix, tweak));
        engine.processBlock(numerals, 0, length, expected, 0);

        Ff1 ff1 = new Ff1(new SecretKeySpec(key, "AES"), radix);
        BigInteger[] encrypted = ff1.encrypt(halves(numerals, radix), length, tweak);

        assertThat(encrypted).containsExactly(halves(expected, radix));
        assertThat(ff1.decrypt(encrypted, length, tweak)).containsExactly(halves(numerals, radix));
    }

    @Property(tries = 500)
    void encryptsManyAtOnceAsOneByOne(
            @ForAll @IntRange(min = 2, max = 64) int radix, @ForAll @Size(32) byte[] key, @ForAll long seed) {
        SecretKeySpec aes = new SecretKeySpec(key, "AES");
        Ff1Lanes lanes = new Ff1Lanes(aes, radix);
        Ff1 ff1 = new Ff1(aes, radix);
        BigInteger[][] texts = new BigInteger[Ff1Lanes.MOST][];
        int[] lengths = new int[Ff1Lanes.MOST];
        Random random = new Random(seed);
        for (int i = 0; i < texts.length; i++) {
            lengths[i] = 2 + random.nextInt(Ff1Lanes.longest(radix) - 1);
            texts[i] = halves(numerals(radix, lengths[i], random.nextLong()), radix);
            lanes.add(texts[i][0].longValueExact(), texts[i][1].longValueExact(), lengths[i]);
        }

        lanes.encrypt();

        for (int i = 0; i < texts.length; i++) {
            BigInteger[] expected = ff1.encrypt(texts[i], lengths[i]);
            assertThat(BigInteger.valueOf(lanes.first(i))).isEqualTo(expected[0]);
            assertThat(BigInteger.valueOf(lanes.second(i))).isEqualTo(expected[1]);
        }
    }

    @Property(tries = 20_000)
    void dividesNumbersOf96BitsWithoutObjects(
            @ForAll long high, @ForAll int low, @ForAll @LongRange(min = 1, max = (1L << 62) - 1) long modulus) {
        BigInteger number = new BigInteger(Long.toUnsignedString(high))
                .shiftLeft(32)
                .add(BigInteger.valueOf(Integer.toUnsignedLong(low)));

        assertThat(Ff1Lanes.remainder(high, low, modulus))
                .isEqualTo(number.mod(BigInteger.valueOf(modulus)).longValueExact());
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex == null ? "" : hex);
    }

    private static byte[] numerals(int radix, int length, long seed) {
        Random random = new Random(seed);
        byte[] numerals = new byte[length];
        for (int i = 0; i < length; i++) {
            numerals[i] = (byte) random.nextInt(radix);
        }
        return numerals;
    }

    private static BigInteger[] halves(String text, int radix) {
        int u = text.length() / 2;
        return new BigInteger[] {new BigInteger(text.substring(0, u), radix), new BigInteger(text.substring(u), radix)};
    }

    private static BigInteger[] halves(byte[] numerals, int radix) {
        BigInteger[] halves = {BigInteger.ZERO, BigInteger.ZERO};
        for (int i = 0; i < numerals.length; i++) {
            int half = i < numerals.length / 2 ? 0 : 1;
            halves[half] = halves[half].multiply(BigInteger.valueOf(radix)).add(BigInteger.valueOf(numerals[i]));
        }
        return halves;
    }

    private static String text(BigInteger[] halves, int radix, int length) {
        String first = halves[0].toString(radix);
        String second = halves[1].toString(radix);
        int u = length / 2;
        return "0".repeat(u - first.length()) + first + "0".repeat(length - u - second.length()) + second;
    }
}
