package io.waybill.privacy.scan;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers that check themselves. */
final class CheckDigits {

    private static final Pattern CARD = Pattern.compile("\\d{13,19}|\\d{4}([ -]\\d{4}){3}|\\d{4}[ -]\\d{6}[ -]\\d{5}");

    /** ISO/IEC 7812, as the schemes have them: Visa, Mastercard, American Express, Discover, Diners, JCB. */
    private static final Pattern CARD_ISSUER = Pattern.compile("4(\\d{12}|\\d{15}|\\d{18})"
            + "|(5[1-5]|222[1-9]|22[3-9]\\d|2[3-6]\\d{2}|27[01]\\d|2720)\\d+"
            + "|3[47]\\d{13}|(6011|65\\d{2}|64[4-9]\\d)\\d{12}|3(0[0-5]|[689]\\d)\\d{11}|35(2[89]|[3-8]\\d)\\d{12}");

    private static final Pattern IBAN = Pattern.compile("[A-Z]{2}\\d{2}[A-Z0-9]{11,30}");

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private static final Pattern NIF = Pattern.compile("([XYZ]?)(\\d{7,8})-?([A-Z])");

    private static final String NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

    private static final Pattern NIR =
            Pattern.compile("([12]\\d{2}(?:0[1-9]|1[0-2]|[2-9]\\d)(?:\\d{2}|2A|2B)\\d{6})(\\d{2})");

    private static final Pattern CODICE = Pattern.compile("[A-Z]{6}\\d{2}[ABCDEHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]");

    private static final int[] ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    private CheckDigits() {}

    /** Length, issuer, and Luhn's sum (ISO/IEC 7812-1, annex B). */
    static boolean isCard(String text) {
        if (!CARD.matcher(text).matches()) {
            return false;
        }
        String digits = text.replaceAll("[ -]", "");
        return CARD_ISSUER.matcher(digits).matches() && luhn(digits);
    }

    private static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? digit : 2 * digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }

    /** ISO 13616: a country, and the remainder of ISO/IEC 7064, MOD 97-10. */
    static boolean isIban(String text) {
        String iban = text.replace(" ", "");
        if (!IBAN.matcher(iban).matches() || !COUNTRIES.contains(iban.substring(0, 2)) && !iban.startsWith("XK")) {
            return false;
        }
        StringBuilder number = new StringBuilder();
        (iban.substring(4) + iban.substring(0, 4)).chars().forEach(each -> number.append(Character.digit(each, 36)));
        return new BigInteger(number.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
    }

    /** Real Decreto 1553/2005, and Orden INT/2058/2008: the letter is the remainder by 23; X, Y, Z of foreigners are 0, 1, 2. */
    static boolean isSpanishNif(String text) {
        Matcher nif = NIF.matcher(text);
        if (!nif.matches() || (nif.group(1).isEmpty() ? 8 : 7) != nif.group(2).length()) {
            return false;
        }
        String prefix = nif.group(1).isEmpty() ? "" : Integer.toString("XYZ".indexOf(nif.group(1)));
        return NIF_LETTERS.charAt(Integer.parseInt(prefix + nif.group(2)) % 23)
                == nif.group(3).charAt(0);
    }

    /** INSEE: the key is 97 less the remainder by 97; Corsica's 2A and 2B count as 19 and 18. */
    static boolean isFrenchNir(String text) {
        Matcher nir = NIR.matcher(text.replace(" ", ""));
        return nir.matches()
                && 97 - Long.parseLong(nir.group(1).replace("2A", "19").replace("2B", "18")) % 97
                        == Integer.parseInt(nir.group(2));
    }

    /** Decreto ministeriale 23 December 1976: the last letter is a sum by places. */
    static boolean isItalianCode(String text) {
        if (!CODICE.matcher(text).matches()) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            char each = text.charAt(i);
            int value = Character.isDigit(each) ? each - '0' : each - 'A';
            sum += i % 2 == 0 ? ODD[value] : value;
        }
        return text.charAt(15) == 'A' + sum % 26;
    }

    /** ISO/IEC 7064, MOD 11,10; among the first ten digits one is there two or three times, and no other more than once. */
    static boolean isGermanTaxId(String text) {
        if (!text.matches("[1-9]\\d{10}")) {
            return false;
        }
        int[] counts = new int[10];
        int product = 10;
        for (int i = 0; i < 10; i++) {
            int digit = text.charAt(i) - '0';
            counts[digit]++;
            int sum = (digit + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        int check = (11 - product) % 10;
        long several = Arrays.stream(counts).filter(count -> count > 1).count();
        return check == text.charAt(10) - '0'
                && several == 1
                && Arrays.stream(counts).max().orElse(0) <= 3;
    }

    /** The test of eleven, with -1 for the last digit. */
    static boolean isDutchBsn(String text) {
        if (!text.matches("\\d{9}") || text.equals("000000000")) {
            return false;
        }
        int sum = -(text.charAt(8) - '0');
        for (int i = 0; i < 8; i++) {
            sum += (9 - i) * (text.charAt(i) - '0');
        }
        return sum % 11 == 0;
    }
}
