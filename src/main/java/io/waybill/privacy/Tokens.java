package io.waybill.privacy;

import io.waybill.flow.Transform.Alphabet;
import io.waybill.flow.Transform.Small;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import javax.crypto.SecretKey;

/**
 * Puts the digits and letters of a text into the place of others: a digit for a digit, a capital for a capital, a small letter for a small one; all
 * else stays. The places of a text make one number, which FF1 encrypts as a whole: digits alone in radix 10, letters alone in radix 26, both
 * together in radix 2, again and again until it is a number of such a text. For one thread.
 */
final class Tokens {

    /** Fewer texts of a form can be tried, one by one (NIST SP 800-38G, revision 1). */
    private static final long LEAST = 1_000_000;

    private static final String WORDS_STAY =
            "the value has more letters beyond ASCII, which stay as they are, than others, and its words would go out;"
                    + " \"hash\" is for all, and alphabet = \"digits\" leaves all letters as they are";

    private static final String DIGITS_STAY =
            "the value has more digits beyond ASCII, which stay as they are, than others, and they would go out;"
                    + " \"hash\" is for all, and alphabet = \"letters\" leaves all digits as they are";

    /** The work grows by the square. */
    private static final int MOST_PLACES = 1000;

    private static final BigInteger TEN = BigInteger.TEN;
    private static final BigInteger LETTERS = BigInteger.valueOf(26);

    /** How many values a place may have, by the byte that is there. */
    private final byte[] radixes;

    private final Alphabet alphabet;
    private final Small small;
    private final Ff1 digits;
    private final Ff1 letters;
    private final Ff1 bits;
    private final Hmac hmac;

    Tokens(PrivacyKey key, Alphabet alphabet, Small small) {
        this.radixes = radixes(alphabet);
        this.alphabet = alphabet;
        this.small = small;
        SecretKey aes = key.ofTokens();
        this.digits = new Ff1(aes, 10);
        this.letters = new Ff1(aes, 26);
        this.bits = new Ff1(aes, 2);
        this.hmac = new Hmac(key.ofSmallTokens());
    }

    /** How many values a place may have: 10, 26, or 1 for what stays. */
    int radix(byte b) {
        return radixes[b & 0xFF];
    }

    private static byte[] radixes(Alphabet alphabet) {
        byte[] radixes = new byte[256];
        for (int b = 0; b < radixes.length; b++) {
            boolean letter = b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z';
            boolean digit = b >= '0' && b <= '9';
            radixes[b] = (byte)
                    (digit && alphabet != Alphabet.LETTERS ? 10 : letter && alphabet != Alphabet.DIGITS ? 26 : 1);
        }
        return radixes;
    }

    /** The first of the values that a place may have which does not stay. */
    static int zero(byte b) {
        return b <= '9' ? '0' : b <= 'Z' ? 'A' : 'a';
    }

    /**
     * Refuses a text of whose letters more would go out as they are than are replaced, although letters are to be; and likewise of digits:
     * those beyond ASCII have no others that stand for them.
     *
     * @param digits how many are replaced
     * @param letters likewise
     */
    void refuseWhatStays(byte[] text, int from, int to, int row, int digits, int letters) {
        int[] beyond = new String(text, from, to - from, StandardCharsets.UTF_8)
                .codePoints()
                .filter(character -> character >= 0x80)
                .toArray();
        if (alphabet != Alphabet.DIGITS
                && IntStream.of(beyond).filter(Character::isLetter).count() > letters) {
            throw new RefusedValueException(row, WORDS_STAY);
        }
        if (alphabet != Alphabet.LETTERS
                && IntStream.of(beyond).filter(Tokens::isNumeral).count() > digits) {
            throw new RefusedValueException(row, DIGITS_STAY);
        }
    }

