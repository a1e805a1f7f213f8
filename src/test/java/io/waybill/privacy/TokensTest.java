package io.waybill.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.ColumnType;
import io.waybill.flow.Transform;
import io.waybill.flow.Transform.Alphabet;
import io.waybill.flow.Transform.Method;
import io.waybill.flow.Transform.Small;
import io.waybill.flow.TransformKeys;
import io.waybill.flow.Values;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Tokens are of the form of their texts, and lead back to them. */
class TokensTest {

    private static final PrivacyKey KEY =
            PrivacyKey.of("k", "8899aabbccddeeff00112233445566778899aabbccddeeff0011223344556677");

    @Provide
    Arbitrary<List<String>> texts() {
        Arbitrary<String> any = Arbitraries.strings()
                .withChars("0123456789ABCDEFXYZabcdefxyz -@.üΩ")
                .ofMaxLength(60);
        Arbitrary<String> digits =
                Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(45);
        Arbitrary<String> letters = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(45);
        return Arbitraries.oneOf(any, digits, letters).list().ofMinSize(1).ofMaxSize(400);
    }

    @Property(tries = 200)
    void manyAtOnceAreTheSameAsOneByOneAndLeadBack(@ForAll("texts") List<String> texts, @ForAll Alphabet alphabet) {
        Tokens tokens = new Tokens(KEY, alphabet, Small.REFUSE);
        List<String> large =
                texts.stream().filter(text -> isLarge(text, alphabet)).toList();

        List<String> found = column(large, alphabet);

        for (int i = 0; i < large.size(); i++) {
            byte[] token = large.get(i).getBytes(StandardCharsets.UTF_8);
            tokens.encrypt(token, 0, token.length);
            assertThat(found.get(i)).isEqualTo(new String(token, StandardCharsets.UTF_8));
            assertThat(form(found.get(i))).isEqualTo(form(large.get(i)));
            tokens.decrypt(token, 0, token.length);
            assertThat(new String(token, StandardCharsets.UTF_8)).isEqualTo(large.get(i));
        }
    }

    private static boolean isLarge(String text, Alphabet alphabet) {
        double texts = 1;
        for (char c : text.toCharArray()) {
            boolean digit = c >= '0' && c <= '9';
            boolean letter = c < 128 && Character.isLetter(c);
            texts *= digit && alphabet != Alphabet.LETTERS ? 10 : letter && alphabet != Alphabet.DIGITS ? 26 : 1;
        }
        long beyond = text.chars().filter(c -> c >= 128).count();
        long letters =
                text.chars().filter(c -> c < 128 && Character.isLetter(c)).count();
        return texts >= 1_000_000 && (alphabet == Alphabet.DIGITS || beyond <= letters);
    }

    /** The text with each place as a sign of what may be there. */
    private static String form(String text) {
        return text.replaceAll("[0-9]", "9").replaceAll("[A-Z]", "X").replaceAll("[a-z]", "x");
    }

    private static List<String> column(List<String> texts, Alphabet alphabet) {
        Column text = new Column("c", ColumnType.TEXT);
        RowSchema schema = new RowSchema(List.of(text));
        Transform transform = new Transform(
                Values.NONE.with(TransformKeys.METHOD, Method.TOKENIZE).with(TransformKeys.ALPHABET, alphabet));
        RowBatch batch = new RowBatch(schema);
        texts.forEach(each -> {
            batch.column(0).appendText(each);
            batch.endRow();
        });
        RowBatch made = new RowBatch(schema);
        Transforms.of(new TreatedColumn(text, text, transform, false, KEY), ZoneOffset.UTC)
                .apply(batch.column(0), 0, batch.rows(), made.column(0));
        return java.util.stream.IntStream.range(0, texts.size())
                .mapToObj(made.column(0)::textAt)
                .toList();
    }

