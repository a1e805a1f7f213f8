package io.waybill.database;

import io.waybill.WaybillException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of a query in its text, for statements that take a query as text alone. The one place where a value becomes SQL: a type that is
 * not listed, or a text with what some product takes for more than a character, is refused.
 *
 * @param text what stands before a text: {@code N} where it is of Unicode by that alone
 * @param timestamp the type of a date and time
 * @param instant the type of a point in time
 * @param isTrue the truth, and what is not
 */
record Literals(String text, String timestamp, String instant, String isTrue, String isFalse) {

    /** As most write them. */
    static Literals of(String timestamp, String instant) {
        return new Literals("", timestamp, instant, "TRUE", "FALSE");
    }

    /** What is no parameter: texts, names in quotes of all kinds, comments; and a parameter. */
    private static final Pattern PIECES = Pattern.compile(
            "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\\[[^]]*]|--[^\n]*|/\\*.*?\\*/|(\\?)", Pattern.DOTALL);

    private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    /**
     * A query with its values in it.
     *
     * @param product for messages
     * @throws WaybillException when a value has no text that is safe
     */
    String in(String sql, List<Object> parameters, String product) {
        Iterator<Object> values = parameters.iterator();
        Matcher pieces = PIECES.matcher(sql);
        StringBuilder written = new StringBuilder();
        while (pieces.find()) {
            boolean isParameter = pieces.group(1) != null;
            if (isParameter && !values.hasNext()) {
                throw refusal(product, "its query has a ? that is none of its parameters");
            }
            pieces.appendReplacement(
                    written, Matcher.quoteReplacement(isParameter ? literal(values.next(), product) : pieces.group()));
        }
        pieces.appendTail(written);
        if (values.hasNext()) {
            throw refusal(product, "its query has fewer ? than parameters");
        }
        return written.toString();
    }

    private String literal(Object value, String product) {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof Boolean truth) {
            return truth ? isTrue : isFalse;
        }
        if (value instanceof Byte
                || value instanceof Short
                || value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger) {
            return value.toString();
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof LocalDate day) {
            return cast(year(day.getYear(), product, day.toString()), "DATE");
        }
        if (value instanceof LocalDateTime at) {
            return cast(year(at.getYear(), product, LOCAL.format(at)), timestamp);
        }
        if (value instanceof OffsetDateTime at) {
            OffsetDateTime utc = at.withOffsetSameInstant(ZoneOffset.UTC);
            return cast(year(utc.getYear(), product, LOCAL.format(utc) + "+00:00"), instant);
        }
        if (value instanceof UUID id) {
            return "'" + id + "'";
        }
        if (value instanceof String characters) {
            return text + quoted(characters, product);
        }
        throw refusal(
                product, "a " + value.getClass().getSimpleName() + " has no text there that is sure to be the same");
    }

    private static String cast(String text, String type) {
        return "CAST('" + text + "' AS " + type + ")";
    }

    private static String year(int year, String product, String text) {
        if (year < 1 || year > 9999) {
            throw refusal(product, "years from 1 to 9999 are allowed there");
        }
        return text;
    }

    /** A text between quotes. A backslash begins an escape for some, and control characters end a statement for some. */
    static String quoted(String text, String product) {
        boolean isUnsafe = text.codePoints()
                .anyMatch(point -> point == '\\'
                        || Character.isISOControl(point)
                        || Character.getType(point) == Character.SURROGATE
                        || Character.getType(point) == Character.FORMAT
                        || Character.getType(point) == Character.LINE_SEPARATOR
                        || Character.getType(point) == Character.PARAGRAPH_SEPARATOR);
        if (isUnsafe) {
            throw refusal(product, "a text with a backslash or a control character is not safe there");
        }
        return "'" + text.replace("'", "''") + "'";
    }

    private static WaybillException refusal(String product, String why) {
        return WaybillException.refusal(
                "engine: \"pushdown\" has " + product + " write the query, whose values stand in its text, and " + why
                        + "; change the filter, or leave engine out");
    }
}