    /** Of any script, and those in circles, too. */
    private static boolean isNumeral(int character) {
        int type = Character.getType(character);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /** Whether there are texts enough of so many digits and letters; not asked of those that are just enough. */
    static boolean areEnough(int digits, int letters) {
        return digits + letters >= 6 || letters == 5;
    }

    /** The form of a text: of how many there are, and how many of its places do not stay. */
    private record Form(BigInteger texts, int places, int radix) {}

    private Form form(byte[] text, int from, int to) {
        int ofDigits = 0;
        int ofLetters = 0;
        for (int i = from; i < to; i++) {
            int radix = radix(text[i]);
            ofDigits += radix == 10 ? 1 : 0;
            ofLetters += radix == 26 ? 1 : 0;
        }
        int places = ofDigits + ofLetters;
        if (places > MOST_PLACES) {
            throw new RefusedValueException(
                    0,
                    "the value has " + places + " places to fill; \"tokenize\" is for " + MOST_PLACES
                            + " at most, \"hash\" for any number");
        }
        BigInteger texts = TEN.pow(ofDigits).multiply(LETTERS.pow(ofLetters));
        return new Form(texts, places, ofLetters == 0 ? 10 : ofDigits == 0 ? 26 : 2);
    }

    /** Puts the token of a text into its place. */
    void encrypt(byte[] text, int from, int to) {
        Form form = form(text, from, to);
        if (form.texts().compareTo(BigInteger.valueOf(LEAST)) < 0) {
            encryptSmall(text, from, to, form);
            return;
        }
        BigInteger number = number(text, from, to);
        do {
            number = encrypt(number, form);
        } while (number.compareTo(form.texts())
                >= 0); // cycle walking: Black and Rogaway, Ciphers with Arbitrary Finite Domains
        put(number, text, from, to);
    }

    /** Puts the text in the place of its token. */
    void decrypt(byte[] token, int from, int to) {
        Form form = form(token, from, to);
        if (form.texts().compareTo(BigInteger.valueOf(LEAST)) < 0) {
            throw new RefusedValueException(
                    0,
                    "is one of " + form.texts() + " texts of its form, and " + LEAST
                            + " have to be for it to be a token; where the column has small = \"hmac\", another was put in the place of such a value,"
                            + " which nobody leads back: leave it out here");
        }
        BigInteger number = number(token, from, to);
        do {
            BigInteger[] halves = halves(number, form);
            number = joined(ff1(form).decrypt(halves, length(form)), form);
        } while (number.compareTo(form.texts()) >= 0);
        put(number, token, from, to);
    }

    private BigInteger encrypt(BigInteger number, Form form) {
        return joined(ff1(form).encrypt(halves(number, form), length(form)), form);
    }

    private Ff1 ff1(Form form) {
        return switch (form.radix()) {
            case 10 -> digits;
            case 26 -> letters;
            default -> bits;
        };
    }

    /** How many numerals the number has. */
    private static int length(Form form) {
        return form.radix() == 2 ? form.texts().subtract(BigInteger.ONE).bitLength() : form.places();
    }

    private static BigInteger[] halves(BigInteger number, Form form) {
        return number.divideAndRemainder(ofSecondHalf(form));
    }

    private static BigInteger joined(BigInteger[] halves, Form form) {
        return halves[0].multiply(ofSecondHalf(form)).add(halves[1]);
    }

    private static BigInteger ofSecondHalf(Form form) {
        int length = length(form);
        return BigInteger.valueOf(form.radix()).pow(length - length / 2);
    }

    private BigInteger number(byte[] text, int from, int to) {
        BigInteger number = BigInteger.ZERO;
        for (int i = from; i < to; i++) {
            int radix = radix(text[i]);
            if (radix != 1) {
                number = number.multiply(BigInteger.valueOf(radix)).add(BigInteger.valueOf(text[i] - zero(text[i])));
            }
        }
        return number;
    }

    private void put(BigInteger number, byte[] text, int from, int to) {
        BigInteger rest = number;
        for (int i = to - 1; i >= from; i--) {
            int radix = radix(text[i]);
            if (radix != 1) {
                BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(radix));
                text[i] = (byte) (zero(text[i]) + parts[1].intValue());
                rest = parts[0];
            }
        }
    }

    private void encryptSmall(byte[] text, int from, int to, Form form) {
        if (from == to) {
            return; // no text at all says nothing
        }
        if (small == Small.REFUSE) {
            throw new RefusedValueException(
                    0,
                    "the value is one of " + form.texts() + " texts of its form; a token is for " + LEAST
                            + " or more, such as six digits; small = \"hmac\" puts another in its place that cannot be led back, and \"hash\" is for all");
        }
        for (int i = from; i < to; i++) {
            if (text[i] < 0) {
                throw new RefusedValueException(
                        0,
                        "the value has too few letters and digits of ASCII, and would go out almost as it is; \"hash\" is for all");
            }
        }
        byte[] made = hmac.of(text, from, to);
        put(new BigInteger(1, made, 0, 16).mod(form.texts()), text, from, to);
    }
}