    @Test
    void allTextsOfAFormHaveTokensOfTheirOwn() {
        Set<String> tokens = new HashSet<>();
        List<String> texts = java.util.stream.IntStream.range(0, 1000)
                .mapToObj(number -> "AB-%03d-x".formatted(number) + "aaa")
                .toList();

        tokens.addAll(column(texts, Alphabet.BOTH));

        assertThat(tokens).hasSize(1000).allMatch(token -> token.matches("[A-Z]{2}-\\d{3}-[a-z]{4}"));
    }

    @Test
    void aShortPartOfATextIsPutInAnothersPlaceToo() {
        List<String> tokens = column(List.of("AB-123456", "AB-123457", "AC-123456"), Alphabet.BOTH);

        assertThat(tokens).allMatch(token -> token.matches("[A-Z]{2}-\\d{6}"));
        assertThat(tokens.stream().map(token -> token.substring(0, 2)).distinct())
                .hasSizeGreaterThan(1);
    }

    @Test
    void aTextWhoseWordsWouldStayIsRefusedUnlessDigitsAloneAreReplaced() {
        for (String text : List.of("Ольга Иванова 123456", "Ольга Петр Olga 123456", "田中 123456", "éèê ab 123456")) {
            for (Alphabet alphabet : List.of(Alphabet.BOTH, Alphabet.LETTERS)) {
                assertThatThrownBy(() -> column(List.of("123456 abcdef", text), alphabet))
                        .isInstanceOfSatisfying(
                                RefusedValueException.class,
                                refused -> assertThat(refused.row()).isEqualTo(1))
                        .hasMessage(
                                "the value has more letters beyond ASCII, which stay as they are, than others, and its words would"
                                        + " go out; \"hash\" is for all, and alphabet = \"digits\" leaves all letters as they are");
            }
            assertThat(column(List.of(text), Alphabet.DIGITS).get(0))
                    .isNotEqualTo(text)
                    .startsWith(text.replaceAll("\\d", ""));
        }
        assertThat(column(List.of("Jörg Müller 123"), Alphabet.BOTH).get(0))
                .matches("[A-Z]ö[a-z]{2} [A-Z]ü[a-z]{4} \\d{3}");
    }

    /** The digits of other scripts are as readable as those of ASCII. */
    @Test
    void aTextWhoseDigitsWouldStayIsRefused() {
        for (String text : List.of("Tokyo１２３４５６", "١٢٣٤٥٦٧ 123456", "abcde１２３４５６", "１２３４５６７ abcdef")) {
            for (Alphabet alphabet : List.of(Alphabet.BOTH, Alphabet.DIGITS)) {
                assertThatThrownBy(() -> column(List.of("123456 abcdef", text), alphabet))
                        .as("%s, %s", text, alphabet)
                        .isInstanceOfSatisfying(
                                RefusedValueException.class,
                                refused -> assertThat(refused.row()).isEqualTo(1))
                        .hasMessage(
                                "the value has more digits beyond ASCII, which stay as they are, than others, and they would"
                                        + " go out; \"hash\" is for all, and alphabet = \"letters\" leaves all digits as they are");
            }
        }
        assertThat(column(List.of("Tokyo１２３４５６"), Alphabet.LETTERS).get(0))
                .as("as those of ASCII")
                .matches("[A-Z][a-z]{4}１２３４５６");
        assertThat(column(List.of("10 m² 12345"), Alphabet.BOTH).get(0)).matches("\\d\\d [a-z]² \\d{5}");
    }

    @Test
    void aTextWithVeryManyPlacesIsRefused() {
        assertThatThrownBy(() -> column(List.of("1".repeat(1001)), Alphabet.BOTH))
                .hasMessage(
                        "the value has 1001 places to fill; \"tokenize\" is for 1000 at most, \"hash\" for any number");
    }

    @Test
    void aKeyShowsNothingOfItself() {
        assertThat(KEY).hasToString("privacy key k");
        assertThatThrownBy(() -> PrivacyKey.of("k", "not a key of mine!"))
                .hasMessage(
                        "the key is neither hex nor base64; 32 bytes or more are expected, in hex or base64, as of: openssl rand -hex 32")
                .hasNoCause();
    }
}
