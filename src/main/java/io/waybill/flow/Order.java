package io.waybill.flow;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One column of {@code order_by}.
 *
 * @param column its name
 * @param descending whether the largest comes first
 */
public record Order(String column, boolean descending) {

    private static final Pattern WAY = Pattern.compile("(.*) (asc|desc)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Reads {@code column}, {@code column asc} or {@code column desc}. */
    public static Order parse(String text) {
        Matcher matcher = WAY.matcher(text.trim());
        return matcher.matches()
                ? new Order(matcher.group(1).trim(), matcher.group(2).equalsIgnoreCase("desc"))
                : new Order(text.trim(), false);
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return descending ? column + " desc" : column;
    }
}
