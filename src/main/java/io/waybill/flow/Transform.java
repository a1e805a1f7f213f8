package io.waybill.flow;

import static io.waybill.flow.TransformKeys.ALPHABET;
import static io.waybill.flow.TransformKeys.BUCKET;
import static io.waybill.flow.TransformKeys.COLUMN;
import static io.waybill.flow.TransformKeys.COLUMNS;
import static io.waybill.flow.TransformKeys.ENCODING;
import static io.waybill.flow.TransformKeys.KEEP_FIRST;
import static io.waybill.flow.TransformKeys.KEEP_LAST;
import static io.waybill.flow.TransformKeys.KEY;
import static io.waybill.flow.TransformKeys.LENGTH;
import static io.waybill.flow.TransformKeys.METHOD;
import static io.waybill.flow.TransformKeys.SMALL;
import static io.waybill.flow.TransformKeys.TO;
import static io.waybill.flow.TransformKeys.WITH;

import io.waybill.flow.ColumnType.Kind;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What becomes of the values of some columns before they leave.
 *
 * @param values the values of {@link TransformKeys}; its method is among them
 */
public record Transform(Values values) implements Serializable {

    /** What can be done with a column. */
    public enum Method {
        EXCLUDE,
        HASH,
        MASK,
        TOKENIZE,
        TRUNCATE,
        GENERALIZE,
        DOMAIN;

        private List<Key<?>> keys() {
            return switch (this) {
                case HASH -> List.of(KEY, ENCODING, LENGTH);
                case MASK -> List.of(KEEP_FIRST, KEEP_LAST, WITH);
                case TOKENIZE -> List.of(KEY, ALPHABET, SMALL);
                case TRUNCATE -> List.of(LENGTH);
                case GENERALIZE -> List.of(TO, BUCKET);
                case EXCLUDE, DOMAIN -> List.of();
            };
        }

        /** Whether it needs a key that is a secret. */
        public boolean isKeyed() {
            return this == HASH || this == TOKENIZE;
        }
    }

    /** How a hash is written. */
    public enum Encoding {
        HEX(32, 64),
        /** RFC 4648, section 5, without padding. */
        BASE64URL(22, 43);

        private final int least;
        private final int most;

        /** @param least characters of 128 bits, which none of some billion values is likely to share with another */
        Encoding(int least, int most) {
            this.least = least;
            this.most = most;
        }
    }

    /** What is put in another's place. */
    public enum Alphabet {
        DIGITS,
        LETTERS,
        BOTH
    }

    /** What becomes of values of which there are few. */
    public enum Small {
        REFUSE,
        HMAC
    }

    /** Spans of the calendar whose beginning stands for all of their times. */
    public enum Span {
        YEAR,
        QUARTER,
        MONTH,
        WEEK,
        DAY,
        HOUR
    }

    /** The transform that a policy stands for. */
    public static Transform of(Method method, String key) {
        return new Transform(Values.NONE.with(METHOD, method).with(KEY, key));
    }

    /** The value of a key of {@link TransformKeys}, or what holds without it. */
    public <T> T get(Key<T> key) {
        return values.get(key);
    }

    public Method method() {
        return get(METHOD);
    }

    /** The columns as they were named. */
    public List<String> columns() {
        return get(COLUMN) == null ? get(COLUMNS) : List.of(get(COLUMN));
    }

    /** The id of its key; null for methods without one. */
    public String keyId() {
        return method().isKeyed() ? get(KEY) : null;
    }

    /** How many characters of a hash are written. */
    public int hashLength() {
        long length = get(LENGTH);
        return length == 0 ? get(ENCODING).most : (int) length;
    }

    /** What is wrong with it, whatever its columns hold; empty where nothing is. */
    public List<Refusal> refusals() {
        List<Refusal> refusals = new ArrayList<>();
        checkColumns(refusals);
        if (!values.has(METHOD)) {
            return refusals; // which has been told of
        }
        String name = "\"" + Form.lower(method()) + "\"";
        Stream.of(Method.values())
                .flatMap(method -> method.keys().stream())
                .distinct()
                .filter(key -> values.has(key) && !method().keys().contains(key))
                .forEach(key -> refuse(refusals, key, "is for " + methodsOf(key) + " alone, not for " + name));
        if (method().isKeyed()) {
            String id = get(KEY);
            if (id == null) {
                refuse(refusals, KEY, "is missing; " + name + " needs the id of a key");
            } else if (keyIdProblem(id) != null) {
                refuse(refusals, KEY, keyIdProblem(id));
            }
        }
        switch (method()) {
            case HASH -> checkHash(refusals);
            case TRUNCATE -> {
                if (get(LENGTH) == 0) {
                    refuse(refusals, LENGTH, "is missing; \"truncate\" keeps so many characters");
                }
            }
            case GENERALIZE -> {
                if (values.has(TO) == values.has(BUCKET)) {
                    refuse(
                            refusals,
                            values.has(TO) ? BUCKET : TO,
                            values.has(TO)
                                    ? "is there beside to; one of them is allowed"
                                    : "is missing; write to = \"month\" for dates and times, bucket = 10 for numbers");
                }
            }
            case EXCLUDE, MASK, TOKENIZE, DOMAIN -> {}
        }
        return refusals;
    }

    private void checkColumns(List<Refusal> refusals) {
        if (values.has(COLUMN) == values.has(COLUMNS)) {
            refuse(
                    refusals,
                    values.has(COLUMN) ? COLUMNS : COLUMN,
                    values.has(COLUMN)
                            ? "is there beside column; one of them is allowed"
                            : "is missing, and columns, too");
        } else if (columns().isEmpty()) {
            refuse(refusals, COLUMNS, "is empty");
        }
    }

