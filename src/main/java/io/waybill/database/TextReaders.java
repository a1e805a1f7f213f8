package io.waybill.database;

import io.waybill.database.JdbcReaders.Appender;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.NumberRange;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How columns of text are read whose author declared that they hold something else. Drivers make numbers, flags and times of text each in
 * its own way: yes is false to one, and a time of the machine's zone to another; so they are asked for the text alone.
 */
public final class TextReaders {

    private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "on", "1");
    private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "off", "0");

    private static final Pattern HOURS_ALONE = Pattern.compile(".*:.*[+-]\\d\\d", Pattern.DOTALL);

    /** What is quoted of a text at most. */
    private static final int MOST_QUOTED = 40;

    private TextReaders() {}

    /** The reader of a column of text that holds values of a type, which is no array. */
    public static ColumnReader of(ColumnType type) {
        Appender<String> appender = appender(type);
        return JdbcReaders.objects((row, index) -> row.getString(index), appender);
    }

    private static Appender<String> appender(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> (out, text) -> out.appendBoolean(truth(text));
            case INT16, INT32, INT64 -> (out, text) -> out.appendLong(NumberRange.check(number(text, type), type));
            case FLOAT32, FLOAT64 -> (out, text) -> out.appendDouble(floating(text.strip(), type));
            case DECIMAL -> (out, text) -> out.appendText(digits(text.strip(), type));
            case TEXT, BINARY -> (out, text) -> out.appendText(text);
            case UUID -> (out, text) -> out.appendText(uuid(text));
            case JSON -> (out, text) -> out.appendText(JdbcReaders.checkedJson(text));
            case DATE -> (out, text) -> TimeText.append(out, IsoTimes.date(text.strip()));
            case TIME -> (out, text) -> out.appendLong(TimeText.parseTime(text.strip()));
            case TIMESTAMP -> (out, text) -> IsoTimes.appendLocal(out, text.strip());
            case INSTANT -> (out, text) -> IsoTimes.appendInstant(out, withMinutes(text.strip()));
            case ARRAY -> throw new IllegalArgumentException("an array has a reader of its elements");
        };
    }

    private static boolean truth(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (TRUE.contains(word) || FALSE.contains(word)) {
            return TRUE.contains(word);
        }
        throw isNo(text, ColumnType.BOOLEAN);
    }

    private static BigDecimal number(String text, ColumnType type) {
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw isNo(text, type);
        }
    }

    private static double floating(String text, ColumnType type) {
        if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
            return Double.parseDouble(text);
        }
        BigDecimal number = number(text, type);
        double value = type.kind() == Kind.FLOAT32 ? number.floatValue() : number.doubleValue();
        if (!Double.isFinite(value)) {
            throw NumberRange.doesNotFit(text, type);
        }
        return value == 0 && text.startsWith("-") ? -0.0 : value;
    }

    private static String digits(String text, ColumnType type) {
        boolean endless = text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
        return endless && !type.isLimitedDecimal()
                ? text
                : NumberRange.fit(number(text, type), type).toPlainString();
    }

    /** PostgreSQL and others write an offset of whole hours without its minutes. */
    private static String withMinutes(String text) {
        return HOURS_ALONE.matcher(text).matches() ? text + ":00" : text;
    }

    /** In small letters. Java reads shorter texts, too, and leaves out what is too long of a longer one. */
    static String uuid(String text) {
        String stripped = text.strip();
        try {
            String uuid = UUID.fromString(stripped).toString();
            if (uuid.equalsIgnoreCase(stripped)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw isNo(text, ColumnType.UUID);
    }

    private static IllegalArgumentException isNo(String text, ColumnType type) {
        String shown = text.length() > MOST_QUOTED ? text.substring(0, MOST_QUOTED) + "…" : text;
        return new IllegalArgumentException("the text \"" + shown + "\" is no " + type
                + ": declare the column as type = \"text\" in datasets.toml");
    }
}
