package io.waybill.privacy.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What values look like, and what they do not look like, though some of them do by chance. */
class LikenessTest {

    private static List<String> of(int count, IntFunction<Object> value) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.valueOf(value.apply(i)))
                .toList();
    }

    private static String why(List<String> values) {
        return Likeness.of(values, null).orElse(null);
    }

    @Test
    void mostHaveToLookSo() {
        List<String> values = new ArrayList<>(of(980, i -> "user" + i + "@shop.example.com"));
        values.addAll(of(20, i -> "unknown"));

        assertThat(why(values)).isEqualTo("98 % of 1,000 values look like e-mail addresses");
        assertThat(why(of(1000, i -> i % 3 == 0 ? "a@b.example" : "note " + i))).isNull();
    }

    /** Those that the authorities' and the schemes' own documents have as examples. */
    @ParameterizedTest
    @CsvSource({
        "IBAN, GB82 WEST 1234 5698 7654 32, GB82 WEST 1234 5698 7654 33",
        "IBAN, DE89370400440532013000, DE89370400440532013001",
        "CARD, 4111111111111111, 4111111111111112",
        "CARD, 5555-5555-5555-4444, 5555-5555-5555-4445",
        "CARD, 378282246310005, 378282246310006",
        "US_SSN, 219-09-9999, 900-09-9999",
        "ES_NIF, 12345678Z, 12345678A",
        "ES_NIF, X1234567L, X1234567Z",
        "FR_NIR, 2 69 05 49 588 157 80, 2 69 05 49 588 157 81",
        "IT_CODICE, RSSMRA85T10A562S, RSSMRA85T10A562T",
        "DE_TAX, 86095742719, 86095742718",
        "NL_BSN, 111222333, 111222334",
        "IP, 192.168.17.1, 192.168.256.1",
        "IP, 2001:db8::17, 12:30:15",
        "EMAIL, o'hara+x@sub.shop.co.uk, @handle",
    })
    void checkDigitsAreChecked(Likeness likeness, String right, String wrong) {
        assertThat(is(likeness, right)).isTrue();
        assertThat(is(likeness, wrong)).isFalse();
    }

    private static boolean is(Likeness likeness, String text) {
        return switch (likeness) {
            case EMAIL -> Shapes.isEmail(text);
            case PHONE -> PhoneNumbers.isOne(text, null);
            case IBAN -> CheckDigits.isIban(text);
            case CARD -> CheckDigits.isCard(text);
            case US_SSN -> Shapes.isUsSsn(text);
            case ES_NIF -> CheckDigits.isSpanishNif(text);
            case FR_NIR -> CheckDigits.isFrenchNir(text);
            case IT_CODICE -> CheckDigits.isItalianCode(text);
            case DE_TAX -> CheckDigits.isGermanTaxId(text);
            case NL_BSN -> CheckDigits.isDutchBsn(text);
            case IP -> Shapes.isIp(text);
        };
    }

    @Test
    void telephoneNumbersAreThoseThatThereAre() {
        List<String> international = of(30, i -> "+43 1 58858" + (100 + i));
        List<String> local = of(30, i -> "(01) 58858-" + (100 + i));

        assertThat(why(international)).isEqualTo("100 % of 30 values look like telephone numbers");
        assertThat(why(local)).isNull();
        assertThat(Likeness.of(local, "AT")).contains("100 % of 30 values look like telephone numbers");
        assertThat(why(of(30, i -> "+999 12345" + i))).isNull();
        assertThat(PhoneNumbers.isRegion("AT")).isTrue();
        assertThat(PhoneNumbers.isRegion("Austria")).isFalse();
    }

    @Test
    void oneCardInAColumnOfCardsIsNotEnough() {
        assertThat(why(of(500, i -> "4111111111111111"))).isNull();
        assertThat(why(of(500, i -> card(i)))).isEqualTo("100 % of 500 values look like payment cards");
    }

    private static String card(int number) {
        return IntStream.range(0, 10)
                .mapToObj(check -> "4111111" + String.format("%08d", number) + check)
                .filter(CheckDigits::isCard)
                .findFirst()
                .orElseThrow();
    }

    static Stream<Arguments> shapesOfOtherThings() {
        Random random = new Random(17);
        return Stream.of(
                Arguments.of("order numbers", of(1000, i -> 100_000_000 + i)),
                Arguments.of("order numbers of a card's length", of(1000, i -> 4_111_111_111_000_000L + i * 7L)),
                Arguments.of(
                        "random numbers of 16 digits",
                        of(1000, i -> 4_000_000_000_000_000L + random.nextInt(Integer.MAX_VALUE))),
                Arguments.of("numbers of 9 digits", of(1000, i -> 100_000_000 + random.nextInt(800_000_000))),
                Arguments.of(
                        "numbers of 11 digits", of(1000, i -> 10_000_000_000L + random.nextInt(Integer.MAX_VALUE))),
                Arguments.of("milliseconds", of(1000, i -> 1_767_225_600_000L + i * 977L)),
                Arguments.of("microseconds", of(1000, i -> 1_767_225_600_000_000L + i * 977_123L)),
                Arguments.of("times", of(1000, i -> String.format("%02d:%02d:%02d", i % 24, i % 60, i % 59))),
                Arguments.of("timestamps", of(1000, i -> "2026-01-15T02:00:00." + (100 + i) + "Z")),
                Arguments.of(
                        "dates", of(300, i -> java.time.LocalDate.of(2026, 1, 1).plusDays(i))),
                Arguments.of("amounts", of(1000, i -> i + "." + (10 + i % 90))),
                Arguments.of("hashes", of(1000, i -> String.format("%064x", new java.math.BigInteger(256, random)))),
                Arguments.of("UUIDs", of(1000, i -> new UUID(random.nextLong(), random.nextLong()))),
                Arguments.of("numbers with dashes", of(1000, i -> "2026-" + (100000 + i))),
                Arguments.of("versions", of(1000, i -> "4." + i % 30 + "." + i % 7)),
                Arguments.of("MAC addresses", of(1000, i -> String.format("00:1b:44:11:%02x:%02x", i % 256, i % 199))),
                Arguments.of("EAN", of(1000, i -> 4_006_381_333_000L + i)),
                Arguments.of("URLs", of(1000, i -> "https://user@shop.example/p/" + i)),
                Arguments.of("words", of(1000, i -> "paid in part " + i)),
                Arguments.of("stock keeping units", of(1000, i -> "AB" + (123456 + i) + "C")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapesOfOtherThings")
    void otherThingsAreNotProposed(String what, List<String> values) {
        assertThat(Likeness.of(values, "DE")).as(what).isEmpty();
        assertThat(Likeness.of(values, "US")).as(what).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "email, an e-mail address",
        "CUSTOMER_EMAIL, an e-mail address",
        "customerEmail2, an e-mail address",
        "email_adresse, an e-mail address",
        "FirstName, a person's name",
        "last-name, a person's name",
        "Nachname, a person's name",
        "prénom, a person's name",
        "apellidos, a person's name",
        "date_of_birth, a date of birth",
        "Geburtsdatum, a date of birth",
        "fecha_nacimiento, a date of birth",
        "mobile_phone, a telephone number",
        "Straße, a postal address",
        "billing_address, a postal address",
        "address_line_2, a postal address",
        "client_ip, an IP address",
        "iban, a bank account or card",
        "SSN, an official number of a person",
    })
    void namesSayWhatIsInAColumn(String column, String kind) {
        assertThat(ColumnNames.says(column)).contains(kind);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {
                "id",
                "name",
                "email_sent_at",
                "address_id",
                "phones_count",
                "shipping",
                "zip",
                "tip",
                "product_name",
                "dobson"
            })
    void otherNamesSayNothing(String column) {
        assertThat(ColumnNames.says(column)).isEmpty();
    }

    @Test
    void aSampleTellsNoValues() {
        Sample sample = new Sample("a", true, true);
        sample.take("x@shop.example");
        sample.take(null);
        sample.take("  ");

        assertThat(sample).hasToString("Sample[a, 1 values]");
        assertThat(sample.why(null)).contains("100 % of 1 values look like e-mail addresses");
        assertThat(new Sample("phone", false, false).why(null)).isEmpty();
    }
}
