package io.waybill.flow;

import io.waybill.flow.Transform.Alphabet;
import io.waybill.flow.Transform.Encoding;
import io.waybill.flow.Transform.Method;
import io.waybill.flow.Transform.Small;
import io.waybill.flow.Transform.Span;
import java.math.BigDecimal;
import java.util.List;

/** The keys of one of {@code transform}. Which method takes which, {@link Transform} says. */
public final class TransformKeys {

    public static final Key<String> COLUMN = Key.text("column", "the column").without("required, or `columns`");

    public static final Key<List<String>> COLUMNS =
            Key.names("columns", "several columns").without("`column`");

    public static final Key<Method> METHOD = Key.choice(
                    "method",
                    Method.class,
                    null,
                    "`exclude`, `hash`, `mask`, `tokenize`, `truncate`, `generalize`, `domain`")
            .mandatory();

    public static final Key<String> KEY = Key.text(
                    "key",
                    "of `hash` and `tokenize`: the id of the key, which setting `waybill.privacy-keys.<id>` holds")
            .without("required there");

    public static final Key<Encoding> ENCODING =
            Key.choice("encoding", Encoding.class, Encoding.HEX, "of `hash`: `hex`, in small letters, or `base64url`");

    public static final Key<Long> LENGTH = Key.limit(
                    "length",
                    1,
                    "of `truncate`: how many characters are kept, required; of `hash`: how many of its characters, 32 to 64 of `hex`, 22 to 43 of `base64url`")
            .without("all of a hash");

    public static final Key<Long> KEEP_FIRST = Key.limit(
                    "keep_first", 1, "of `mask`: how many characters at the beginning stay as they are")
            .without("none");

    public static final Key<Long> KEEP_LAST = Key.limit(
                    "keep_last", 1, "of `mask`: how many characters at the end stay as they are")
            .without("none");

    public static final Key<String> WITH = Key.said(
                    "with", TransformKeys::oneCharacter, "of `mask`: what stands in the place of each other character")
            .otherwise("*");

    public static final Key<Alphabet> ALPHABET = Key.choice(
            "alphabet",
            Alphabet.class,
            Alphabet.BOTH,
            "of `tokenize`: what is put in another's place: `digits`, `letters` (of ASCII), `both`; all else stays");

    public static final Key<Small> SMALL = Key.choice(
            "small",
            Small.class,
            Small.REFUSE,
            "of `tokenize`: what becomes of a value of which there are fewer than 1000000, five digits for example: `refuse`, `hmac` (another of them that"
                    + " nobody can lead back, and that several values may have)");

    public static final Key<Span> TO = Key.choice(
                    "to",
                    Span.class,
                    null,
                    "of `generalize`: the beginning of the `year`, `quarter`, `month`, `week`, `day` or `hour`, by the trigger's time zone for instants")
            .without("`bucket`");

    public static final Key<BigDecimal> BUCKET = Key.of(
                    "bucket",
                    new DecimalForm(new BigDecimal("0.000001"), new BigDecimal("1000000000000000000")),
                    (BigDecimal) null,
                    "of `generalize`: the next multiple of that number which is not larger")
            .without("`to`");

    /** Those of a flow, and of a bean. */
    public static final List<Key<?>> ALL = List.of(
            COLUMN, COLUMNS, METHOD, KEY, ENCODING, LENGTH, KEEP_FIRST, KEEP_LAST, WITH, ALPHABET, SMALL, TO, BUCKET);

    private TransformKeys() {}

    private static String oneCharacter(String text) {
        if (text.codePointCount(0, text.length()) == 1
                && !Character.isISOControl(text.codePointAt(0))
                && !(text.length() == 1 && Character.isSurrogate(text.charAt(0)))) {
            return text;
        }
        throw new IllegalArgumentException("\"" + text + "\" is not one character, such as \"*\"");
    }
}