    private void checkHash(List<Refusal> refusals) {
        Encoding encoding = get(ENCODING);
        long length = hashLength();
        if (length < encoding.least || length > encoding.most) {
            refuse(
                    refusals,
                    LENGTH,
                    length + " is out of range; " + encoding.least + " to " + encoding.most + " characters of "
                            + Form.lower(encoding) + " are allowed: fewer would soon be the same for two values");
        }
    }

    private static String methodsOf(Key<?> key) {
        return String.join(
                " and ",
                Stream.of(Method.values())
                        .filter(method -> method.keys().contains(key))
                        .map(method -> "\"" + Form.lower(method) + "\"")
                        .toList());
    }

    private static void refuse(List<Refusal> refusals, Key<?> key, String message) {
        refusals.add(new Refusal(key.name(), message));
    }

    /** What is wrong with the id of a key; null where nothing is. */
    public static String keyIdProblem(String id) {
        return id.matches("[A-Za-z0-9_-]{1,100}")
                ? null
                : "\"" + id + "\" is not the id of a key; 1 to 100 letters, digits, _ and - are allowed";
    }

    /** Why it is not for values of a type; empty where it is. */
    public Optional<String> unfit(ColumnType type) {
        return switch (method()) {
            case EXCLUDE, HASH -> Optional.empty();
            case MASK ->
                unless(
                        type.kind() == Kind.TEXT || type.kind() == Kind.UUID || type.isInteger(),
                        type,
                        "texts, uuids and whole numbers");
            case TOKENIZE -> unless(type.kind() == Kind.TEXT || type.isInteger(), type, "texts and whole numbers");
            case TRUNCATE, DOMAIN -> unless(type.kind() == Kind.TEXT, type, "texts");
            case GENERALIZE -> get(BUCKET) == null ? unfitForSpan(type) : unfitForBucket(type);
        };
    }

    private Optional<String> unfitForSpan(ColumnType type) {
        if (type.kind() == Kind.DATE && get(TO) == Span.HOUR) {
            return Optional.of("is " + type + ", which has no hours; allowed: year, quarter, month, week, day");
        }
        return unless(type.isTimed(), type, "dates and timestamps where it has \"to\"");
    }

    private Optional<String> unfitForBucket(ColumnType type) {
        BigDecimal bucket = get(BUCKET);
        int scale = type.isInteger() ? 0 : type.scale();
        if ((type.isInteger() || type.isLimitedDecimal())
                && bucket.stripTrailingZeros().scale() > scale) {
            return Optional.of("is " + type + ", which has no room for the digits behind the point of bucket = "
                    + bucket.toPlainString());
        }
        return unless(type.isNumber(), type, "numbers where it has \"bucket\"");
    }

    private Optional<String> unless(boolean fits, ColumnType type, String what) {
        return fits
                ? Optional.empty()
                : Optional.of("is " + type + ", and \"" + Form.lower(method()) + "\" is for " + what);
    }

    /** What its values are of, where those of the column are of a type that it is for. */
    public ColumnType result(ColumnType type) {
        return switch (method()) {
            case HASH, MASK, TOKENIZE -> ColumnType.TEXT;
            case EXCLUDE, TRUNCATE, DOMAIN -> type;
            case GENERALIZE -> get(BUCKET) == null ? type : bucketed(type);
        };
    }

    /** The beginning of a negative number's bucket may have more digits than any of its numbers. */
    private ColumnType bucketed(ColumnType type) {
        return switch (type.kind()) {
            case INT16 -> isBelow(1 << 15) ? ColumnType.INT32 : ColumnType.INT64;
            case INT32, INT64 -> ColumnType.INT64;
            case DECIMAL -> {
                BigDecimal bucket = get(BUCKET);
                int digits = Math.max(type.precision() - type.scale(), bucket.precision() - bucket.scale())
                        + 1
                        + type.scale();
                yield type.isLimitedDecimal() ? ColumnType.decimal(digits, type.scale()) : type;
            }
            default -> type;
        };
    }

    private boolean isBelow(long bound) {
        return get(BUCKET).compareTo(BigDecimal.valueOf(bound)) < 0;
    }

    /** What becomes of the values, in words. */
    public String words() {
        return switch (method()) {
            case EXCLUDE -> "left out";
            case HASH -> "hashed with key " + keyId();
            case MASK -> "masked" + kept();
            case TOKENIZE ->
                "tokens with key " + keyId()
                        + (get(ALPHABET) == Alphabet.BOTH ? "" : ", " + Form.lower(get(ALPHABET)) + " alone")
                        + (get(SMALL) == Small.HMAC ? ", small values not reversible" : "");
            case TRUNCATE -> "first " + get(LENGTH) + " characters";
            case GENERALIZE ->
                get(BUCKET) == null
                        ? "beginning of the " + Form.lower(get(TO))
                        : "in buckets of " + get(BUCKET).toPlainString();
            case DOMAIN -> "domain alone";
        };
    }

    private String kept() {
        Set<String> kept = new LinkedHashSet<>();
        if (get(KEEP_FIRST) > 0) {
            kept.add("first " + get(KEEP_FIRST));
        }
        if (get(KEEP_LAST) > 0) {
            kept.add("last " + get(KEEP_LAST));
        }
        return kept.isEmpty() ? "" : " but for the " + String.join(" and ", kept);
    }
}
